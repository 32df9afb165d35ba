internal import DiscreteEvent

extension StreamPurpose {
  /// Drawing pairs of replications again.
  static let pairResamples = StreamPurpose("pairs.resamples")
}

/// Two results of the same scenario and seed: each replication has its partner, which met the same guests and the same
/// luck. What both `check` and `compare` reckon with.
public struct ResultPair: Sendable {
  public let before: StudyResult
  public let after: StudyResult

  /// Below this a difference is chance no longer.
  public static let level = 0.05

  /// - Throws: `NotComparable` if the two are no pair.
  public init(_ before: StudyResult, _ after: StudyResult) throws(NotComparable) {
    func refuse(_ what: String, _ old: String, _ new: String) -> NotComparable {
      NotComparable(
        "\(what) differs: \(old) before, \(new) after",
        remedy:
          "replications are paired: make both results of the same scenario, horizon and seed; where it is meant to "
          + "be another one, make the earlier result, or the baseline, anew")
    }
    if before.scenario != after.scenario {
      throw refuse("the scenario", "'\(before.scenario)'", "'\(after.scenario)'")
    }
    if before.seed != after.seed { throw refuse("the seed", "\(before.seed)", "\(after.seed)") }
    if before.horizonSeconds != after.horizonSeconds {
      throw refuse("the horizon", Figure.span(before.horizonSeconds), Figure.span(after.horizonSeconds))
    }
    if before.guests != after.guests {
      throw refuse("the number of VMs", "\(before.guests)", "\(after.guests)")
    }
    if before.totals.series == nil || after.totals.series == nil {
      throw NotComparable(
        "a result of an older version holds no numbers per replication", remedy: "make it anew")
    }
    for side in [before, after] {
      guard let problem = side.unpaired else { continue }
      throw NotComparable(
        "in one of the results \(problem)", remedy: "it was changed since it was made: make it anew")
    }
    (self.before, self.after) = (before, after)
  }

  /// A group that only one side has is looked at by nobody: a class that is worse off could hide behind a new name.
  ///
  /// - Throws: `NotComparable` if their classes or campaigns are not the same, in whatever order.
  func requireSameGroups() throws(NotComparable) {
    let axes: [(String, KeyPath<StudyResult, NamedGroups>)] = [
      ("the classes of VMs", \.byClass), ("the campaigns", \.byCampaign),
    ]
    for (what, groups) in axes {
      let (old, new) = (before[keyPath: groups].groups.map(\.name), after[keyPath: groups].groups.map(\.name))
      let lone =
        old.filter { !new.contains($0) }.map { "'\($0)' is only in the one before" }
        + new.filter { !old.contains($0) }.map { "'\($0)' is only in the one after" }
      guard !lone.isEmpty else { continue }
      let words =
        lone.prefix(4).joined(separator: ", ") + (lone.count > 4 ? ", and \(lone.count - 4) more" : "")
      throw NotComparable(
        "\(what) differ: \(words)",
        remedy: "if that is meant, make the earlier result, or the baseline, anew with the same ones")
    }
  }

  /// Where one has more replications than the other, those have no partner.
  public var replications: Int { min(before.replications, after.replications) }

  /// Each metric of each group that both have, not yet judged: all moves first, then by class and by campaign.
  ///
  /// - Parameters:
  ///   - ofAll: what is looked at for all moves together.
  ///   - ofGroups: what is looked at for each class and campaign.
  ///   - bootstraps: whether to draw the pairs again for a second interval.
  public func findings(
    ofAll: [PairedMetric], ofGroups: [PairedMetric], bootstraps: Bool = false
  ) -> [PairedFinding] {
    // One stream for all: the same pairs are drawn again for each metric.
    let stream =
      bootstraps ? RandomStream(StreamKey(seed: before.seed, purpose: .pairResamples)) : nil
    var found = findings(
      .all, before.totals, after.totals, ofAll, stream, drains: drains)
    for (name, old) in before.byClass.groups {
      guard let new = after.byClass[name] else { continue }
      found += findings(PairedGroup(kind: .vmClass, name: name), old, new, ofGroups, stream)
    }
    // A single campaign's moves are all moves.
    for (name, old) in before.byCampaign.groups where before.byCampaign.groups.count > 1 {
      guard let new = after.byCampaign[name] else { continue }
      found += findings(PairedGroup(kind: .campaign, name: name), old, new, ofGroups, stream)
    }
    return found + (ofGroups.contains(.makespan) ? makespans(stream) : [])
  }

  /// Of each replication, where both sides tell.
  private var drains: (before: DrainSeries, after: DrainSeries)? {
    before.drains.series.flatMap { old in after.drains.series.map { (old, $0) } }
  }

  /// Whether the side that takes less time has emptied fewer hosts: who gives up is soon done, and that is no merit.
  ///
  /// A gain is none as soon as any host is missing. A loss is forgiven where hosts were emptied at no slower pace than
  /// before: time has grown by no larger a factor than they have, so that one host more excuses next to nothing.
  private func isForLess(
    _ times: [(before: Double, after: Double)], _ done: (before: [Double], after: [Double])?
  ) -> Bool {
    guard let done else { return false }
    let hosts = zip(done.before, done.after).reduce((0.0, 0.0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    let time = times.reduce((0.0, 0.0)) { ($0.0 + $1.before, $0.1 + $1.after) }
    if hosts.1 < hosts.0 { return time.1 < time.0 }
    return hosts.1 > hosts.0 && time.1 > time.0 && time.1 * hosts.0 <= time.0 * hosts.1
  }

  /// Of each campaign that both have and that ended in every replication of both.
  private func makespans(_ stream: RandomStream?) -> [PairedFinding] {
    (before.courses ?? []).compactMap { course in
      guard let old = course.series, let new = after.courses?.first(where: { $0.name == course.name })?.series
      else { return nil }
      let pairs = zip(old.makespanSeconds, new.makespanSeconds)
        .compactMap { a, b in a.flatMap { a in b.map { (before: a, after: $0) } } }
      guard !pairs.isEmpty, pairs.count == min(old.makespanSeconds.count, new.makespanSeconds.count) else {
        return nil
      }
      // Of results of older versions only what the fleet has emptied is known.
      let done =
        old.hostsDone.flatMap { old in new.hostsDone.map { (before: old, after: $0) } }
        ?? drains.map { (before: $0.before.finished, after: $0.after.finished) }
      return PairedFinding(
        PairedGroup(kind: .campaign, name: course.name), .makespan, pairs: pairs, stream: stream,
        isNeutral: isForLess(pairs, done))
    }
  }

  private func findings(
    _ group: PairedGroup, _ before: GroupResult, _ after: GroupResult, _ metrics: [PairedMetric],
    _ stream: RandomStream?, drains: (before: DrainSeries, after: DrainSeries)? = nil
  ) -> [PairedFinding] {
    guard let old = before.series, let new = after.series else { return [] }
    let done = drains.map { (before: $0.before.finished, after: $0.after.finished) }
    return metrics.compactMap { metric in
      // Where there is nothing in a replication, it is no pair.
      let pairs = zip(
        metric.values(of: old, drains: drains?.before), metric.values(of: new, drains: drains?.after)
      ).compactMap { a, b in a.flatMap { a in b.map { (before: a, after: $0) } } }
      return pairs.isEmpty
        ? nil
        : PairedFinding(
          group, metric, pairs: pairs, stream: stream,
          isNeutral: metric.isDrainTime ? isForLess(pairs, done) : isNeutral(metric, old, new))
    }
  }

  /// Whether more or less of it is no merit by itself: moves asked for again, and what is lost, saved, sent or slowed down
  /// by them. Where the sides moved unequally much such a total is judged only if a move by itself differs the same way.
  private func isNeutral(_ metric: PairedMetric, _ old: GroupSeries, _ new: GroupSeries) -> Bool {
    switch metric {
    // One side may have more replications: those have no partner.
    case .completed: return zip(old.undone, new.undone).allSatisfy(==)
    case .downtime, .saved, .bytes, .failedAttempts, .brownout:
      if zip(old.moves, new.moves).allSatisfy(==), zip(old.completed, new.completed).allSatisfy(==) {
        return false
      }
      func perMove(_ series: GroupSeries) -> [Double?] {
        zip(metric.values(of: series, drains: nil), series.completed).map { total, moves in
          total.flatMap { moves > 0 ? $0 / moves : nil }
        }
      }
      let totals = zip(metric.values(of: old, drains: nil), metric.values(of: new, drains: nil))
        .compactMap { a, b in a.flatMap { a in b.map { $0 - a } } }
      let single = zip(perMove(old), perMove(new)).compactMap { a, b in a.flatMap { a in b.map { $0 - a } } }
      guard let test = PairedTest(single), test.probability < ResultPair.level else { return true }
      return (Estimate(single).mean > 0) != (Estimate(totals).mean > 0)
    default: return false
    }
  }
}

/// Why two results cannot be held against each other.
public struct NotComparable: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
  /// What to do about it.
  public var remedy: String

  init(_ description: String, remedy: String) {
    self.description = description
    self.remedy = remedy
  }
}

extension StudyResult {
  /// What it says of its replications one by one of which there are not as many as there are replications; `nil`: nothing.
  fileprivate var unpaired: String? {
    func problem(_ what: String, _ count: Int?) -> String? {
      guard let count, count != replications else { return nil }
      return "\(what) has numbers of \(count) replications, and there are \(replications)"
    }
    for (axis, groups) in [("strategy", byStrategy), ("class", byClass), ("campaign", byCampaign)] {
      for (name, group) in groups.groups {
        if let found = problem("the \(axis) '\(name)'", group.series?.moves.count) { return found }
      }
    }
    for course in courses ?? [] {
      for count in [course.series?.makespanSeconds.count, course.series?.hostsDone?.count] {
        if let found = problem("the campaign '\(course.name)'", count) { return found }
      }
    }
    return problem("the group of all moves", totals.series?.moves.count)
      ?? problem("what is said of drains", drains.series?.started.count)
  }
}

extension [PairedFinding] {
  /// Raises the probabilities for all that moved at all (Holm), so that the chance of any false alarm stays below
  /// ``ResultPair/level``, and says what each difference means.
  ///
  /// - Parameter tolerance: by how much, as a part of what it was, a metric may be worse.
  public mutating func judge(tolerance: (PairedMetric) -> Double = { _ in 0 }) {
    let moved = indices.filter { self[$0].verdict != .equal && self[$0].probability != nil }
    let adjusted = HolmAdjustment.adjust(moved.compactMap { self[$0].probability })
    for index in indices where self[index].verdict == .different && self[index].probability == nil {
      self[index].verdict = .unclear
    }
    for (index, probability) in zip(moved, adjusted) {
      self[index].probability = probability
      guard probability < ResultPair.level else {
        self[index].verdict = .unclear
        continue
      }
      let finding = self[index]
      if finding.verdict == .different { continue }
      guard (finding.difference.mean > 0) == finding.metric.lessIsBetter else {
        self[index].verdict = .better
        continue
      }
      // Of nothing before, any is more than is tolerated.
      let isSmall = finding.relative.map { abs($0) <= tolerance(finding.metric) } ?? false
      self[index].verdict = isSmall ? .tolerated : .worse
    }
  }

  /// What differs, the worst first.
  public var differing: [PairedFinding] {
    let rank: [PairedVerdict: Int] = [.worse: 0, .tolerated: 1, .better: 2, .different: 3]
    return enumerated().filter { rank[$0.element.verdict] != nil }
      .sorted { (rank[$0.element.verdict] ?? 4, $0.offset) < (rank[$1.element.verdict] ?? 4, $1.offset) }
      .map(\.element)
  }
}
