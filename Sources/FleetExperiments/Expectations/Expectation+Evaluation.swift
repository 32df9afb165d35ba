internal import CutoverCore
public import FleetSimulation
internal import MigrationPolicy

/// Names that a clause may use although nothing was counted under them.
public struct ExpectationNames: Sendable {
  /// Strategies and campaigns.
  public var groups: [String]
  /// Reasons of failure beyond the standard ones.
  public var reasons: [String]

  public init(groups: [String] = [], reasons: [String] = []) {
    self.groups = groups
    self.reasons = reasons
  }

  public init(of scenario: Scenario) {
    self.init(groups: scenario.strategies.names + scenario.campaigns.map(\.name))
  }
}

extension Expectation {
  /// Judges the clause by a result.
  ///
  /// - Parameter names: what may be named although the result has nothing of it.
  /// - Throws: ``ExpectationError`` for a name that nothing in the result or in `names` goes by.
  public func evaluate(
    _ result: StudyResult, names: ExpectationNames = ExpectationNames()
  ) throws(ExpectationError) -> ExpectationResult {
    let left = try claim.left.value(in: result, names)
    let right = try claim.right.value(in: result, names)
    guard let left, let right else {
      return ExpectationResult(text: text, held: false, actual: "no such attempts")
    }
    let held = claim.relation.holds(left, right)
    let words = distinct(left, right, claim.left.kind)
    var actual = words.left
    if case .figure = claim.left { actual = words.right }
    if case .call = claim.left, case .call = claim.right { actual = "\(words.left) against \(words.right)" }
    return ExpectationResult(text: text, held: held, actual: actual)
  }

  /// Both sides in words, with as many digits as it takes to tell them apart.
  private func distinct(_ left: Double, _ right: Double, _ kind: FigureKind) -> (left: String, right: String)
  {
    for digits in 4..<9 {
      let words = (Figure.text(left, kind, digits: digits), Figure.text(right, kind, digits: digits))
      if left == right || words.0 != words.1 { return words }
    }
    return (Figure.text(left, kind, digits: 9), Figure.text(right, kind, digits: 9))
  }
}

extension StudyResult {
  /// Judges clauses and keeps the verdicts, in their order.
  public mutating func judge(_ expectations: [Expectation], of scenario: Scenario) throws(ExpectationError) {
    var verdicts: [ExpectationResult] = []
    for expectation in expectations {
      verdicts.append(try expectation.evaluate(self, names: ExpectationNames(of: scenario)))
    }
    self.expectations = verdicts
  }
}

extension ExpectationExpression {
  /// `nil` where there is nothing to take the number of.
  func value(
    in result: StudyResult, _ names: ExpectationNames
  ) throws(ExpectationError) -> Double? {
    switch self {
    case .figure(let value, _, _): return value
    case .call(let call): return try call.value(in: result, names)
    }
  }
}

extension MetricCall {
  func value(
    in result: StudyResult, _ names: ExpectationNames
  ) throws(ExpectationError) -> Double? {
    try checkReason(in: result, names)
    guard let metric = Metric.named(metric), let subject = try subject(in: result, names) else { return nil }
    switch function {
    case .total: return metric.total(subject)
    case .share:
      guard let part = metric.total(subject), let whole = metric.whole?(subject), whole != 0 else {
        return nil
      }
      return part / whole
    case .mean, .p50, .p95, .p99, .max: return metric.spread?(subject)?.value(of: function)
    }
  }

  private func subject(
    in result: StudyResult, _ names: ExpectationNames
  ) throws(ExpectationError) -> MetricSubject? {
    guard let group else { return MetricSubject(result: result, group: result.totals, isStrategy: false) }
    let found = [
      ("strategy", result.byStrategy[group]), ("campaign", result.byCampaign[group]),
      ("class", result.byClass[group]),
    ].compactMap { kind, result in result.map { (kind: kind, result: $0) } }
    if found.count > 1 {
      throw ExpectationError(
        position: groupPosition,
        message: "'\(group)' is the name of a \(found.map(\.kind).joined(separator: " and of a "))",
        remedy: "give one of them another name")
    }
    if let only = found.first {
      return MetricSubject(result: result, group: only.result, isStrategy: only.kind == "strategy")
    }
    if names.groups.contains(group) { return nil }
    let known = [result.byStrategy, result.byCampaign, result.byClass].flatMap { $0.groups.map(\.name) }
    throw ExpectationError(
      position: groupPosition, message: "there is no strategy, campaign or class called '\(group)'",
      remedy: Spelling.remedy(for: group, among: known + names.groups.filter { !known.contains($0) }))
  }

  private func checkReason(in result: StudyResult, _ names: ExpectationNames) throws(ExpectationError) {
    guard metric.hasPrefix("failures.") else { return }
    let reason = String(metric.dropFirst("failures.".count))
    let known = FailureReason.all.map(\.code) + names.reasons
    guard !known.contains(reason), result.totals.failures[reason] == nil else { return }
    let seen = result.totals.failures.keys.filter { !known.contains($0) }.sorted()
    throw ExpectationError(
      position: metricPosition, message: "there is no reason of failure called '\(reason)'",
      remedy: Spelling.remedy(for: reason, among: known + seen))
  }
}
