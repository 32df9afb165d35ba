internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let rebootWithHost = StreamPurpose("host.reboot")
  static let rebuild = StreamPurpose("host.rebuild")
}

// What guests go through because of their hosts: down with one that fails or is worked on, and started elsewhere.

extension Simulation {
  /// Until when a guest cannot be moved because its host or itself is down; `nil` if it can.
  func backAgain(_ guest: Int32, on host: Int) -> Instant? {
    // One that was retired while it was down is never repaired.
    var back = hosts[host].downUntil.flatMap { $0 > now ? $0 : nil }
    if let work = hosts[host].workUntil, work > now { back = max(back ?? work, work) }
    if !restarts.isEmpty, let restart = restarts[guest], restart > now {
      back = max(back ?? restart, restart)
    }
    return back
  }

  /// A guest that a failed host has taken with it: not one that has just been started elsewhere.
  func isDown(_ guest: Int32) -> Bool {
    let slot = moveOfGuest[Int(guest)]
    return slot < 0 || moves[slot].wait != .underWay
  }

  /// How long it takes a guest to boot after the failure of a host, or work on it.
  private func bootTime(of guest: Int32, _ occasion: Int) -> Duration {
    var chance = stream(UInt64(guest) << 24 | UInt64(occasion & 0xFF_FFFF), .rebootWithHost)
    let group = fleet.groups[Int(fleet.guests[Int(guest)].group)]
    return Duration(seconds: max(0, group.boot.sample(&chance)))
  }

  /// A guest that went down with its host serves again at that time, or has come to the horizon.
  mutating func endOutage(of guest: Int32, on host: Int, at time: Instant) {
    guard var began = hosts[host].failedAt else { return }
    // It had not come back yet from the last one.
    if let restart = restarts[guest] { began = max(began, restart) }
    if let work = hosts[host].workUntil { began = max(began, work) }
    ledger.outages.guests += 1
    ledger.outageSeconds.add((time - began).seconds)
  }

  /// A failed host is repaired, and its guests boot with it.
  mutating func bootGuests(of host: Int) {
    for guest in hosts[host].guests where isDown(guest) {
      endOutage(of: guest, on: host, at: now + bootTime(of: guest, hosts[host].failures))
    }
    hosts[host].failedAt = nil
  }

  /// A host is worked on with its guests on it: they are down as long as that takes, and boot.
  mutating func keepDown(_ host: Int, for work: Duration, _ drain: Int32) {
    hosts[host].workUntil = now + work
    for guest in hosts[host].guests {
      ledger.outages.inPlace += 1
      ledger.outages.inPlaceSeconds += (work + bootTime(of: guest, 0x80_0000 | Int(drain))).seconds
    }
  }

  // MARK: - Rebuilding

  /// What is done for the guests of a host that is down.
  func rebuildPolicy(of host: Int) -> RestartTerms? {
    let drain = hosts[host].diedIn
    guard drain >= 0 else { return scenario.hostFailures.rebuild }
    guard case .drains(let drains) = scenario.campaigns[Int(self.drains[Int(drain)].campaign)].kind else {
      return nil
    }
    return drains.emergency?.rebuild
  }

  mutating func scheduleRebuild(of host: Int) {
    guard let policy = rebuildPolicy(of: host) else { return }
    _ = queue.schedule(
      at: now + policy.after, .rebuild(host: Int32(host), failure: Int32(hosts[host].failures)))
  }

  /// Starts the guests of a failed host elsewhere, as far as there is room; for the others it looks again.
  mutating func rebuild(_ host: Int, failure: Int) {
    guard hosts[host].failedAt != nil, hosts[host].failures == failure, let policy = rebuildPolicy(of: host)
    else { return }
    var isLeft = false
    for guest in hosts[host].guests where isDown(guest) {
      guard case .host(let target) = refuge(of: guest, on: host) else {
        isLeft = true
        continue
      }
      restart(guest, on: target, from: host, policy)
    }
    finishIfDraining(host)
    guard isLeft else { return }
    _ = queue.schedule(
      at: now + Simulation.lookAgainAfter, .rebuild(host: Int32(host), failure: Int32(failure)))
  }

  /// Where a guest is started anew: anywhere with room, as far as its sets allow.
  private func refuge(of guest: Int32, on host: Int) -> HostIndex.Found {
    let vm = fleet.guests[Int(guest)]
    let wish = SlotLines.Kind(
      site: fleet.hosts[host].site, passenger: -1, memory: vm.memory, disk: vm.diskVirtual)
    guard fleet.groups[Int(vm.group)].sets.isEmpty else {
      return scan(
        TargetSearch(guest: Int(guest), source: host, wish: wish, isEmergency: true, asksRules: false))
    }
    return index.find(site: wish.site, memory: wish.memory, disk: wish.disk, from: host) { _ in true }
  }

  private mutating func restart(_ guest: Int32, on target: Int, from host: Int, _ policy: RestartTerms) {
    let number = Int(guest)
    let vm = fleet.guests[number]
    var chance = stream(UInt64(guest) << 24 | UInt64(hosts[host].failures & 0xFF_FFFF), .rebuild)
    let takes = Duration(seconds: max(0, policy.takes.sample(&chance)))
    let back = now + takes + bootTime(of: guest, hosts[host].failures)
    endOutage(of: guest, on: host, at: back)
    restarts[guest] = back
    countRebuilt(guest, on: host, isImage: policy.source == .image)

    let slot = moveOfGuest[number]
    if slot >= 0, moves[slot].wait == .turn { removeTurn(slot, host) }
    fleet.hosts[host].release(memory: vm.memory, disk: fleet.localDisk(of: number, on: host))
    fleet.hosts[target].reserve(memory: vm.memory, disk: fleet.localDisk(of: number, on: target))
    hosts[host].guests.removeAll { $0 == guest }
    hosts[target].guests.append(guest)
    fleet.guests[number].host = Int32(target)
    fleet.boot(number, on: target)
    refile(host)
    refile(target)
    note(guest, .restarted(on: target))
    if slot >= 0 { takeAlong(slot) }
  }

  /// The move of a guest that has been started elsewhere: one that was to empty its host is pointless now.
  private mutating func takeAlong(_ slot: Int32) {
    let wasInLine = moves[slot].wait == .turn
    if moves[slot].drain >= 0 || moves[slot].targetHost == fleet.guests[Int(moves[slot].guest)].host {
      if wasInLine {
        moves[slot].wait = .nothing
        close(slot, isCompleted: false)
      } else {
        callOff(slot)
      }
    } else if wasInLine {
      enterQueue(slot)
    }
  }

  mutating func countRebuilt(_ guest: Int32, on host: Int, isImage: Bool) {
    lost.remove(guest)
    if isImage { ledger.outages.rebuiltFromImage += 1 } else { ledger.outages.rebuilt += 1 }
    guard hosts[host].diedIn >= 0 else { return }
    let campaign = Int(drains[Int(hosts[host].diedIn)].campaign)
    if isImage {
      ledger.courses[campaign].rebuiltFromImage += 1
    } else {
      ledger.courses[campaign].rebuilt += 1
    }
  }
}
