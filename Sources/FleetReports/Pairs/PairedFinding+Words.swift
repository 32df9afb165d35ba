internal import FleetExperiments

/// How what was found of pairs is written, wherever it is.
extension PairedFinding {
  /// A value of the metric: totals of time in hours, lengths of single things as spans.
  func value(_ number: Double) -> String {
    metric.isSpan ? Figure.span(number) : Figure.text(number, metric.kind)
  }

  /// `+5.4 %` of what it was before; `nil` of nothing.
  var relativeWords: String? {
    guard let relative else { return nil }
    return PairedFinding.signed(relative == 0 ? "0 %" : Figure.text(relative, .share))
  }

  /// The same beside the difference in its own unit: no more of it than the difference shows.
  var roundedRelativeWords: String? {
    guard let relative else { return nil }
    if Figure.isNothing(differenceWords.mean) { return "0 %" }
    // With its sign: a decrease lies between this and nothing.
    if relative != 0, abs(relative) < 0.000_1 { return relative < 0 ? "> -0.01 %" : "< 0.01 %" }
    return relativeWords
  }

  /// After minus before, with its sign, and Student's interval of it.
  var differenceWords: (mean: String, interval: String) {
    let words = Figure.text(difference, metric.kind, isSigned: true)
    return (PairedFinding.signed(words.mean), words.interval ?? "")
  }

  /// The bootstrap's interval, in the same unit; empty where there is none, or no width.
  var bootstrapInterval: String {
    guard let bootstrap, bootstrap.low < bootstrap.high else { return "" }
    var estimate = difference
    (estimate.low, estimate.high) = (bootstrap.low, bootstrap.high)
    return Figure.text(estimate, metric.kind, isSigned: true, unitOf: difference).interval ?? ""
  }

  /// Student's interval of the relative difference; of nothing before, of the difference itself.
  var relativeInterval: String {
    guard before != 0 else { return differenceWords.interval }
    var relative = difference
    let scale = 1 / abs(before)
    relative.mean *= scale
    relative.low = relative.low.map { $0 * scale }
    relative.high = relative.high.map { $0 * scale }
    return Figure.text(relative, .share, isSigned: true).interval ?? ""
  }

  /// Once a screen: `run` prints others.
  static let quantileWords =
    "Median, p95 and p99 are means over the replications of each one's own; those of `run` are of all moves of all "
    + "replications together."

  var probabilityWords: String? {
    probability.map { $0 < 0.001 ? "< 0.001" : Figure.short($0, digits: 2) }
  }

  var verdictWords: String {
    switch verdict {
    case .equal: "equal"
    case .unclear: probability == nil ? "cannot be told" : "may be chance"
    case .better: "better"
    case .tolerated: "tolerated"
    case .worse: "worse"
    case .different: "different"
    }
  }

  private static func signed(_ text: String) -> String {
    text.hasPrefix("-") || text == "0" || text.hasPrefix("0 ") ? text : "+" + text
  }
}
