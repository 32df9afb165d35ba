import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities

@testable import FleetSimulation

/// The kinds of campaigns that scenarios know, by the names they have there.
enum RandomKind: Int, CaseIterable {
  case drain, relocate, resize, kernelUpgrade, securityReboot, decommission, evacuation, siteExit, rebalance
  case ownMoves, resizeBatch
}

extension RandomScenario {
  /// Up to three more campaigns beside those that are there, of all eleven kinds; and what becomes of guests whose host
  /// has failed.
  func campaign(_ scenario: inout Scenario, _ random: inout Choices) {
    let sites = scenario.fleet.sites.map(\.name)
    for number in 0..<random.int(0...3) {
      let kind = random.one(of: RandomKind.allCases)
      let chain = FallbackChain(
        (0..<random.int(1...3)).map { _ in
          var step = ChainStep(strategy: random.one(of: RandomScenario.strategies))
          step.tries = random.int(1...3)
          return step
        })
      var campaign = Campaign(name: "more\(number)", chain: chain, kind: self.kind(kind, sites, &random))
      if random.chance(0.2) { campaign.priority = random.int(0...200) }
      scenario.campaigns.append(campaign)
    }
    for index in scenario.campaigns.indices { restrain(&scenario.campaigns[index], &random) }
    if random.chance(0.5) { scenario.hostFailures.rebuild = rebuild(&random) }
  }

  static let strategies = ["live", "warm", "cold", "reboot", "suspend", "rebuild", "post-copy", "in-place"]

  private func kind(_ kind: RandomKind, _ sites: [String], _ random: inout Choices) -> CampaignKind {
    switch kind {
    case .drain: return .drains(drains(sites, &random))
    case .relocate:
      var relocation = Relocation()
      (relocation.from, relocation.to) = (sites[0], sites[sites.count - 1])
      relocation.guests = random.int(1...20)
      return .relocation(relocation)
    case .resize:
      var resizes = Resizes()
      (resizes.perSecond, resizes.up) = (random.number(1...40) / 86_400, random.number(0...1))
      return .resizes(resizes)
    case .rebalance:
      var rebalance = Rebalance()
      (rebalance.spread, rebalance.movesAtOnce) = (random.number(0...0.3), random.int(1...9))
      if random.chance(0.5) { rebalance.end = .days(2) }
      return .guests(GuestMoves(rebalance))
    case .ownMoves:
      var own = OwnMoves()
      own.perSecond = random.number(1...60) / 86_400
      return .guests(GuestMoves(own))
    case .resizeBatch:
      var batch = ResizeBatch()
      (batch.guests, batch.up, batch.end) = (random.int(1...3), random.number(0...1), .days(2))
      return .guests(GuestMoves(batch))
    case .kernelUpgrade, .securityReboot, .decommission, .evacuation, .siteExit:
      var drains = drains(sites, &random)
      special(kind, &drains, sites, &random)
      return .drains(drains)
    }
  }

  private func special(
    _ kind: RandomKind, _ drains: inout HostDrains, _ sites: [String], _ random: inout Choices
  ) {
    switch kind {
    case .kernelUpgrade:
      drains.kernel = random.one(of: [kernel("4.9.189-3"), kernel("6.2")])
      drains.microcode = random.one(of: [nil, 20_191_115])
    case .securityReboot: drains.isInPlace = random.chance(0.6)
    case .decommission:
      (drains.after, drains.cordons) = (.retire, random.chance(0.5))
      drains.hosts.listed = [HostName(number: random.int(0...2))]
    case .evacuation: drains.emergency = emergency(&random)
    case .siteExit where sites.count > 1:
      (drains.site, drains.targetSite, drains.after) = (sites[0], sites[1], .retire)
      drains.hosts = HostSelection()
      drains.returnHome = nil
    case .siteExit, .drain, .relocate, .resize, .rebalance, .ownMoves, .resizeBatch: break
    }
  }

  private func drains(_ sites: [String], _ random: inout Choices) -> HostDrains {
    var drains = HostDrains()
    drains.start = .hours(Int64(random.int(0...12)))
    drains.maxUnavailable = random.int(1...4)
    drains.work = .minutes(Int64(random.int(0...200)))
    drains.giveUpAfter = .hours(Int64(random.int(1...48)))
    drains.sparesFirst = random.chance(0.5)
    if random.chance(0.4) { drains.hosts.listed = (0..<random.int(1...2)).map { HostName(number: $0) } }
    if random.chance(0.1) { drains.hosts.racks = [0] }
    if random.chance(0.4) {
      var waves = Waves()
      waves.size = random.one(of: [.hosts(1), .hosts(2), .rack, .site, .share(0.4), .listed([1, 2])])
      (waves.canary, waves.gap) = (random.int(0...2), .minutes(Int64(random.int(0...300))))
      waves.canaryPause = .minutes(Int64(random.int(0...300)))
      drains.waves = waves
    }
    if random.chance(0.4) { drains.returnHome = ReturnHome(random.one(of: ReturnHome.Moment.allCases)) }
    return drains
  }

  private func emergency(_ random: inout Choices) -> Emergency {
    var emergency = Emergency()
    if random.chance(0.8) { emergency.diesAfter = try? .exponential(mean: random.number(60...9000)) }
    if random.chance(0.6) { emergency.rebuild = rebuild(&random) }
    if random.chance(0.5) { emergency.hostOut = random.int(1...6) }
    return emergency
  }

  private func rebuild(_ random: inout Choices) -> RestartTerms {
    var rebuild = RestartTerms()
    rebuild.after = .seconds(Int64(random.int(0...600)))
    rebuild.source = random.one(of: RestartTerms.Source.allCases)
    rebuild.takes = constant(random.number(0...900))
    return rebuild
  }

  /// When a campaign is to be over, and what makes it pause.
  private func restrain(_ campaign: inout Campaign, _ random: inout Choices) {
    if random.chance(0.2) {
      campaign.deadline = CampaignDeadline(
        after: .hours(Int64(random.int(13...60))), then: random.one(of: CampaignDeadline.Action.allCases))
    }
    if random.chance(0.3) {
      campaign.stopIf = random.one(of: [
        [StopCondition(.failures, over: .share(0.3))], [StopCondition(.lost, over: .count(2))],
        [StopCondition(.abandoned, over: .count(3))], [StopCondition(.downtime, over: .time(.minutes(5)))],
        [StopCondition(.totalDowntime, over: .time(.hours(1)))],
      ])
    }
    if case .drains(let drains) = campaign.kind, drains.after == .retire, campaign.deadline?.then == .force {
      campaign.deadline = nil
    }
  }

  /// Nothing new is asked for after a while, and there is all the time in the world: whatever has begun comes to an end.
  func quiet(_ scenario: inout Scenario, _ random: inout Choices) {
    for index in scenario.campaigns.indices {
      scenario.campaigns[index].deadline = CampaignDeadline(
        after: .hours(Int64(random.int(13...60))), then: .stop)
    }
    scenario.horizon = .days(40)
    // A host that is down again and again gives the long quiet nothing but events.
    scenario.hostFailures.perSecond /= 10
    for row in scenario.network.failures.indices { scenario.network.failures[row].perSecond /= 20 }
  }
}
