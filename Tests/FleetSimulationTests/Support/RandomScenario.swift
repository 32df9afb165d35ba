import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities

@testable import FleetSimulation

/// A small scenario made from a seed, or from choices that were made before.
struct RandomScenario: CustomStringConvertible {
  var seed: UInt64
  /// The choices to make it by; `nil` for those that the seed draws.
  var tape: [Int]?
  /// Every chain is this strategy alone, and nothing is decided by how moves go; for pairs.
  var only: String?

  var description: String {
    "RandomScenario(seed: \(seed), tape: \(tape.map { "\($0)" } ?? "nil"), only: \(only ?? "nil"))"
  }

  func scenario() -> Scenario { made().scenario }

  /// The scenario, and the choices that make it again.
  ///
  /// `isQuiet`: all that it asks for is asked for early, and there is time for all of it to end.
  func made() -> (scenario: Scenario, isQuiet: Bool, choices: [Int]) {
    var random = tape.map { Choices(tape: $0) } ?? Choices(seed: seed)
    var scenario = basic(by: &random)
    guard only == nil else { return (scenario, false, random.made) }
    if random.chance(0.7) { campaign(&scenario, &random) }
    if random.chance(0.6) { limit(&scenario, &random) }
    if random.chance(0.6) { time(&scenario, &random) }
    let isQuiet = random.chance(0.3)
    if isQuiet { quiet(&scenario, &random) }
    return (scenario, isQuiet, random.made)
  }

  private func basic(by random: inout Choices) -> Scenario {
    var scenario = Scenario()
    scenario.seed = seed
    scenario.horizon = .days(Int64(random.int(2...12)))
    scenario.strategies = StrategyCatalog([
      Live(
        maxRounds: random.int(2...8), timeout: .minutes(random.one(of: [2, 6, 60, 600])),
        autoConverge: random.chance(0.5)),
      Warm(maxPasses: random.int(2...8), timeout: .minutes(random.one(of: [2, 6, 60, 600]))), Reboot(),
      Cold(), Suspend(), InPlace(), Rebuild(), PostCopyLive(),
    ])
    let sites = random.int(1...3)
    let names = (0..<sites).map { "site\($0)" }
    scenario.fleet.sites = names.map { site($0, &random) }
    scenario.fleet.guests = (0..<random.int(1...2)).map { group($0, names, &random) }
    scenario.rules = rules(&random)
    scenario.limits.hostOut = random.int(1...3)
    scenario.limits.hostIn = random.int(1...3)
    if random.chance(0.5) { scenario.limits.fleet = random.int(1...4) }
    if random.chance(0.3) { scenario.limits.perMove = ByteRate(bytesPerSecond: random.number(20e6...200e6)) }
    scenario.limits.patience = .minutes(Int64(random.int(1...600)))
    scenario.placement = random.one(of: [.spread, .pack])
    scenario.mechanics = mechanics(&random)
    if random.chance(0.4) {
      scenario.hostFailures.perSecond = random.number(0.1...2) / 86_400
      scenario.hostFailures.repair = .minutes(Int64(random.int(5...400)))
    }
    let campaigns = random.int(1...4)
    scenario.campaigns = (0..<campaigns).map { campaign($0, names, &random) }
    if random.chance(0.5) { scenario.classes.ageBands = [.days(365), .days(1000)] }
    if random.chance(0.5) { scenario.classes.by = .group }
    if random.chance(0.5) { scenario.network = network(names, &random) }
    if random.chance(0.5) { differ(&scenario, &random) }
    return scenario
  }

  private func site(_ name: String, _ random: inout Choices) -> SiteBlueprint {
    var (site, group) = (SiteBlueprint(), HostGroup())
    site.name = name
    if random.chance(0.4) { site.wan = ByteRate(bytesPerSecond: random.number(50e6...500e6)) }
    group.count = random.int(2...6)
    group.cpus = Mix([("epyc-7713", 2), ("xeon-6238r", 1), ("xeon-6148", 1)])
    group.memory = .gibibytes(Int64(random.int(24...64)))
    group.nic = ByteRate(bytesPerSecond: random.number(50e6...1e9))
    group.pool.capacity = random.chance(0.5) ? .gigabytes(Int64(random.int(300...900))) : Bytes(.max)
    if random.chance(0.5) { group.pool.read = ByteRate(bytesPerSecond: random.number(50e6...1e9)) }
    if random.chance(0.5) { group.pool.write = ByteRate(bytesPerSecond: random.number(50e6...1e9)) }
    group.hostsPerRack = random.int(1...3)
    if random.chance(0.5) { group.rackUplink = ByteRate(bytesPerSecond: random.number(50e6...1e9)) }
    group.spares = random.int(0...1)
    site.hostGroups = [group]
    return site
  }

  private func group(_ number: Int, _ sites: [String], _ random: inout Choices) -> GuestGroup {
    var group = GuestGroup()
    group.name = "group\(number)"
    group.count = random.int(1...24)
    if random.chance(0.4) { group.site = random.one(of: sites) }
    group.flavors = Mix([
      (Flavor(name: "s", vcpus: 1, memory: .gibibytes(1), disk: .gigabytes(10)), 3),
      (Flavor(name: "m", vcpus: 2, memory: .gibibytes(2), disk: .gigabytes(20)), 2),
      (Flavor(name: "l", vcpus: 4, memory: .gibibytes(4), disk: .gigabytes(40)), 1),
    ])
    group.age = (try? .exponential(mean: 3e7)) ?? .zero
    group.kernels = [KernelBand(upToAge: .max, kernels: Mix([(kernel("4.12"), 1), (kernel("6.1"), 1)]))]
    group.disk.isThick = random.chance(0.5)
    group.disk.fillTime = constant(3e7)
    group.disk.writes = (try? .lognormal(median: 1e5, sigma: 3)) ?? .zero
    group.disk.workingSet = random.number(0.01...1)
    group.memory.used = random.number(0.1...1)
    group.memory.hot = random.number(0...0.1)
    group.memory.dirtyRate = (try? .lognormal(median: 5e6, sigma: 2)) ?? .zero
    group.memory.workingSet = random.number(0.1...1)
    group.ignoresShutdown = random.one(of: [0, 0.3])
    group.forbidsLive = random.one(of: [0, 0.3])
    group.shutdown = (try? .exponential(mean: 15)) ?? .zero
    group.boot = (try? .uniform(from: 10, to: 90)) ?? .zero
    return group
  }

  private func rules(_ random: inout Choices) -> EligibilityRules {
    var rows: [KernelPolicyRow] = []
    for _ in 0..<random.int(0...2) {
      var row = KernelPolicyRow()
      row.affected = [
        KernelRange(
          from: random.chance(0.5) ? kernel("4.0") : nil, to: random.chance(0.5) ? kernel("5.0") : nil)
      ]
      row.effect = random.one(of: [.refuse, .hang, .hang, .hang])
      row.detected = random.one(of: [.during, .atResume, .afterwards])
      row.probability = random.number(0...1)
      row.detectionDelay = .seconds(Int64(random.int(0...600)))
      rows.append(row)
    }
    return EligibilityRules(
      cpu: random.one(of: [.any, .superset, .sameFamily, .sameVendor]), [RespectOptOut(), KernelPolicy(rows)])
  }

  private func mechanics(_ random: inout Choices) -> Mechanics {
    var mechanics = Mechanics()
    mechanics.prepare = constant(random.number(0...30))
    if random.chance(0.5) { mechanics.streamRate = (try? .lognormal(median: 100e6, sigma: 0.5)) ?? .zero }
    mechanics.rebootOverhead = constant(random.number(0...100))
    mechanics.networkGap = constant(random.number(0...3))
    mechanics.verify = .seconds(Int64(random.int(0...5)))
    mechanics.dirtyNoise = random.number(0...0.5)
    return mechanics
  }

  private func network(_ sites: [String], _ random: inout Choices) -> NetworkPlan {
    var plan = NetworkPlan()
    func links() -> LinkSet {
      var links = LinkSet()
      links.kind = random.one(of: LinkKind.allCases)
      if random.chance(0.5) { links.site = random.one(of: sites) }
      return links
    }
    for _ in 0..<random.int(0...2) {
      var hours = LinkHours()
      hours.links = links()
      hours.from = .hours(Int64(random.int(0...23)))
      hours.until = .hours(Int64(random.int(0...24)))
      hours.share = random.one(of: [0, 0.1, 0.5, 1])
      plan.hours.append(hours)
    }
    for _ in 0..<random.int(0...2) {
      var failures = LinkFailures()
      failures.links = links()
      if random.chance(0.3) { failures.at = .minutes(Int64(random.int(0...3000))) }
      failures.perSecond = random.number(0.1...20) / 86_400
      failures.repair = .minutes(Int64(random.int(1...300)))
      plan.failures.append(failures)
    }
    plan.patience = .seconds(Int64(random.int(1...3000)))
    return plan
  }

  private func chain(_ random: inout Choices) -> FallbackChain {
    let steps = (0..<random.int(1...3)).map { _ in
      var step = ChainStep(strategy: random.one(of: ["live", "warm", "reboot", "cold"]))
      step.tries = random.int(1...3)
      if random.chance(0.3) {
        var terms = TicketTerms()
        terms.notice = .hours(Int64(random.int(1...48)))
        terms.startedByCustomer = 0.3
        terms.moved = 0.3
        terms.movedByUpTo = .hours(24)
        terms.window = .minutes(Int64(random.int(0...120)))
        step.ticket = terms
      }
      return step
    }
    return FallbackChain(only.map { [ChainStep(strategy: $0)] } ?? steps)
  }

  private func campaign(_ number: Int, _ sites: [String], _ random: inout Choices) -> Campaign {
    let kind: CampaignKind
    switch random.int(0...3) {
    case 0, 1:
      var drains = HostDrains()
      if random.chance(0.4) { drains.order = .atRandom(perSecond: random.number(1...10) / 86_400) }
      if random.chance(0.3) { drains.site = random.one(of: sites) }
      if random.chance(0.5) { drains.end = .days(2) }
      drains.maxUnavailable = random.int(1...3)
      drains.work = .minutes(Int64(random.int(0...300)))
      drains.giveUpAfter = .hours(Int64(random.int(1...72)))
      kind = .drains(drains)
    case 2 where sites.count > 1:
      var relocation = Relocation()
      (relocation.from, relocation.to) = (sites[0], sites[1])
      relocation.guests = random.int(1...20)
      kind = .relocation(relocation)
    default:
      var resizes = Resizes()
      resizes.perSecond = random.number(1...40) / 86_400
      resizes.up = random.number(0...1)
      kind = .resizes(resizes)
    }
    return Campaign(name: "campaign\(number)", chain: chain(&random), kind: kind)
  }
}
