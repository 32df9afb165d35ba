public import FleetExperiments

/// A result as one page that opens without a network: charts, the tables behind them, and how to get it again.
public struct HTMLReport {
  public var result: StudyResult
  /// When things happened; without it the page has no charts over time.
  public var course: StudyCourse?
  /// What the scenario is to answer.
  public var question: String
  /// What to type for the very same result.
  public var command: String
  /// Of the program.
  public var version: String
  /// Further results, each held against this one.
  public var comparisons: [(name: String, check: Check)] = []
  /// The Vega libraries as one script; without it the page has tables only.
  public var bundle: String?

  public init(
    _ result: StudyResult, course: StudyCourse?, question: String, command: String, version: String,
    bundle: String?
  ) {
    self.result = result
    self.course = course
    self.question = question
    self.command = command
    self.version = version
    self.bundle = bundle
  }

  /// - Throws: `EncodingError` for a figure that is no number.
  public func render() throws -> String {
    try HTMLPage(
      title: title, question: question, facts: facts, headline: headline, charts: charts,
      figures: StudyDocument(result).document.withoutTitle.html(level: 3), command: command, version: version,
      bundle: bundle
    ).render()
  }

  // MARK: - Parts

  var charts: [Chart] {
    let timed = course.map { course in
      [
        MovesChart.make(course, replications: result.replications), DowntimeChart.make(course, result),
        FailureChart.make(course, result),
      ]
    }
    let rest = [
      SavingChart.make(result), course.flatMap(TrafficChart.make), course.flatMap(HostChart.make),
      comparisons.isEmpty ? nil : ForestChart.make(comparisons),
    ]
    return ((timed ?? []) + rest).compactMap { $0 }
  }

  private var title: String { result.scenario + (result.variant.map { ", variant \($0)" } ?? "") }

  private var facts: [String] {
    [
      StudyDocument.settings(of: result), "seed \(result.seed)",
      result.replications == 1 ? "1 replication" : "\(result.replications) replications",
      Figure.counted(result.hosts, "host"),
      Figure.counted(result.guests, "VM"),
      "horizon \(Figure.span(result.horizonSeconds))", "fleetshift \(version)",
    ].compactMap(\.self)
  }

  private var headline: String {
    let totals = result.totals
    func card(
      _ label: String, _ estimate: Estimate, _ kind: FigureKind, _ more: String?, isSigned: Bool = false
    )
      -> String
    {
      let figure = Figure.text(estimate, kind, isSigned: isSigned)
      let interval = figure.interval.map { " <small>\(HTML.escaped($0))</small>" } ?? ""
      return
        "<div class=\"card\"><span>\(HTML.escaped(label))</span><b>\(HTML.escaped(figure.mean))</b>\(interval)"
        + (more.map { "<i>\(HTML.escaped($0))</i>" } ?? "") + "</div>"
    }
    let asked = totals.moves.mean
    let cards = [
      card(
        "moves completed", totals.completed, .count,
        Figure.share(totals.completed.mean, of: asked).map { "\($0) of those asked for" }),
      card("data moved", totals.transferredBytes, .bytes, nil),
      card(
        "downtime saved", totals.downtimeSaved, .seconds,
        "against \(result.baseline)"
          + (Figure.share(totals.downtimeSaved.mean, of: totals.baselineDowntime.mean).map { ": \($0)" } ?? ""),
        isSigned: true),
      card(
        "downtime paid", totals.downtimeTotal, .seconds,
        totals.downtime.map { "95 % of moves cost clients less than \(Figure.span($0.p95))" }),
      card(
        "failed or refused attempts", totals.failedAttempts, .count,
        Figure.share(totals.failedAttempts.mean, of: asked).map { "\($0) of the moves asked for" }),
    ]
    let broken = result.expectations.count { !$0.held }
    let verdicts =
      result.expectations.isEmpty
      ? ""
      : "<section class=\"verdict \(broken == 0 ? "good" : "bad")\"><h2>"
        + (broken == 0
          ? "All \(result.expectations.count) expectations hold"
          : "\(broken) of \(result.expectations.count) expectations are broken")
        + "</h2>\n\(Document.html(result.expectations))</section>"
    return "<div class=\"cards\">\(cards.joined())</div>\n" + verdicts
  }
}

extension Document {
  /// Without the lines that a page's banner says already.
  var withoutTitle: Document {
    var rest = Document()
    for block in blocks {
      if case .title = block { continue }
      if case .verdicts = block { continue }
      rest.add(block)
    }
    return rest
  }
}
