/// What a calibrated scenario has to come to: `total(transferred) = 11.6 PB within 1 %`.
///
/// Written as the clauses of `expect:` are, with `=` or `is`. What the simulation is to meet was observed in one history
/// of a real fleet, or of another simulation; `within` says how surely: the true figure lies anywhere as far from it.
public struct CalibrationTarget: Hashable, Sendable {
  public let text: String
  let claim: ExpectationClaim
  /// As a part of the right side; above 0.
  let tolerance: Double

  /// Where nothing is said.
  public static let usualTolerance = 0.01

  public init(parsing text: String) throws(ExpectationError) {
    var parser = ExpectationParser(text, try ExpectationToken.tokens(of: text))
    try self.init(text, try parser.target(usual: CalibrationTarget.usualTolerance))
  }

  private init(_ text: String, _ claim: ExpectationClaim) throws(ExpectationError) {
    self.text = text
    self.claim = claim
    guard case .equals(let within) = claim.relation, within > 0 else {
      throw ExpectationError(
        position: text.count, message: "a target is to be met, not kept above or below", remedy: "write =")
    }
    guard !claim.asksForPrecision else {
      throw ExpectationError(
        position: 0, message: "a target is a figure, and not how sure one is", remedy: "leave out ci(...)")
    }
    tolerance = within
    for call in claim.left.calls + claim.right.calls where call.variant != nil {
      throw ExpectationError(
        position: call.variantPosition,
        message: "a target is about the scenario that is fitted, not another variant",
        remedy: "leave out in \(call.variant ?? ""), or fit that one with --variant")
    }
    if case .figure(0, _, let position, _) = claim.right {
      throw ExpectationError(
        position: position, message: "a tolerance is relative, and nothing is no measure of it",
        remedy: "have the two sides of a balance as left and right, such as total(a) = total(b)")
    }
  }

  /// Those clauses of an `expect:` that can be targets: the ones that say `is` and how nearly.
  public static func targets(among expectations: [Expectation]) -> [CalibrationTarget] {
    expectations.filter { $0.axis == nil }.compactMap { try? CalibrationTarget($0.text, $0.claim) }
  }

  /// Both sides; `nil` where one of them is of nothing.
  public func sides(
    _ result: StudyResult, names: ExpectationNames = ExpectationNames()
  ) throws(ExpectationError) -> (left: Double, right: Double)? {
    try claim.sides(result, names: names)
  }

  package var kind: FigureKind { claim.left.kind }

  /// Of the true figure, relative: it lies anywhere within the tolerance, a rectangular distribution (JCGM 100:2008,
  /// 4.3.7).
  var variance: Double { tolerance * tolerance / 3 }
}

extension ExpectationClaim {
  /// Both sides of one result; `nil` where one of them is of nothing.
  func sides(
    _ result: StudyResult, names: ExpectationNames
  ) throws(ExpectationError) -> (left: Double, right: Double)? {
    let place = EvaluationPlace(results: VariantResults(result, among: []), names: names)
    guard let left = try left.value(at: place), let right = try right.value(at: place) else { return nil }
    return (left, right)
  }
}
