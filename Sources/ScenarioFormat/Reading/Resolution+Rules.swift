internal import CutoverCore
internal import FleetModel
internal import FleetSimulation
internal import MigrationPolicy

// The policy of a scenario, held against its fleet.

extension Resolution {
  /// The rules in order; where none are listed, the short form stands for opt-out, kernels and CPU.
  func rules() -> EligibilityRules {
    let policy = form.policy
    guard policy.rules.isEmpty else { return EligibilityRules(cpu: .any, policy.rules) }
    var rules: [any EligibilityRule] = policy.respectsOptOut.value ? [RespectOptOut()] : []
    rules.append(KernelPolicy(policy.kernels))
    return EligibilityRules(cpu: policy.cpu.value, rules)
  }

  /// Refuses guests who need what nobody offers.
  mutating func checkNeeds(_ scenario: Scenario) {
    let offered = scenario.fleet.sites.flatMap { $0.features + $0.hostGroups.flatMap(\.features) }
    for guests in form.fleet.guests {
      for need in guests.value.group.needs where !offered.contains(need) {
        complain(
          .unknownName, at: guests.origin,
          "the VMs \(quoted(guests.value.group.name)) need \(quoted(need)), and no host or site offers it",
          remedy: suggestion(for: need, among: offered, called: "the features there are"))
      }
    }
  }

  /// Facts are of no consequence unless a rule asks for them.
  mutating func warnOfFactsThatNobodyAsks(_ rules: EligibilityRules) {
    guard !diagnostics.hasErrors else { return }
    for guests in form.fleet.guests {
      let group = guests.value.group
      let facts: [(isGiven: Bool, key: String, rule: String)] = [
        (!group.devices.isEmpty, "devices", "devices"),
        (!group.confidential.isEmpty, "confidential", "confidential"),
        (group.lacksAgent > 0, "lacks-agent", "agent"), (group.lacksACPI > 0, "lacks-acpi", "acpi"),
        (!group.chainLengths.isEmpty, "image-chains", "size"), (!group.needs.isEmpty, "needs", "features"),
        (group.backup != nil, "backup", "busy"),
      ]
      for fact in facts where fact.isGiven && !rules.rules.contains(where: { $0.name == fact.rule }) {
        diagnostics.warn(
          .ruleBroken, at: guests.origin ?? Origin(file: "", line: 1, column: 1),
          "the VMs \(quoted(group.name)) have \(quoted(fact.key)), and no rule asks for that",
          remedy: "put '\(fact.rule)' among the rules of the policy")
      }
    }
  }
}
