internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let backup = StreamPurpose("vm.backup")
}

/// Who looks for a host, and what it has to be like.
struct TargetSearch {
  var guest: Int
  var source: Int
  var wish: SlotLines.Kind
  /// Only hosts that share this storage.
  var storage: String?
  var isEmergency: Bool
  /// A host that has been tried, or -1.
  var avoided = -1
  /// Whether rules about who may go where count.
  var asksRules = true
}

// Where a guest goes: by the index where hosts differ only in what they have free, else by looking at all of the site.

extension Simulation {
  func target(of search: TargetSearch) -> HostIndex.Found {
    if scenario.placementRules.headroom > 0, !search.isEmergency, !leavesHeadroom(search) {
      return .blocked(.headroom)
    }
    let hasSets = !fleet.groups[Int(fleet.guests[search.guest].group)].sets.isEmpty
    if hasSets || scenario.placementRules.looksAtHosts { return scan(search) }
    let wish = search.wish
    return index.find(site: wish.site, memory: wish.memory, disk: wish.disk, from: search.source) {
      fits(search, $0)
    }
  }

  /// The kinds of hosts of the site that reach the guest's disk.
  func kinds(for search: TargetSearch) -> [Int32] {
    index.keys(ofSite: search.wish.site, from: search.source).filter { reaches(search, $0) }
  }

  func fits(_ search: TargetSearch, _ key: Int32) -> Bool {
    reaches(search, key) && (!search.asksRules || book.fits(search.wish.passenger, on: key))
  }

  private func reaches(_ search: TargetSearch, _ key: Int32) -> Bool {
    guard let storage = search.storage else { return true }
    return fleet.hostGroups[Int(fleet.kinds[Int(key)].group)].group.storage == storage
  }

  /// Whether the guests of the site's largest hosts would still have a place if these failed.
  private func leavesHeadroom(_ search: TargetSearch) -> Bool {
    let (left, needed) = headroomLeft(by: search)
    return left >= needed
  }

  /// The free bytes of the site if the guest comes, and those that have to stay free.
  func headroomLeft(by search: TargetSearch) -> (left: Double, needed: Double) {
    var free = -search.wish.memory.value
    var sizes: [Bytes] = []
    for (number, host) in fleet.hosts.enumerated()
    where host.site == search.wish.site && hosts[number].mayReceive {
      free += host.freeMemory.value
      sizes.append(host.memory)
    }
    let needed = sizes.sorted(by: >).prefix(scenario.placementRules.headroom).reduce(0.0) { $0 + $1.value }
    return (free, needed)
  }

  // MARK: - Looking at all hosts

  func scan(_ search: TargetSearch) -> HostIndex.Found {
    let wish = search.wish
    var (candidates, sawHost, sawFit) = (ContiguousArray<Int>(), false, false)
    for (number, host) in fleet.hosts.enumerated()
    where host.site == wish.site && number != search.source && number != search.avoided {
      sawHost = true
      guard fits(search, key(of: number)) else { continue }
      sawFit = true
      if hosts[number].mayReceive, host.fits(memory: wish.memory, disk: wish.disk) {
        candidates.append(number)
      }
    }
    guard !candidates.isEmpty else { return sawHost && !sawFit ? .unfit : .noRoom }
    let placements = setPlacements(search, candidates)
    var vcpus: [Int]?
    var best: (host: Int, rank: Rank)?
    for host in candidates {
      guard let rank = rank(of: host, placements, &vcpus) else { continue }
      if best.map({ rank.isBetter(than: $0.rank) }) ?? true { best = (host, rank) }
    }
    guard let best else { return .blocked(.affinity) }
    return best.rank.isOpen ? .host(best.host) : .busy
  }

  /// What decides between two hosts, from first to last; among equals the lower number wins.
  private struct Rank {
    var set = SetPlacement.Try.even
    /// A host that takes in as many as it may is waited for rather than a set broken.
    var isOpen = true
    var isUpgraded = false
    var score = 0.0

    func isBetter(than other: Rank) -> Bool {
      if set != other.set { return set < other.set }
      if isOpen != other.isOpen { return isOpen }
      if isUpgraded != other.isUpgraded { return isUpgraded }
      return score > other.score
    }
  }

  /// `nil` where a hard rule forbids the host.
  private func rank(of host: Int, _ placements: [SetPlacement], _ vcpus: inout [Int]?) -> Rank? {
    var rank = Rank()
    for placement in placements {
      guard let judged = placement.judge(placement.domain(of: fleet.hosts[host], host)) else { return nil }
      rank.set = max(rank.set, judged)
    }
    rank.isOpen = hosts[host].into < hostInLimit
    let rules = scenario.placementRules
    if rules.prefersUpgraded { rank.isUpgraded = fleet.isUpgraded(host) }
    let place = fleet.hosts[host]
    let freeMemory = place.freeMemory.value / place.memory.value
    guard !rules.scores.isEmpty else {
      rank.score = scenario.placement.score(freeShare: freeMemory)
      return rank
    }
    var freeCores = 1.0
    if let cores = place.cores {
      let promised = vcpus ?? promisedVCPUs()
      vcpus = promised
      freeCores = 1 - Double(promised[host]) / Double(cores)
    }
    let outlook = HostOutlook(
      freeMemory: freeMemory,
      freeDisk: place.disk == Bytes(.max) ? 1 : place.freeDisk.value / place.disk.value,
      freeCores: freeCores, isUpgraded: fleet.isUpgraded(host))
    rank.score = rules.scores.reduce(0) { $0 + $1.weight * $1.score.score(of: outlook) }
    return rank
  }

  /// The virtual CPUs of each host's guests, and of those on their way to it.
  private func promisedVCPUs() -> [Int] {
    var sums = Array(repeating: 0, count: fleet.hosts.count)
    for guest in fleet.guests { sums[Int(guest.host)] += fleet.flavors[Int(guest.flavor)].vcpus }
    for number in 0..<attempts.end where attempts.contains(number) {
      let move = moves[attempts[number].move]
      let flavor = move.flavor >= 0 ? move.flavor : fleet.guests[Int(move.guest)].flavor
      sums[Int(attempts[number].target)] += fleet.flavors[Int(flavor)].vcpus
    }
    return sums
  }

  // MARK: - Sets

  /// The rules about the guest's sets, against where its companions are and are going to be.
  func setPlacements(_ search: TargetSearch, _ candidates: ContiguousArray<Int>) -> [SetPlacement] {
    fleet.groups[Int(fleet.guests[search.guest].group)].sets.map { rule in
      var placement = SetPlacement(rule)
      let members = fleet.members(of: rule, with: search.guest)
      var planned: [Int: Int] = [:]
      for number in 0..<attempts.end where attempts.contains(number) {
        let guest = Int(moves[attempts[number].move].guest)
        if members.contains(guest) { planned[guest] = Int(attempts[number].target) }
      }
      if !desk.isPlain {
        for (guest, host) in parkedRoom where members.contains(guest) { planned[guest] = host }
      }
      for member in members where member != search.guest {
        let host = Int(fleet.guests[member].host)
        for place in places(of: rule, at: host, goingTo: planned[member]) {
          placement.count(memberIn: placement.domain(of: fleet.hosts[place], place))
        }
      }
      for host in candidates { placement.offer(placement.domain(of: fleet.hosts[host], host)) }
      return placement
    }
  }

  /// Room that is kept for moves that wait for a limit's leave.
  private var parkedRoom: [(guest: Int, host: Int)] {
    (0..<moves.end).compactMap { number in
      guard moves.contains(number), let parked = moves[number].parked else { return nil }
      return (Int(moves[number].guest), Int(parked.host))
    }
  }

  /// Whether the sets of a guest allow that it goes to a certain host.
  func setsAllow(_ search: TargetSearch, _ host: Int) -> Bool {
    guard !fleet.groups[Int(fleet.guests[search.guest].group)].sets.isEmpty else { return true }
    return setPlacements(search, [host]).allSatisfy {
      $0.judge($0.domain(of: fleet.hosts[host], host)) != nil
    }
  }

  /// Which hosts count as a companion's: the one it goes to; where it must never be met, also the one it may return to;
  /// and where it is to be joined, none that it has yet to leave.
  private func places(of rule: GuestSet, at host: Int, goingTo target: Int?) -> [Int] {
    switch (rule.relation, target) {
    case (.apart, let target?): rule.isHard ? [target, host] : [target]
    case (.together, let target?): [target]
    case (.apart, nil): [host]
    case (.together, nil): hosts[host].mayReceive ? [host] : []
    }
  }
}
