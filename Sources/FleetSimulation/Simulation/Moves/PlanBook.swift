internal import CutoverCore

/// A plan that has proved to be sound, and its number in the book.
struct PreparedPlan {
  var plan: CutoverPlan
  /// -1 for a plan made for one guest alone.
  var number: Int
}

/// The plans of a scenario, each made once.
///
/// A strategy that looks at nothing but where the disk lies, date and size (`MigrationStrategy.looksAtGuest`) makes the
/// same plan for all guests with the same wish; so it is not asked anew for each of a million moves.
struct PlanBook {
  enum Answer {
    case plan(PreparedPlan)
    case refused(RefusalReason)
  }

  private let strategies: [any MigrationStrategy]
  private let looksAtGuest: [Bool]
  private let flavors: Int
  /// By strategy, by the flavor that the guest is to have, the first being the one it has, and by where its disk lies.
  private var answers: [Answer?]

  init(_ scenario: Scenario, flavors: Int) {
    strategies = scenario.strategies.strategies
    looksAtGuest = strategies.map(\.looksAtGuest)
    self.flavors = flavors
    answers = Array(repeating: nil, count: strategies.count * (flavors + 1) * 2)
  }

  /// What is known already; `nil` if the strategy has to be asked.
  func answer(_ strategy: Int, flavor: Int16, _ disk: DiskPlacement) -> Answer? {
    answers[place(strategy, flavor, disk)]
  }

  /// Asks the strategy, and notes the answer if it holds for other guests too.
  mutating func ask(_ strategy: Int, flavor: Int16, for request: MigrationRequest) -> Answer {
    let place = place(strategy, flavor, request.disk)
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

  private func place(_ strategy: Int, _ flavor: Int16, _ disk: DiskPlacement) -> Int {
    (strategy * (flavors + 1) + Int(flavor) + 1) * 2 + (disk == .shared ? 1 : 0)
  }
}
