internal import FleetModel
internal import FleetSimulation
internal import MigrationPolicy
internal import Quantities

// Why guests move: from what is written to what is simulated.

extension Resolution {
  mutating func campaign(_ demand: DemandForm) -> Campaign {
    var kind = demand.kind
    switch kind {
    case .drains(let drains): kind = .drains(resolved(drains, demand))
    case .relocation(var relocation):
      relocation.from = demand.from?.value ?? ""
      if let to = demand.to {
        relocation.to = to.value
        if to.value == demand.from?.value {
          complain(
            .ruleBroken, at: to.origin, "guests cannot move to the site they are in", remedy: "another site")
        }
      }
      relocation.start = demand.start.value
      relocation.guests = demand.guests?.value ?? 0
      relocation.end = demand.until ?? relocation.end
      checkStart(demand.start.value, at: demand.start.origin)
      kind = .relocation(relocation)
    case .resizes(var resizes):
      resizes.perSecond = demand.rate?.value ?? 0
      checkRate(resizes.perSecond, "resizes", at: demand.rate?.origin)
      kind = .resizes(resizes)
    case .guests(let moves):
      checkStart(moves.kind.firstTurn, at: demand.place.origin(of: "from"))
      if let own = moves.kind as? OwnMoves {
        checkRate(own.perSecond, "moves", at: demand.place.origin(of: "rate"))
      }
    }
    var campaign = Campaign(
      name: demand.name ?? demand.standardName, chain: chain(of: demand), kind: kind)
    campaign.priority = demand.priority ?? campaign.priority
    campaign.stopIf = demand.stopIf
    campaign.deadline = demand.deadline.map { CampaignDeadline(after: $0, then: demand.atDeadline) }
    checkDeadline(demand)
    return campaign
  }

  private mutating func resolved(_ drains: HostDrains, _ demand: DemandForm) -> HostDrains {
    var drains = drains
    drains.start = demand.start.value
    switch demand.order?.value {
    case .rate(let perSecond):
      drains.order = .atRandom(perSecond: perSecond)
      checkRate(perSecond, "drains", at: demand.order?.origin)
    case .selected(let selection): drains.hosts = selection
    case .all, nil: break
    }
    drains.site = demand.site?.value
    checkStart(demand.start.value, at: demand.start.origin)
    return drains
  }

  private mutating func checkStart(_ start: Duration, at origin: Origin?) {
    guard start >= form.horizon else { return }
    complain(
      .ruleBroken, at: origin,
      "these moves begin after \(start), but the simulation ends after \(form.horizon)",
      remedy: "begin earlier, or a longer horizon")
  }

  private mutating func checkDeadline(_ demand: DemandForm) {
    guard let deadline = demand.deadline, deadline > form.horizon else { return }
    complain(
      .ruleBroken, at: demand.place.origin(of: "deadline", "embargo"),
      "the deadline comes after \(deadline), but the simulation ends after \(form.horizon)",
      remedy: "an earlier deadline, or a longer horizon")
  }

  /// Two reasons of one name would be counted as one.
  func nameApart(_ campaigns: inout [Campaign]) {
    for index in campaigns.indices {
      let name = campaigns[index].name
      var number = 2
      while campaigns[..<index].contains(where: { $0.name == campaigns[index].name }) {
        campaigns[index].name = "\(name) \(number)"
        number += 1
      }
    }
  }

  // MARK: - In the fleet

  /// Holds campaigns that speak of single hosts, or take some away, against the fleet.
  mutating func campaignsArePossible(_ scenario: Scenario) -> Bool {
    let needsFleet = scenario.campaigns.contains { campaign in
      switch campaign.kind {
      case .drains(let drains):
        !drains.hosts.isEverything || drains.after == .retire || campaign.deadline != nil
      case .relocation: campaign.deadline != nil
      case .resizes: false
      case .guests: true
      }
    }
    // One that cannot be built is somebody else's complaint.
    guard needsFleet,
      let fleet = try? Fleet.build(scenario.fleet, seed: scenario.seed, replication: 0)
    else { return true }
    let problems = CampaignCheck.problems(of: scenario.campaigns, in: fleet)
    for (number, problem) in problems {
      let place = form.demand[number].place
      let keys = [problem.key, problem.key == "deadline" ? "embargo" : nil].compactMap { $0 }
      complain(
        .ruleBroken, at: keys.lazy.compactMap { place.keys[$0] }.first ?? place.item, problem.message,
        remedy: problem.remedy)
    }
    return problems.isEmpty
  }
}
