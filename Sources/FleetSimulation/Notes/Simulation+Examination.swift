internal import CutoverCore
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// What stands in the way of a move: worked out for whoever asks why, never for the simulation itself.

extension Simulation {
  /// Makes a note of all that is in the way of a move which could not begin. Asked of one guest only, for it looks at
  /// each host.
  mutating func noteObstacles(_ slot: Int32, _ strategy: Int) {
    guard noteSink != nil, let examined, Int(moves[slot].guest) == examined else { return }
    let found = examination(of: moves[slot], strategy)
    note(moves[slot].guest, .examined(found))
  }

  /// What would be in the way if a campaign asked for a guest's move now, by each strategy of its chain.
  ///
  /// - Precondition: there are such a guest and such a campaign.
  package mutating func examine(guest: Int, campaign: Int) -> [Examination] {
    var move = Move(
      number: -1, guest: Int32(guest), campaign: Int32(campaign), targetSite: -1, ordinal: ordinals[guest])
    move.isEmergency = scenario.campaigns[campaign].isEmergency
    let target: String? =
      switch scenario.campaigns[campaign].kind {
      case .drains(let drains): drains.targetSite
      case .relocation(let relocation): relocation.to
      case .resizes, .guests: nil
      }
    if let target, let site = fleet.siteIndex(named: target) { move.targetSite = Int32(site) }
    move.sharesDisk = fleet.sharesDisk(guest, on: Int(fleet.guests[guest].host))
    return chains[campaign].map { examination(of: move, $0) }
  }

  /// The chains of all campaigns, by the numbers of their strategies.
  package var chainsByCampaign: [[Int]] { chains }

  private mutating func examination(of move: Move, _ strategy: Int) -> Examination {
    var found = Examination(strategy: strategy)
    (found.memory, found.disk) = needs(of: move)
    let prepared: PreparedPlan
    switch plan(strategy, for: move, at: now) {
    case .plan(let plan): prepared = plan
    case .refused(let reason):
      found.strategyRefusal = reason
      return found
    }
    let source = Int(fleet.guests[Int(move.guest)].host)
    var candidate = candidate(for: move, key(of: move, prepared, from: source), prepared.plan)
    candidate.source = fleet.facts(ofKind: Int(fleet.hosts[source].kind))
    found.rules = scenario.rules.findings(on: candidate)
    guard !prepared.plan.staysOnHost else {
      found.staysOnHost = true
      return found
    }
    let wish = SlotLines.Kind(
      site: site(of: move, from: source), passenger: -1, memory: found.memory, disk: found.disk)
    let search = TargetSearch(
      guest: Int(move.guest), source: source, wish: wish,
      storage: move.sharesDisk ? fleet.group(of: source).group.storage : nil, isEmergency: move.isEmergency)
    found.headroom = headroom(search)
    let sets = setPlacements(search, ContiguousArray(fleet.hosts.indices))
    for host in fleet.hosts.indices where host != source {
      candidate.target = fleet.facts(ofKind: Int(fleet.hosts[host].kind))
      var obstacles = standing(of: host, move, search)
      obstacles += scenario.rules.findings(on: candidate).filter(\.looksAtHosts).map(HostObstacle.rule)
      obstacles += room(on: host, search) + self.sets(sets, on: host, search)
      obstacles += limits(prepared.plan, from: source, to: host)
      found.hosts.append(Examination.HostFinding(host: host, obstacles: obstacles))
    }
    return found
  }

  private func standing(of host: Int, _ move: Move, _ search: TargetSearch) -> [HostObstacle] {
    var obstacles: [HostObstacle] = []
    if fleet.hosts[host].site != search.wish.site {
      obstacles.append(.otherSite(fleet.sites[Int(search.wish.site)].name))
    }
    if move.targetHost >= 0, Int(move.targetHost) != host {
      obstacles.append(.otherHost(Int(move.targetHost)))
    }
    switch hosts[host].state {
    case .inService: break
    case .draining: obstacles.append(.draining)
    case .out: obstacles.append(.workedOn)
    case .retired: obstacles.append(.retired)
    }
    if let until = hosts[host].downUntil { obstacles.append(.down(until: until)) }
    if hosts[host].isCordoned, hosts[host].state == .inService { obstacles.append(.cordoned) }
    if let storage = search.storage, fleet.group(of: host).group.storage != storage {
      obstacles.append(.storage(storage))
    }
    return obstacles
  }

  private func room(on host: Int, _ search: TargetSearch) -> [HostObstacle] {
    var obstacles: [HostObstacle] = []
    let place = fleet.hosts[host]
    if place.freeMemory < search.wish.memory { obstacles.append(.memory(free: place.freeMemory)) }
    if place.freeDisk < search.wish.disk { obstacles.append(.disk(free: place.freeDisk)) }
    return obstacles
  }

  private func sets(_ sets: [SetPlacement], on host: Int, _ search: TargetSearch) -> [HostObstacle] {
    sets.compactMap { placement in
      let domain = placement.domain(of: fleet.hosts[host], host)
      guard placement.judge(domain) == nil else { return nil }
      let isApart = placement.rule.relation == .apart
      let companion = fleet.members(of: placement.rule, with: search.guest).first { member in
        let place = Int(fleet.guests[member].host)
        let isThere = placement.domain(of: fleet.hosts[place], place) == domain
        return member != search.guest && isThere == isApart
      }
      return .set(placement.rule, companion: companion)
    }
  }

  private func limits(_ plan: CutoverPlan, from source: Int, to host: Int) -> [HostObstacle] {
    var obstacles: [HostObstacle] = []
    if hosts[host].into >= scenario.limits.hostIn {
      obstacles.append(.slots(into: hosts[host].into, limit: scenario.limits.hostIn))
    }
    guard !desk.isPlain else { return obstacles }
    for charge in charges(for: plan, from: source, to: host) {
      let rule = scenario.limits.rules[Int(charge.key.rule)]
      let inUse = desk.inUse(charge.key)
      guard inUse + charge.units > rule.capacity else { continue }
      obstacles.append(
        .limit(
          LimitFinding(name: rule.label, inUse: inUse, needed: charge.units, capacity: rule.capacity)))
    }
    return obstacles
  }

  private func headroom(_ search: TargetSearch) -> Examination.Headroom? {
    let count = scenario.placementRules.headroom
    guard count > 0, !search.isEmergency else { return nil }
    let (left, needed) = headroomLeft(by: search)
    guard left < needed else { return nil }
    return Examination.Headroom(
      left: Bytes(Int64(max(0, left))), needed: Bytes(Int64(needed)), hosts: count)
  }
}
