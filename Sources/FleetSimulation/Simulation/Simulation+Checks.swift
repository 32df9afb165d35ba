internal import CutoverCore
package import FleetModel
internal import MigrationPolicy
internal import Quantities

// What can be seen of a policy before a run: whatever could never happen, or never end.

extension Simulation {
  static func index(of strategy: String, in scenario: Scenario) throws(FleetError) -> Int {
    guard let index = scenario.strategies.index(of: strategy) else {
      throw FleetError(
        "there is no strategy called '\(strategy)'",
        remedy: "one of \(scenario.strategies.names.joined(separator: ", "))")
    }
    return index
  }

  /// Refuses names that stand for nothing, and limits under which nothing would move; all but whether the fleet fits.
  package static func check(_ scenario: Scenario) throws(FleetError) {
    _ = try resolve(scenario)
    _ = try index(of: scenario.baseline, in: scenario)
  }

  static func resolve(_ scenario: Scenario) throws(FleetError) -> [[Int]] {
    var chains: [[Int]] = []
    try checkLimits(scenario.limits)
    try checkPolicy(scenario)
    try checkNetwork(scenario)
    for campaign in scenario.campaigns {
      try checkSites(of: campaign, in: scenario)
      guard !campaign.chain.steps.isEmpty || campaign.isInPlace else {
        throw FleetError("the chain of '\(campaign.name)' is empty", remedy: "at least one strategy")
      }
      var chain: [Int] = []
      for step in campaign.chain.steps { chain.append(try index(of: step.strategy, in: scenario)) }
      chains.append(chain)
    }
    return chains
  }

  private static func checkLimits(_ limits: MigrationLimits) throws(FleetError) {
    guard limits.hostOut > 0, limits.hostIn > 0, limits.fleet > 0 else {
      throw FleetError("with a limit of no migration at all nothing would ever move", remedy: "at least 1")
    }
  }

  private static func checkNetwork(_ scenario: Scenario) throws(FleetError) {
    let plan = scenario.network
    for name in (plan.hours.map(\.links) + plan.failures.map(\.links)).compactMap(\.site)
    where !scenario.fleet.sites.contains(where: { $0.name == name }) {
      throw FleetError(
        "the network speaks of the site '\(name)', and there is no such site",
        remedy: "one of \(scenario.fleet.sites.map(\.name).joined(separator: ", "))")
    }
  }

  private static func checkSites(of campaign: Campaign, in scenario: Scenario) throws(FleetError) {
    let names: [String] =
      switch campaign.kind {
      case .drains(let drains): [drains.site, drains.targetSite].compactMap { $0 }
      case .relocation(let relocation): [relocation.from, relocation.to]
      case .resizes, .guests: []
      }
    for name in names where !scenario.fleet.sites.contains(where: { $0.name == name }) {
      throw FleetError(
        "'\(campaign.name)' speaks of the site '\(name)', and there is no such site",
        remedy: "one of \(scenario.fleet.sites.map(\.name).joined(separator: ", "))")
    }
  }

  private static func checkPolicy(_ scenario: Scenario) throws(FleetError) {
    for rule in scenario.limits.rules where rule.cost.greatest > rule.capacity {
      throw FleetError(
        "a move that costs \(rule.cost.greatest) never fits into the limit \(rule.label), which has \(rule.capacity)",
        remedy: "a greater capacity, or a smaller cost")
    }
    for campaign in scenario.campaigns {
      try check(campaign.chain, of: campaign.name, scenario)
    }
  }

  private static func check(
    _ chain: FallbackChain, of name: String, _ scenario: Scenario
  ) throws(FleetError) {
    for (number, step) in chain.steps.enumerated() {
      for case .goTo(let target) in step.on.values {
        guard chain.steps.indices.contains(target) else {
          throw FleetError(
            "step \(number + 1) of the chain of '\(name)' goes to step \(target + 1), and there is none",
            remedy: "a step from 1 to \(chain.steps.count)")
        }
        guard target > number || chain.mostTries < .max else {
          throw FleetError(
            "the chain of '\(name)' can go round for ever: step \(number + 1) goes back to step \(target + 1)",
            remedy: "limit it with max-tries")
        }
      }
      guard case .gate(let gate) = step.cutover.moment, gate.kind == .onCustomerReboot,
        let strategy = scenario.strategies[step.strategy],
        let plan = try? strategy.plan(for: MigrationRequest(guest: .example)), plan.start == .resume
      else { continue }
      throw FleetError(
        "'\(step.strategy)' does not reboot the guest, so no customer's reboot can be its cutover",
        remedy: "warm, reboot or cold")
    }
  }
}

extension LimitRule {
  var label: String { name.isEmpty ? scope.rawValue : "'\(name)'" }
}

extension GuestFacts {
  /// Any guest will do to see what kind of plan a strategy makes.
  fileprivate static let example = GuestFacts(
    memory: .gibibytes(1), diskVirtual: .gigabytes(10), diskAllocated: .gigabytes(1))
}
