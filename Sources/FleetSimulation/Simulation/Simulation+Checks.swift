internal import CutoverCore
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// What can be seen of a policy before a run: whatever could never happen, or never end.

extension Simulation {
  static func checkPolicy(_ scenario: Scenario) throws(FleetError) {
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
