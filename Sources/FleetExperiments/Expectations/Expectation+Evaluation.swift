internal import CutoverCore
internal import DiscreteEvent
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

/// The results of a scenario's variants, and which of them a clause is about unless it says `in` another.
public struct VariantResults: Sendable {
  public var selected: StudyResult
  /// All there are, by name, the scenario as it stands being `base`.
  public var variants: [(name: String, result: StudyResult)]
  /// The same of each replication by itself, for clauses that ask how sure the figures are; empty where they are not at
  /// hand.
  public var replications: [VariantResults] = []

  public static let baseName = "base"

  public init(_ selected: StudyResult, among others: [StudyResult] = []) {
    self.selected = selected
    variants = ([selected] + others).map { ($0.variant ?? VariantResults.baseName, $0) }
  }

  subscript(name: String) -> StudyResult? { variants.first { $0.name == name }?.result }
}

/// Where an expression is evaluated.
struct EvaluationPlace {
  var results: VariantResults
  var names: ExpectationNames
  /// What metrics are about that name no group, and no variant.
  var group: (axis: AnswerAxis, name: String)?
  var variant: String?
  /// A total of what never happened is nothing, and not unknown: in answers, and among the terms of a sum.
  var isSum = false
}

extension Expectation {
  /// Judges the clause by a result.
  ///
  /// - Parameters:
  ///   - result: of one variant; the clause cannot name others.
  ///   - names: what may be named although the result has nothing of it.
  /// - Throws: ``ExpectationError`` for a name that nothing in the result or in `names` goes by.
  public func evaluate(
    _ result: StudyResult, names: ExpectationNames = ExpectationNames()
  ) throws(ExpectationError) -> ExpectationResult {
    try evaluate(VariantResults(result), names: names)
  }

  /// Judges the clause by the results of several variants.
  public func evaluate(
    _ results: VariantResults, names: ExpectationNames = ExpectationNames()
  ) throws(ExpectationError) -> ExpectationResult {
    let place = EvaluationPlace(results: results, names: names)
    guard let axis else {
      let verdict = try verdict(at: place)
      var unfinished: UnfinishedPart?
      for call in claim.calls where unfinished == nil { unfinished = try call.unfinished(at: place) }
      return ExpectationResult(
        text: text, held: verdict?.held ?? false, actual: verdict?.actual ?? absence(in: results),
        unfinished: verdict == nil ? nil : unfinished)
    }
    var (all, broken) = (0, [String]())
    for (name, place) in axis.places(at: place) {
      // A class that nobody moved has nothing to say.
      guard let verdict = try verdict(at: place) else { continue }
      all += 1
      if !verdict.held { broken.append("\(name) \(verdict.actual)") }
    }
    // The names in it are looked at although there may be nobody to ask.
    if all == 0 { _ = try verdict(at: place) }
    return ExpectationResult(
      text: text, held: all > 0 && broken.isEmpty,
      actual: words(of: broken, all, axis) ?? absence(in: results))
  }

  /// `2 of 8 classes: large 45 s; small 31 s`; `nil` of none.
  private func words(of broken: [String], _ all: Int, _ axis: AnswerAxis) -> String? {
    guard all > 0 else { return nil }
    if broken.isEmpty { return "all \(all) \(axis.rawValue)" }
    let shown = broken.prefix(5).joined(separator: "; ") + (broken.count > 5 ? "; ..." : "")
    return "not \(broken.count) of \(all) \(axis.rawValue): \(shown)"
  }

  /// `nil` where there is nothing to judge by.
  private func verdict(at place: EvaluationPlace) throws(ExpectationError) -> (held: Bool, actual: String)? {
    let left = try claim.left.value(at: place)
    let right = try claim.right.value(at: place)
    guard let left, let right else { return nil }
    let held = claim.relation.holds(left, right)
    let words = distinct(left, right, claim.left.kind, claim.right.unit ?? claim.left.unit)
    var actual = words.left
    if claim.left.calls.isEmpty { actual = words.right }
    if !claim.left.calls.isEmpty, !claim.right.calls.isEmpty {
      actual = "\(words.left) against \(words.right)"
    }
    return (held, actual)
  }

  /// The variants that it names, without the one it is judged by.
  public var variants: [String] { claim.calls.compactMap(\.variant) }

  /// Why there is nothing to judge by.
  private func absence(in results: VariantResults) -> String {
    if asksForPrecision, results.replications.count < 2 {
      return "not known of a kept result, nor of one replication"
    }
    return claim.calls.lazy.compactMap { call in
      call.absence(in: call.variant.flatMap { results[$0] } ?? results.selected)
    }.first ?? "no such attempts"
  }

  /// Both sides in words, with as many digits as it takes to tell them apart, in the unit that was asked in.
  private func distinct(
    _ left: Double, _ right: Double, _ kind: FigureKind, _ unit: AskedUnit?
  ) -> (left: String, right: String) {
    func text(_ value: Double, _ digits: Int) -> String {
      // What is less than one of that unit, or many thousands, is read in one of its own.
      guard let unit, (1..<10_000).contains(abs(value) / unit.size) else {
        return Figure.text(value, kind, digits: digits)
      }
      return unit.text(value, digits: digits)
    }
    for digits in 4..<9 {
      let words = (text(left, digits), text(right, digits))
      if left == right || words.0 != words.1 { return words }
    }
    return (text(left, 9), text(right, 9))
  }
}

extension ExpectationClaim {
  /// Whether it holds; what never happened makes no claim true.
  func holds(at place: EvaluationPlace) throws(ExpectationError) -> Bool {
    guard let left = try left.value(at: place), let right = try right.value(at: place) else { return false }
    return relation.holds(left, right)
  }
}

extension StudyResult {
  /// Judges clauses and keeps the verdicts, in their order.
  ///
  /// - Parameters:
  ///   - expectations: the clauses; their verdicts replace those that the result had.
  ///   - scenario: whose strategies and campaigns may be named although nothing was counted under them.
  ///   - others: the results of other variants, for clauses that name them.
  ///   - replications: of each replication by itself, for clauses that ask how sure the figures are.
  public mutating func judge(
    _ expectations: [Expectation], of scenario: Scenario, among others: [StudyResult] = [],
    replications: [VariantResults] = []
  ) throws(ExpectationError) {
    var verdicts: [ExpectationResult] = []
    var results = VariantResults(self, among: others)
    results.replications = replications
    for expectation in expectations {
      verdicts.append(try expectation.evaluate(results, names: ExpectationNames(of: scenario)))
    }
    self.expectations = verdicts
  }
}

extension ExpectationExpression {
  /// `nil` where there is nothing to take the number of.
  func value(at place: EvaluationPlace) throws(ExpectationError) -> Double? {
    switch self {
    case .figure(let value, _, _, _): return value
    case .call(let call): return try call.value(at: place)
    case .halfWidth(let inner, let isRelative, _):
      // What is wrong with it is said even where there is nothing to reckon with.
      _ = try inner.value(at: place)
      var samples: [Double] = []
      for results in place.results.replications {
        var place = place
        place.results = results
        if let sample = try inner.value(at: place) { samples.append(sample) }
      }
      guard let interval = ConfidenceInterval(samples), let halfWidth = interval.halfWidth else { return nil }
      guard isRelative, halfWidth > 0 else { return halfWidth }
      return interval.mean == 0 ? nil : halfWidth / abs(interval.mean)
    case .operation(let operation, let left, let right, _):
      var place = place
      place.isSum = true
      guard let a = try left.value(at: place), let b = try right.value(at: place) else { return nil }
      return operation.apply(a, b)
    }
  }
}

extension MetricCall {
  func value(at place: EvaluationPlace) throws(ExpectationError) -> Double? {
    let result = try result(at: place)
    try checkReason(in: result, place.names)
    guard let metric = Metric.named(metric) else { return nil }
    guard let subject = try subject(of: metric, in: result, place) else {
      return function == .total && place.isSum ? 0 : nil
    }
    if function == metric.extremeFunction { return metric.extreme?(subject) }
    switch function {
    case .total: return metric.total(subject)
    case .share:
      guard let part = metric.total(subject), let whole = metric.whole?(subject), whole != 0 else {
        return nil
      }
      return part / whole
    case .mean where metric.isOfOneCampaign: return metric.total(subject)
    case .mean, .p50, .p95, .p99, .max, .min: return metric.spread?(subject)?.value(of: function)
    }
  }

  func result(at place: EvaluationPlace) throws(ExpectationError) -> StudyResult {
    guard let name = variant ?? place.variant else { return place.results.selected }
    if let result = place.results[name] { return result }
    throw ExpectationError(
      position: variantPosition, message: "there is no variant called '\(name)'",
      remedy: Spelling.remedy(for: name, among: place.results.variants.map(\.name)))
  }

  func subject(
    of metric: Metric, in result: StudyResult, _ place: EvaluationPlace
  ) throws(ExpectationError) -> MetricSubject? {
    guard let group else {
      guard metric.isOfGroups, let (axis, name) = place.group else {
        return MetricSubject(result: result, group: result.totals, isStrategy: false)
      }
      return axis.groups(of: result)[name].map {
        MetricSubject(result: result, group: $0, isStrategy: axis == .strategies)
      }
    }
    return try subject(named: group, in: result, place.names)
  }

  private func subject(
    named group: String, in result: StudyResult, _ names: ExpectationNames
  ) throws(ExpectationError) -> MetricSubject? {
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
      return MetricSubject(
        result: result, group: only.result, isStrategy: only.kind == "strategy", name: group)
    }
    if names.groups.contains(group) { return nil }
    let known = [result.byStrategy, result.byCampaign, result.byClass].flatMap { $0.groups.map(\.name) }
    throw ExpectationError(
      position: groupPosition, message: "there is no strategy, campaign or class called '\(group)'",
      remedy: Spelling.remedy(for: group, among: known + names.groups.filter { !known.contains($0) }))
  }

  private func checkBlock() throws(ExpectationError) {
    let reason = String(metric.dropFirst("blocked.".count))
    let known = BlockReason.waits.map(\.code) + FailureReason.all.map(\.code)
    guard !known.contains(reason) else { return }
    throw ExpectationError(
      position: metricPosition, message: "there is nothing called '\(reason)' that holds a VM",
      remedy: Spelling.remedy(for: reason, among: known))
  }

  private func checkReason(in result: StudyResult, _ names: ExpectationNames) throws(ExpectationError) {
    if metric.hasPrefix("blocked.") { return try checkBlock() }
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
