/// A figure of a result, by the name that `expect:` clauses call it: `p95(service-gap of reboot)`, `share(failed)`.
public struct MetricExpression: Hashable, Sendable {
  public let text: String
  let call: MetricCall

  /// Reads it. Which strategies, campaigns and classes there are is seen only when it is evaluated.
  public init(parsing text: String) throws(ExpectationError) {
    var parser = ExpectationParser(text, try ExpectationToken.tokens(of: text))
    self.text = text
    call = try parser.metricAlone()
  }

  /// What it comes to: times in seconds, data in bytes, shares from 0 to 1; `nil` where nothing of the kind happened.
  ///
  /// - Throws: ``ExpectationError`` for a name that nothing in the result or in `names` goes by.
  public func evaluate(
    _ result: StudyResult, names: ExpectationNames = ExpectationNames()
  ) throws(ExpectationError) -> Double? {
    try call.value(at: EvaluationPlace(results: VariantResults(result, among: []), names: names))
  }

  package var kind: FigureKind { ExpectationExpression.call(call).kind }

  /// Whether it is when a campaign ended, which there is nothing of as long as it did not.
  package var isEndOfCampaign: Bool {
    Metric.named(call.metric).map { $0.isOfOneCampaign && $0.kind == .seconds } ?? false
  }
}

/// What a break-even search is after: `p99(downtime) = 30 s`, or one metric against another.
public struct MetricEquation: Hashable, Sendable {
  public let text: String
  let claim: ExpectationClaim

  /// Reads it; a comparison such as `<=` stands for the place where it ceases to hold.
  public init(parsing text: String) throws(ExpectationError) {
    var parser = ExpectationParser(text, try ExpectationToken.tokens(of: text))
    self.text = text
    claim = try parser.equation()
  }

  /// The left side less the right one; `nil` where one of them is of nothing.
  public func difference(
    _ result: StudyResult, names: ExpectationNames = ExpectationNames()
  ) throws(ExpectationError) -> Double? {
    guard let sides = try sides(result, names: names) else { return nil }
    return sides.left - sides.right
  }

  /// Both sides; `nil` where one of them is of nothing.
  public func sides(
    _ result: StudyResult, names: ExpectationNames = ExpectationNames()
  ) throws(ExpectationError) -> (left: Double, right: Double)? {
    try claim.sides(result, names: names)
  }

  package var kind: FigureKind { claim.left.kind }
}
