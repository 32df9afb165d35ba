internal import FleetModel
internal import FleetSimulation
internal import MigrationPolicy
internal import Quantities

// What each part says may be sound, and nothing could come of them together: dates that come too late, hosts that are
// too small, a reserve as large as the site.

extension Resolution {
  mutating func checkReach(_ scenario: Scenario) {
    for (number, campaign) in scenario.campaigns.enumerated() where !campaign.isEmergency {
      checkDates(of: campaign, form.demand[number])
      checkTargets(of: campaign, form.demand[number], scenario.fleet)
    }
    checkHeadroom(scenario)
  }

  // MARK: - Dates

  /// Whether the date on a step's first tickets can come before nobody wants the move any more. A customer who starts
  /// it himself does so earlier.
  private mutating func checkDates(of campaign: Campaign, _ demand: DemandForm) {
    let start = campaign.start
    for deadline in demand.deadlines {
      guard let at = deadline.value.at, at <= start, at < form.horizon else { continue }
      complain(
        .ruleBroken, at: deadline.origin,
        "this deadline has passed when the moves begin, after \(start): it is at \(at)",
        remedy: "a later date, or begin earlier")
    }
    guard let (number, notice) = campaign.firstDate else { return }
    let step = demand.chain[number]
    if case .drains(let drains) = campaign.kind, notice >= drains.giveUpAfter {
      complain(
        .ruleBroken, at: step.strategy.origin,
        "the notice of \(quoted(step.strategy.value)) ends after \(notice), and a host's drain is given up after "
          + "\(drains.giveUpAfter): it would never begin",
        remedy: "give up later (give-up-after), or a shorter notice")
    } else if start + notice >= form.horizon {
      complain(
        .ruleBroken, at: step.strategy.origin,
        "the notice of \(quoted(step.strategy.value)) ends \(start + notice) after the start, and the simulation after "
          + "\(form.horizon): it would never begin",
        remedy: "a longer horizon, or a shorter notice")
    }
  }

  // MARK: - Capacity

  /// Whether all that is to go to another site could stand on one of its hosts, were that empty.
  private mutating func checkTargets(of campaign: Campaign, _ demand: DemandForm, _ fleet: FleetBlueprint) {
    let (from, to): (String?, String?) =
      switch campaign.kind {
      case .relocation(let relocation): (relocation.from, relocation.to)
      case .drains(let drains): (drains.site, drains.targetSite)
      case .resizes, .guests: (nil, nil)
      }
    guard let to, let target = fleet.sites.first(where: { $0.name == to }) else { return }
    let (memory, disk) = (target.hostGroups.map(\.memory).max(), target.hostGroups.map(\.pool.capacity).max())
    guard let memory, let disk else { return }
    for group in fleet.guests where group.count > 0 && (group.site == nil || group.site == from) {
      for flavor in group.flavors.parts.map(\.value) {
        let needsDisk = group.disk.isShared ? .zero : flavor.disk
        guard flavor.memory > memory || needsDisk > disk else { continue }
        let needed = flavor.memory > memory ? "\(flavor.memory) of RAM" : "\(needsDisk) of disk"
        let most = flavor.memory > memory ? memory : disk
        complain(
          .ruleBroken, at: demand.to?.origin ?? demand.place.item,
          "VMs of the flavor \(quoted(flavor.name)) need \(needed), and no host in \(quoted(to)) has more than \(most)",
          remedy: "larger hosts there, or leave these VMs where they are")
        return
      }
    }
  }

  /// Whether a site could keep free what it is to keep.
  private mutating func checkHeadroom(_ scenario: Scenario) {
    let headroom = scenario.placementRules.headroom
    guard headroom > 0 else { return }
    for site in scenario.fleet.sites {
      let count = site.hostGroups.reduce(0) { $0 + $1.count }
      guard headroom >= count else { continue }
      return complain(
        .ruleBroken, at: form.placement.origin,
        "the headroom is as much as \(headroom) hosts have, and \(quoted(site.name)) has \(count): nobody could move there",
        remedy: "less headroom")
    }
  }
}

extension Campaign {
  /// From the start of the simulation to the first wish.
  fileprivate var start: Duration {
    switch kind {
    case .drains(let drains): drains.start
    case .relocation(let relocation): relocation.start
    case .resizes: .zero
    case .guests(let moves): moves.kind.firstTurn
    }
  }

  /// The first step that waits for a date which no customer brings forward, and how long that is after its ticket.
  fileprivate var firstDate: (step: Int, notice: Duration)? {
    guard let number = chain.steps.firstIndex(where: { $0.ticket != nil }),
      let ticket = chain.steps[number].ticket, ticket.startedByCustomer == 0
    else { return nil }
    let ahead = chain.steps[number].cutover.copyAhead ?? .zero
    return (number, ticket.notice > ahead ? ticket.notice - ahead : .zero)
  }
}
