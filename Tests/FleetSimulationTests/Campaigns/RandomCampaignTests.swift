import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

/// Campaigns of all kinds at once over small random fleets, watched as they go.
@Suite struct RandomCampaignTests {
  private static func scenario(_ seed: UInt64) -> Scenario {
    var scenario = RandomScenario(seed: seed).scenario()
    var random = SeededGenerator(seed ^ 0xCA3B)
    let sites = scenario.fleet.sites.map(\.name)
    for number in 0..<random.int(1...3) {
      let chain = FallbackChain(
        (0..<random.int(1...2)).map { _ in
          ChainStep(strategy: random.one(of: ["live", "warm", "cold"]))
        })
      var campaign = Campaign(name: "more \(number)", chain: chain, kind: kind(sites, &random))
      if random.chance(0.4) {
        campaign.deadline = CampaignDeadline(
          after: .hours(Int64(random.int(13...60))), then: random.one(of: CampaignDeadline.Action.allCases))
      }
      if random.chance(0.3) {
        campaign.stopIf = [
          StopCondition(.failures, over: .share(0.3)), StopCondition(.lost, over: .count(4)),
        ]
      }
      if case .drains(let drains) = campaign.kind, drains.after == .retire, campaign.deadline?.then == .force
      {
        campaign.deadline = nil
      }
      scenario.campaigns.append(campaign)
    }
    if random.chance(0.5) { scenario.hostFailures.rebuild = rebuild(&random) }
    return scenario
  }

  private static func rebuild(_ random: inout SeededGenerator) -> Rebuild {
    var rebuild = Rebuild()
    rebuild.after = .seconds(Int64(random.int(0...600)))
    rebuild.source = random.one(of: Rebuild.Source.allCases)
    rebuild.takes = constant(random.number(0...900))
    return rebuild
  }

  private static func kind(_ sites: [String], _ random: inout SeededGenerator) -> CampaignKind {
    switch random.int(0...5) {
    case 0:
      var rebalance = Rebalance()
      (rebalance.spread, rebalance.movesAtOnce) = (random.number(0...0.3), random.int(1...9))
      return .guests(GuestMoves(rebalance))
    case 1:
      var own = OwnMoves()
      own.perSecond = random.number(1...60) / 86_400
      return .guests(GuestMoves(own))
    case 2:
      var batch = ResizeBatch()
      (batch.guests, batch.up, batch.end) = (random.int(1...3), random.number(0...1), .days(2))
      return .guests(GuestMoves(batch))
    default: return .drains(drains(sites, &random))
    }
  }

  private static func drains(_ sites: [String], _ random: inout SeededGenerator) -> HostDrains {
    var drains = HostDrains()
    drains.start = .hours(Int64(random.int(0...12)))
    drains.maxUnavailable = random.int(1...4)
    drains.work = .minutes(Int64(random.int(0...200)))
    drains.giveUpAfter = .hours(Int64(random.int(1...48)))
    drains.sparesFirst = random.chance(0.5)
    if random.chance(0.5) { drains.hosts.listed = (0..<random.int(1...2)).map { HostName(number: $0) } }
    if random.chance(0.4) {
      var waves = Waves()
      waves.size = random.one(of: [.hosts(1), .hosts(2), .rack, .site, .share(0.4), .listed([1, 2])])
      (waves.canary, waves.gap) = (random.int(0...2), .minutes(Int64(random.int(0...300))))
      drains.waves = waves
    }
    if random.chance(0.4) { drains.returnHome = ReturnHome(random.one(of: ReturnHome.Moment.allCases)) }
    switch random.int(0...4) {
    case 0: drains.isInPlace = true
    case 1: (drains.after, drains.cordons) = (.retire, random.chance(0.5))
    case 2 where sites.count > 1:
      (drains.site, drains.targetSite, drains.after) = (sites[0], sites[1], .retire)
      drains.hosts = HostSelection()
    case 3:
      var emergency = Emergency()
      if random.chance(0.8) { emergency.diesAfter = try? .exponential(mean: random.number(60...9000)) }
      if random.chance(0.7) { emergency.rebuild = rebuild(&random) }
      drains.emergency = emergency
    default: break
    }
    return drains
  }

  private static func faults(_ scenario: Scenario) throws -> [String] {
    var simulation = try Simulation(scenario, replication: 0)
    var count = 0
    while simulation.step() {
      count += 1
      guard count < 100 || count % 41 == 0 else { continue }
      let faults = ConservationChecker.faults(of: simulation)
      if !faults.isEmpty { return faults + ["after \(count) events, at \(simulation.now.seconds) s"] }
      if count > 300_000 { return ["it has no end"] }
    }
    let last = ConservationChecker.faults(of: simulation)
    return last + faults(simulation.finished())
  }

  private static func faults(_ ledger: Ledger) -> [String] {
    var faults: [String] = []
    for (name, tally) in zip(ledger.campaigns, ledger.courses) {
      if tally.returned + tally.returnMisses > tally.toReturn { faults.append("\(name): too many came home") }
      if tally.outcome == .finished, tally.returned + tally.returnMisses != tally.toReturn {
        faults.append("\(name) is over, and somebody is still on his way home")
      }
      if tally.rebuilt + tally.rebuiltFromImage > tally.lost {
        faults.append("\(name): rebuilt, and not lost")
      }
      if (tally.outcome == .finished) != (tally.ended != nil) { faults.append("\(name) has a wrong end") }
      if tally.hostsRetired > tally.hostsDone { faults.append("\(name): more retired than done") }
    }
    let drains = ledger.drains
    if drains.blocked.values.reduce(0, +) != drains.guestsLeft {
      faults.append("not all that is left is held")
    }
    if ledger.headroom < 0 || ledger.headroom > 1 { faults.append("a headroom of \(ledger.headroom)") }
    return faults
  }

  @Test(arguments: 0..<4)
  func `nothing is lost, leaked or counted twice`(block: Int) throws {
    for seed in 0..<60 {
      let seed = UInt64(block * 60 + seed)
      // Too many guests for the hosts that were drawn, or for those that stay: no run, no fault.
      guard let faults = try? RandomCampaignTests.faults(RandomCampaignTests.scenario(seed)) else { continue }
      guard !faults.isEmpty else { continue }
      Issue.record("seed \(seed): \(faults.prefix(8).joined(separator: "; "))")
      return
    }
  }

  @Test func `every outcome occurs among them, and each repeats itself to the last bit`() throws {
    var (built, outcomes) = (0, Set<CampaignOutcome>())
    var all = (returned: 0, missed: 0, lost: 0, rebuilt: 0, inPlace: 0, late: 0)
    for seed in 0..<100 {
      let scenario = RandomCampaignTests.scenario(UInt64(seed))
      guard var simulation = try? Simulation(scenario, replication: 0) else { continue }
      built += 1
      simulation.run()
      let ledger = simulation.finished()
      if seed % 5 == 0 {
        var again = try Simulation(scenario, replication: 0)
        again.run()
        let other = again.finished()
        #expect(other == ledger, "seed \(seed)")
      }
      for tally in ledger.courses {
        outcomes.insert(tally.outcome)
        all.returned += tally.returned
        all.missed += tally.returnMisses
        all.late += tally.deadlineMisses
      }
      all.lost += ledger.outages.lost
      all.rebuilt += ledger.outages.rebuilt + ledger.outages.rebuiltFromImage
      all.inPlace += ledger.outages.inPlace
    }
    #expect(built > 50)
    #expect(outcomes.isSuperset(of: [.finished, .stopped, .underWay]))
    #expect(all.returned > 0 && all.missed > 0 && all.lost > 0 && all.rebuilt > 0, "\(all)")
    #expect(all.inPlace > 0 && all.late > 0, "\(all)")
  }
}
