internal import DiscreteEvent

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
  /// All that was looked at, all moves first, then by class and by campaign.
  public var findings: [CheckFinding]
  /// Expectations that the new result does not meet.
  public var broken: [ExpectationResult]

  /// Below this a difference is chance no longer.
  public static let level = 0.05

  public enum Outcome: String, Codable, Hashable, Sendable {
    case same, moved, worse
  }

  /// `worse`: something is, or an expectation is broken. `moved`: something changed, for the better or within what is
  /// tolerated.
  public var outcome: Outcome {
    if !broken.isEmpty || findings.contains(where: { $0.verdict == .worse }) { return .worse }
    return findings.contains { [.better, .tolerated].contains($0.verdict) } ? .moved : .same
  }

  /// What differs, the worst first.
  public var differing: [CheckFinding] {
    let rank: [CheckVerdict: Int] = [.worse: 0, .tolerated: 1, .better: 2]
    return findings.enumerated().filter { rank[$0.element.verdict] != nil }
      .sorted { (rank[$0.element.verdict] ?? 3, $0.offset) < (rank[$1.element.verdict] ?? 3, $1.offset) }
      .map(\.element)
  }
}

/// Why two results cannot be held against each other.
public struct NotComparable: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
}

extension Check {
  /// - Throws: `NotComparable` if the two are no pair.
  public init(before: StudyResult, after: StudyResult, tolerance: Double = 0.01) throws(NotComparable) {
    precondition(tolerance >= 0, "a tolerance is no less than nothing")
    try Check.refuseUnequal(before, after)
    scenario = after.scenario
    replications = after.replications
    self.tolerance = tolerance
    broken = after.expectations.filter { !$0.held }
    findings = []
    compare(
      CheckGroup(kind: .all, name: ""), before.totals, after.totals,
      drains: before.drains.series.flatMap { old in after.drains.series.map { (old, $0) } })
    for (name, old) in before.byClass.groups {
      guard let new = after.byClass[name] else { continue }
      compare(CheckGroup(kind: .vmClass, name: name), old, new)
    }
    // A single campaign's moves are all moves.
    for (name, old) in before.byCampaign.groups where before.byCampaign.groups.count > 1 {
      guard let new = after.byCampaign[name] else { continue }
      compare(CheckGroup(kind: .campaign, name: name), old, new)
    }
    judge()
  }

  private static func refuseUnequal(_ before: StudyResult, _ after: StudyResult) throws(NotComparable) {
    func refuse(_ what: String, _ old: String, _ new: String) -> NotComparable {
      NotComparable(description: "\(what) differs: \(old) before, \(new) after")
    }
    if before.scenario != after.scenario {
      throw refuse("the scenario", "'\(before.scenario)'", "'\(after.scenario)'")
    }
    if before.seed != after.seed { throw refuse("the seed", "\(before.seed)", "\(after.seed)") }
    if before.replications != after.replications {
      throw refuse("the number of replications", "\(before.replications)", "\(after.replications)")
    }
    if before.horizonSeconds != after.horizonSeconds {
      throw refuse("the horizon", Figure.span(before.horizonSeconds), Figure.span(after.horizonSeconds))
    }
    if before.guests != after.guests {
      throw refuse("the number of VMs", "\(before.guests)", "\(after.guests)")
    }
    if before.replications < 2 {
      throw NotComparable(
        description: "a single pair of replications cannot tell a change from chance: at least 2, better 10")
    }
    if before.totals.series == nil || after.totals.series == nil {
      throw NotComparable(
        description: "a result of an older version holds no numbers per replication: make it anew")
    }
  }

  private mutating func compare(
    _ group: CheckGroup, _ before: GroupResult, _ after: GroupResult,
    drains: (before: DrainSeries, after: DrainSeries)? = nil
  ) {
    guard let old = before.series, let new = after.series else { return }
    for metric in CheckMetric.allCases {
      // Where there is nothing in a replication, it is no pair.
      let pairs = zip(
        metric.values(of: old, drains: drains?.before), metric.values(of: new, drains: drains?.after)
      ).compactMap { a, b in
        a.flatMap { a in b.map { (a, $0) } }
      }
      guard !pairs.isEmpty else { continue }
      let differences = pairs.map { $1 - $0 }
      let isEqual = differences.allSatisfy { $0 == 0 }
      findings.append(
        CheckFinding(
          group: group, metric: metric, before: Estimate(pairs.map(\.0)).mean,
          after: Estimate(pairs.map(\.1)).mean, difference: Estimate(differences),
          probability: PairedTest(differences)?.probability, verdict: isEqual ? .equal : .unclear))
    }
  }

  /// Adjusts the probabilities over all metrics that moved at all, and says what each difference means.
  private mutating func judge() {
    let moved = findings.indices.filter { findings[$0].verdict != .equal && findings[$0].probability != nil }
    let adjusted = HolmAdjustment.adjust(moved.compactMap { findings[$0].probability })
    for (index, probability) in zip(moved, adjusted) {
      findings[index].probability = probability
      guard probability < Check.level else { continue }
      let finding = findings[index]
      guard (finding.difference.mean > 0) == finding.metric.lessIsBetter else {
        findings[index].verdict = .better
        continue
      }
      // Of nothing before, any is more than is tolerated.
      let isSmall = finding.relative.map { abs($0) <= tolerance } ?? false
      findings[index].verdict = isSmall ? .tolerated : .worse
    }
  }
}
