internal import CutoverCore
internal import FleetModel
internal import FleetSimulation
internal import MigrationPolicy
internal import Quantities

// Limits, chains and windows: names become what they stand for, and what could never happen is refused.

extension Resolution {
  mutating func limits() -> MigrationLimits {
    var limits = form.limits.limits
    limits.rules = form.limits.rules.map { rule in
      var resolved = rule.rule
      resolved.site = rule.site?.value
      return resolved
    }
    limits.order = form.limits.order.value
    return limits
  }

  /// Whether priorities name reasons that there are.
  mutating func checkOrder(_ campaigns: [Campaign]) {
    guard case .priority(let ranks) = form.limits.order.value else { return }
    let names = campaigns.map(\.name)
    for name in ranks.keys.sorted() where !names.contains(name) {
      complain(
        .unknownName, at: form.limits.order.origin, "there is no reason for moves called \(quoted(name))",
        remedy: suggestion(for: name, among: names, called: "those there are"))
    }
  }

  mutating func windows() -> [MaintenanceWindow] {
    let groups = form.fleet.guests.map(\.value.group.name)
    for (number, window) in form.windows.enumerated() {
      if form.windows[..<number].contains(where: { $0.value.name == window.value.name }) {
        complain(
          .ruleBroken, at: window.origin, "two windows are called \(quoted(window.value.name))",
          remedy: "give each its own name")
      }
      for group in window.value.groups where !groups.contains(group) {
        complain(
          .unknownName, at: window.origin, "there is no group of VMs called \(quoted(group))",
          remedy: suggestion(for: group, among: groups, called: "those there are"))
      }
      if window.value.schedule(until: .zero + form.horizon).opening(from: .zero) == nil {
        complain(
          .ruleBroken, at: window.origin,
          "the window \(quoted(window.value.name)) never opens in the \(form.horizon) that are simulated",
          remedy: "fewer blackouts, other hours, or a longer horizon")
      }
    }
    return form.windows.map(\.value)
  }

  // MARK: - Chains

  mutating func chain(of demand: DemandForm) -> FallbackChain {
    var chain = FallbackChain(demand.chain.map(\.step))
    chain.mostTries = demand.mostTries?.value ?? .max
    chain.deadlines = demand.deadlines.map(\.value)
    for number in chain.steps.indices {
      let step = demand.chain[number]
      for pair in step.on { chain.steps[number].on[pair.key] = reaction(pair.value, of: number, demand) }
      chain.steps[number].cutover.moment = moment(step)
    }
    checkDeadlines(demand)
    return chain
  }

  private mutating func reaction(
    _ reaction: Located<ReactionForm>, of number: Int, _ demand: DemandForm
  ) -> ChainReaction {
    switch reaction.value {
    case .plain(let reaction): return reaction
    case .goTo(let name):
      let labels = demand.chain.map { $0.label ?? $0.strategy.value }
      guard let target = labels.firstIndex(of: name) else {
        complain(
          .unknownName, at: reaction.origin, "the chain has no step called \(quoted(name))",
          remedy: suggestion(for: name, among: labels, called: "its steps"))
        return .stop
      }
      if target <= number, demand.mostTries == nil {
        complain(
          .ruleBroken, at: reaction.origin,
          "the chain can go round for ever: from \(quoted(labels[number])) back to \(quoted(name))",
          remedy: "give it a limit, such as max-tries: 10 beside 'chain', or go to a later step")
      }
      return .goTo(target)
    }
  }

  private mutating func moment(_ step: ChainStepForm) -> CutoverMoment {
    switch step.cutover?.value {
    case .asap?, nil: return .asap
    case .inWindow(let name)?:
      if let name, !form.windows.contains(where: { $0.value.name == name }) {
        complain(
          .unknownName, at: step.cutover?.origin, "there is no window called \(quoted(name))",
          remedy: form.windows.isEmpty
            ? "there are none: add 'windows: { name: \(name), weekly: daily 22:00-06:00 }' to the scenario"
            : suggestion(for: name, among: form.windows.map(\.value.name), called: "those there are"))
      } else if name == nil, form.windows.allSatisfy(\.value.groups.isEmpty) {
        complain(
          .ruleBroken, at: step.cutover?.origin, "no group of VMs has a window",
          remedy: "name a window here, or say in 'windows' whose it is with 'vms'")
      }
      return .inWindow(name)
    case .gate(let gate)?:
      if gate.kind == .onCustomerReboot, resumes(step.strategy.value) {
        complain(
          .ruleBroken, at: step.cutover?.origin,
          "\(quoted(step.strategy.value)) does not reboot the VM, so no customer's reboot can be its cutover",
          remedy: "warm, reboot or cold")
      }
      return .gate(gate)
    }
  }

  /// Whether a strategy lets the guest go on where it stood.
  private func resumes(_ strategy: String) -> Bool {
    let guest = GuestFacts(memory: .gibibytes(1), diskVirtual: .gigabytes(10), diskAllocated: .gigabytes(1))
    let plan = try? catalog[strategy]?.plan(for: MigrationRequest(guest: guest))
    return plan?.start == .resume
  }

  /// Whether each deadline can pass at all, and none before the first customer's notice has ended.
  private mutating func checkDeadlines(_ demand: DemandForm) {
    let whole = demand.deadlines.filter { $0.value.scope == .move }.compactMap(\.value.after).min()
    let notice = demand.chain.first?.step.ticket?.notice ?? .zero
    for deadline in demand.deadlines {
      if let at = deadline.value.at, at >= form.horizon {
        complain(
          .ruleBroken, at: deadline.origin,
          "this deadline is at \(at), but the simulation ends after \(form.horizon)",
          remedy: "an earlier date, or a longer horizon")
      }
      if let after = deadline.value.after, deadline.value.scope != .move, let whole, after > whole {
        complain(
          .ruleBroken, at: deadline.origin,
          "it never passes: a deadline of the whole move ends after \(whole), before these \(after)",
          remedy: "at most \(whole)")
      } else if let after = deadline.value.after, deadline.value.scope != .attempt, after <= notice {
        complain(
          .ruleBroken, at: deadline.origin,
          "it passes after \(after), before the notice of \(notice) has ended, so nothing would ever begin",
          remedy: "more than \(notice), or a shorter notice")
      }
    }
  }
}
