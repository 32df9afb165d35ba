internal import DiscreteEvent
public import FleetSimulation

/// When a study has enough replications: clauses such as `ci(total(downtime)) < 2 %`, which have to hold all at once.
///
/// They are looked at after 10 replications (or more, where so asked), and then each time a quarter has been added. A
/// study that may stop whenever its interval happens to look narrow stops too early now and then, and its interval then
/// holds the truth less often than it says; few and late looks keep that small. Law, Kelton and Koenig ("Relative Width
/// Sequential Confidence Intervals for the Mean", Communications in Statistics B 10 (1981), 29-39) find the same, and ask
/// for at least ten. Looks are at fixed numbers of replications, so that neither threads nor a kill changes where it stops.
public struct StoppingRule: Hashable, Sendable {
  public let clauses: [Expectation]
  /// Replications at the first look.
  public let first: Int
  /// Where it ends though the clauses do not hold.
  public let most: Int

  /// Fewer tell too little of how far chance goes.
  public static let fewest = 10
  /// Enough for two per cent where replications differ by a third of their mean: (1.96 · 33 / 2)².
  public static let usualMost = 1_000
  private static let growth = 1.25

  /// - Precondition: `fewest <= first <= most`, and there is a clause.
  public init(_ clauses: [Expectation], first: Int = StoppingRule.fewest, most: Int = StoppingRule.usualMost)
  {
    precondition(!clauses.isEmpty && StoppingRule.fewest <= first && first <= most, "no rule ever holds so")
    (self.clauses, self.first, self.most) = (clauses, first, most)
  }

  /// Reads a clause, and refuses what does not become true by going on.
  public static func clause(parsing text: String) throws(ExpectationError) -> Expectation {
    let clause = try Expectation.parse(text)
    let (left, right) = (clause.claim.left.asksForPrecision, clause.claim.right.asksForPrecision)
    guard left || right else {
      throw ExpectationError(
        position: clause.claim.left.position, message: "more replications do not make that true",
        remedy: "ask how sure a figure is: ci(total(downtime)) < 2 %")
    }
    switch clause.claim.relation {
    case .less where !right, .atMost where !right, .greater where !left, .atLeast where !left: return clause
    default:
      throw ExpectationError(
        position: clause.claim.left.position, message: "an interval becomes narrower, not wider",
        remedy: "write ci(...) < and how narrow it has to be")
    }
  }

  /// The numbers of replications at which it is looked at, the last being `most`.
  public var looks: [Int] {
    var looks = [first]
    while let last = looks.last, last < most {
      looks.append(min(most, Int((Double(last) * StoppingRule.growth).rounded(.up))))
    }
    return looks
  }

  /// The variants that it names, without the one that it is asked of.
  public var variants: [String] { clauses.flatMap(\.variants) }

  /// Judges the clauses by the replications there are.
  ///
  /// - Throws: ``ExpectationError`` for a name that nothing goes by.
  public func verdicts(
    _ scenario: Scenario, _ ledgers: [Ledger], among others: [(Scenario, [Ledger])] = []
  ) throws(ExpectationError) -> [ExpectationResult] {
    let all = [(scenario, ledgers)] + others
    var results = VariantResults(
      StudyResult(scenario, ledgers), among: others.map { StudyResult($0.0, $0.1) })
    results.replications = VariantResults.replications(of: all)
    var verdicts: [ExpectationResult] = []
    for clause in clauses {
      verdicts.append(try clause.evaluate(results, names: ExpectationNames(of: scenario)))
    }
    return verdicts
  }
}

/// How a study with a stopping rule came to its end.
public struct StoppingResult: Codable, Hashable, Sendable {
  /// The clauses at the end; they hold unless the replications were at their most.
  public var rules: [ExpectationResult]
  /// The numbers of replications at which they were looked at.
  public var looks: [Int]
  public var mostReplications: Int

  public init(_ rules: [ExpectationResult], of rule: StoppingRule, at replications: Int) {
    self.rules = rules
    looks = rule.looks.filter { $0 <= replications }
    mostReplications = rule.most
  }

  public var isReached: Bool { rules.allSatisfy(\.held) }

  enum CodingKeys: String, CodingKey {
    case rules, looks
    case mostReplications = "max_replications"
  }
}

extension VariantResults {
  /// What each replication came to by itself, of a variant and of others with as many.
  public static func replications(of variants: [(Scenario, [Ledger])]) -> [VariantResults] {
    guard let first = variants.first else { return [] }
    return first.1.indices.map { index in
      VariantResults(
        StudyResult(first.0, [first.1[index]]),
        among: variants.dropFirst().map { StudyResult($0.0, [$0.1[index]]) })
    }
  }
}
