internal import CutoverCore
internal import FleetModel
internal import MigrationPolicy

/// A plan that has proved to be sound, and its number in the book.
struct PreparedPlan {
  var plan: CutoverPlan
  /// -1 for a plan made for one guest alone.
  var number: Int
}

/// The plans of a scenario, each made once, and what the rules say of them.
///
/// A strategy that looks at nothing but where the disk lies, date and size (`MigrationStrategy.looksAtGuest`) makes the
/// same plan for all guests with the same wish, and rules are functions of plan, CPU, kernel and opt-out; so neither is
/// asked anew for each of a million moves.
struct PlanBook {
  enum Answer {
    case plan(PreparedPlan)
    case refused(RefusalReason)
  }

  private let strategies: [any MigrationStrategy]
  private let looksAtGuest: [Bool]
  private let flavors: Int
  /// By strategy and by the flavor that the guest is to have, the first being the one it has.
  private var answers: [Answer?]
  private var verdicts: [Case: EligibilityVerdict] = [:]

  /// All that a rule may look at.
  private struct Case: Hashable {
    var plan: Int
    var cpu: Int16
    var kernel: KernelVersion?
    var forbidsLive: Bool
  }

  init(_ scenario: Scenario, flavors: Int) {
    strategies = scenario.strategies.strategies
    looksAtGuest = strategies.map(\.looksAtGuest)
    self.flavors = flavors
    answers = Array(repeating: nil, count: strategies.count * (flavors + 1))
  }

  /// What is known already; `nil` if the strategy has to be asked.
  func answer(_ strategy: Int, flavor: Int16) -> Answer? { answers[place(strategy, flavor)] }

  /// Asks the strategy, and notes the answer if it holds for other guests too.
  mutating func ask(_ strategy: Int, flavor: Int16, for request: MigrationRequest) -> Answer {
    let place = place(strategy, flavor)
    let answer: Answer
    do {
      let plan = try strategies[strategy].plan(for: request)
      do {
        try plan.validate()
      } catch {
        preconditionFailure("the strategy '\(plan.strategy)' made a plan that contradicts itself: \(error)")
      }
      answer = .plan(PreparedPlan(plan: plan, number: looksAtGuest[strategy] ? -1 : place))
    } catch {
      answer = .refused(error.reason)
    }
    if !looksAtGuest[strategy] { answers[place] = answer }
    return answer
  }

  private func place(_ strategy: Int, _ flavor: Int16) -> Int { strategy * (flavors + 1) + Int(flavor) + 1 }

  /// What the rules say of this guest by this plan.
  mutating func verdict(
    of rules: EligibilityRules, on prepared: PreparedPlan, _ guest: Guest, _ cpu: CPUFacts
  ) -> EligibilityVerdict {
    let key = Case(
      plan: prepared.number, cpu: guest.bootCPU, kernel: guest.kernel, forbidsLive: guest.forbidsLive)
    if prepared.number >= 0, let known = verdicts[key] { return known }
    let verdict = rules.verdict(
      on: Candidate(
        plan: prepared.plan, guestCPU: cpu, guestKernel: guest.kernel, forbidsLive: guest.forbidsLive))
    if prepared.number >= 0 { verdicts[key] = verdict }
    return verdict
  }
}
