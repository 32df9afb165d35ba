/// A policy before and after a change, held against each other for a gate: does the change make anybody worse off?
///
/// Both results are of the same scenario, seed and number of replications, so that each replication has its partner,
/// which met the same guests and the same luck. Metrics are tested group by group with Student's paired test, and Holm's
/// procedure keeps the chance of a false alarm over all of them below 5 %.
public struct Check: Codable, Sendable {
  public var schema = "fleetshift.check/1"
  public var scenario: String
  public var replications: Int
  /// By how much, as a part of what it was, a metric may be worse: 0.01 for 1 %.
  public var tolerance: Double
  /// Metrics of which more or less is tolerated, by their names in JSON.
  public var tolerances: [String: Double]?
  /// All that was looked at, all moves first, then by class and by campaign.
  public var findings: [PairedFinding]
  /// Expectations that the new result does not meet.
  public var broken: [BrokenExpectation]

  public enum Outcome: String, Codable, Hashable, Sendable {
    case same, moved, broken, worse
  }

  /// `worse`: something is, or an expectation is broken that was not before. `broken`: nothing is worse, but an
  /// expectation is broken that was broken before, too. `moved`: something changed, for the better, within what is
  /// tolerated, or for neither better nor worse.
  public var outcome: Outcome {
    if broken.contains(where: \.isNew) || findings.contains(where: { $0.verdict == .worse }) { return .worse }
    if !broken.isEmpty { return .broken }
    return findings.contains { [.better, .tolerated, .different].contains($0.verdict) } ? .moved : .same
  }

  /// What differs, the worst first.
  public var differing: [PairedFinding] { findings.differing }

  public func tolerance(of metric: PairedMetric) -> Double { tolerances?[metric.rawValue] ?? tolerance }
}

extension Check {
  /// - Parameters:
  ///   - before: what the policy came to without the change; of two replications at least.
  ///   - after: what it comes to with the change: of the same scenario, seed and number of replications.
  ///   - tolerance: by how much, as a part of what it was, a metric may be worse: 0.01 for 1 %.
  ///   - tolerances: of single metrics, where it is another one.
  /// - Throws: `NotComparable` if the two are no pair.
  public init(
    before: StudyResult, after: StudyResult, tolerance: Double = 0.01,
    tolerances: [PairedMetric: Double] = [:]
  ) throws(NotComparable) {
    precondition(tolerance >= 0, "a tolerance is no less than nothing")
    let pair = try ResultPair(before, after)
    try pair.requireSameGroups()
    if before.replications != after.replications {
      throw NotComparable(
        "the number of replications differs: \(before.replications) before, \(after.replications) after",
        remedy: "make both with the same --replications")
    }
    if before.replications < 2 {
      throw NotComparable(
        "a single pair of replications cannot tell a change from chance",
        remedy: "make both with --replications of 2 at least, better 10")
    }
    scenario = after.scenario
    replications = after.replications
    self.tolerance = tolerance
    self.tolerances =
      tolerances.isEmpty
      ? nil : Dictionary(uniqueKeysWithValues: tolerances.map { ($0.key.rawValue, $0.value) })
    broken = after.expectations.filter { !$0.held }.map { BrokenExpectation($0, among: before.expectations) }
    let of = self.tolerances
    findings = pair.findings(ofAll: PairedMetric.gating, ofGroups: PairedMetric.gating)
    findings.judge { of?[$0.rawValue] ?? tolerance }
  }
}
