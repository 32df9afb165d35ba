internal import CutoverCore
internal import Quantities

extension GuestGroup {
  /// Whether its guests cannot be dealt out to whichever host has room.
  var looksAtHosts: Bool { !sets.isEmpty || !needs.isEmpty || disk.isShared }
}

/// Finds the first place of a guest whose group has rules about it: by the same three tries as later moves.
struct SetPlanner {
  private let fleet: Fleet
  private let guest: Int

  init(_ fleet: Fleet, _ guest: Int) {
    self.fleet = fleet
    self.guest = guest
  }

  /// The place of the best host in the row, the nearest from `start` on among equals; `nil` if none has room.
  ///
  /// - Throws: `FleetError` if there is room, but only where a hard rule forbids it.
  func place(in row: RoomFinder, from start: Int) throws(FleetError) -> Int? {
    let (candidates, wasOffered) = candidates(in: row, from: start)
    guard wasOffered else {
      throw FleetError(
        "no host offers what the guests '\(group.name)' need: \(group.needs.joined(separator: ", "))",
        remedy: "hosts or a site with these features")
    }
    guard !candidates.isEmpty else { return nil }
    var placements = group.sets.map(SetPlacement.init)
    for index in placements.indices {
      for member in fleet.members(of: placements[index].rule, with: guest) where member < guest {
        let host = Int(fleet.guests[member].host)
        placements[index].count(memberIn: placements[index].domain(of: fleet.hosts[host], host))
      }
      for place in candidates {
        placements[index].offer(domain(placements[index], row.host(at: place)))
      }
    }
    var (best, bestTry) = (-1, SetPlacement.Try.breach)
    for place in candidates {
      var worst = SetPlacement.Try.even
      let isForbidden = placements.contains { placement in
        guard let judged = placement.judge(domain(placement, row.host(at: place))) else { return true }
        worst = max(worst, judged)
        return false
      }
      if !isForbidden, best < 0 || worst < bestTry { (best, bestTry) = (place, worst) }
    }
    guard best >= 0 else {
      throw FleetError(
        "the guests '\(group.name)' cannot be placed as their sets demand: guest \(guest) finds no host",
        remedy: "more hosts or racks with room, smaller sets, or strength: soft")
    }
    return best
  }

  private var group: GuestGroup { fleet.groups[Int(fleet.guests[guest].group)] }

  private func domain(_ placement: SetPlacement, _ host: Int) -> Int32 {
    placement.domain(of: fleet.hosts[host], host)
  }

  /// Hosts with room and all that the guest needs, in turn; and whether any host, full or not, offers that.
  private func candidates(in row: RoomFinder, from start: Int) -> (places: [Int], wasOffered: Bool) {
    let needed = memoryNeeded
    var (places, wasOffered) = ([Int](), row.count == 0)
    for step in 0..<row.count {
      let place = (start + step) % row.count
      let host = row.host(at: place)
      let offers = group.needs.isEmpty || offersAll(host)
      wasOffered = wasOffered || offers
      if offers, fleet.hosts[host].fits(memory: needed, disk: fleet.localDisk(of: guest, on: host)) {
        places.append(place)
      }
    }
    return (places, wasOffered)
  }

  private func offersAll(_ host: Int) -> Bool {
    let place = fleet.group(of: host)
    let site = fleet.sites[Int(place.site)]
    return group.needs.allSatisfy { place.group.features.contains($0) || site.features.contains($0) }
  }

  /// The first of guests that are to share a host looks for one with room for all of them.
  private var memoryNeeded: Bytes {
    var needed = fleet.guests[guest].memory
    for rule in group.sets where rule.relation == .together && rule.domain == .host {
      let members = fleet.members(of: rule, with: guest)
      guard members.lowerBound == guest else { continue }
      needed = max(needed, members.reduce(Bytes.zero) { $0 + fleet.guests[$1].memory })
    }
    return needed
  }
}
