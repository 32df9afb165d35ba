import FleetModel
import MigrationPolicy
import Quantities

@testable import FleetSimulation

extension RandomScenario {
  /// Limits in cost units, by any scope, and what becomes of those who wait.
  func limit(_ scenario: inout Scenario, _ random: inout Choices) {
    let sites = scenario.fleet.sites.map(\.name)
    scenario.limits.rules = (0..<random.int(0...3)).map { _ in rule(sites, &random) }
    if random.chance(0.6) { scenario.limits.order = order(scenario.campaigns.map(\.name), &random) }
    scenario.limits.isStrict = random.chance(0.2)
    if random.chance(0.25) { scenario.limits.release = .barrier }
    if random.chance(0.2) {
      var share = HostShare()
      share.slots = random.int(1...4)
      if random.chance(0.5) { share.rate = ByteRate(bytesPerSecond: random.number(50e6...500e6)) }
      scenario.limits.hostShare = share
    }
  }

  private func rule(_ sites: [String], _ random: inout Choices) -> LimitRule {
    var rule = LimitRule()
    rule.scope = random.one(of: LimitScope.allCases)
    rule.capacity = random.int(1...8)
    // None may cost more than there is.
    func units(_ random: inout Choices) -> Int { random.int(0...min(4, rule.capacity)) }
    (rule.cost.live, rule.cost.liveWithDisk) = (units(&random), units(&random))
    (rule.cost.warm, rule.cost.cold, rule.cost.inPlace) = (
      units(&random), units(&random), units(&random)
    )
    rule.held = random.one(of: LimitHold.allCases)
    rule.whenFull = random.one(of: [
      .queue, .reject, .park, .retry(.minutes(Int64(random.int(1...60)))),
    ])
    if random.chance(0.3) { rule.site = random.one(of: sites) }
    if rule.scope == .appliance, random.chance(0.5) {
      rule.rate = ByteRate(bytesPerSecond: random.number(20e6...300e6))
    }
    return rule
  }

  private func order(_ campaigns: [String], _ random: inout Choices) -> AdmissionOrder {
    switch random.int(0...5) {
    case 0: .fifo
    case 1: .priority(Dictionary(campaigns.map { ($0, random.int(0...2)) }) { first, _ in first })
    case 2: .smallest
    case 3: .largest
    case 4: .oldest
    default: .shuffle
    }
  }
}
