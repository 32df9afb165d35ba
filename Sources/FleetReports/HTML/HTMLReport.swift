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
  /// This result and others held against it; `nil` where it stands alone.
  private(set) var comparison: ComparedResults?
  private var otherCommands: [String] = []
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

  /// Holds others against the result.
  ///
  /// - Parameters:
  ///   - name: what to call the result beside them.
  ///   - others: the other results, each with what to call it.
  ///   - commands: what to type for each of the others; `nil`: as far as they know themselves.
  /// - Throws: `NotComparable` if one of them is no partner of it.
  public mutating func compare(
    _ name: String, with others: [(name: String, result: StudyResult)], commands: [String]? = nil
  ) throws(NotComparable) {
    otherCommands = commands ?? others.map { MarkdownReport.command(for: $0.result) }
    comparison = try ComparedResults([(name, result)] + others)
  }

  /// - Throws: `EncodingError` for a figure that is no number.
  public func render() throws -> String {
    var page = HTMLPage(
      title: title, question: question, facts: facts, headline: headline, charts: charts,
      figures: StudyDocument(result, isPart: true).document.html(level: 3), command: command,
      version: version, bundle: bundle)
    if let comparison {
      page.title = comparison.title
      page.figures = comparison.figures
      page.command = ([command] + otherCommands).joined(separator: "\n")
      page.figuresTitle = "All differences, and all figures of each"
    }
    return try page.render()
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
    ]
    let own = ((timed ?? []) + rest).compactMap { $0 }
    guard let comparison else { return own }
    return [ForestChart.make(comparison.comparison)].compactMap { $0 }
      + own.map { chart in
        var chart = chart
        chart.title += ": \(comparison.comparison.reference)"
        return chart
      }
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
    guard let comparison else { return answer + cards + Self.verdicts(result) }
    return comparison.summary + comparison.sides.map { Self.verdicts($0.result, of: $0.name) }.joined()
  }

  private var answer: String {
    let answer = StudyDocument.answer(result)
    guard !answer.blocks.isEmpty else { return "" }
    return "<section class=\"answer\"><h2>Answer</h2>\n\(answer.html(level: 3))</section>\n"
  }

  private var cards: String {
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
        totals.downtime.map { "95 % of moves cost clients \(Figure.span($0.p95)) at most" }),
      card(
        "failed or refused attempts", totals.failedAttempts, .count,
        Figure.share(totals.failedAttempts.mean, of: totals.completed.mean + totals.failedAttempts.mean)
          .map { "\($0) of all attempts and refusals" }),
    ]
    return "<div class=\"cards\">\(cards.joined())</div>\n"
  }

  /// - Parameter name: whose they are, where there are several.
  private static func verdicts(_ result: StudyResult, of name: String? = nil) -> String {
    let (all, broken) = (result.expectations.count, result.expectations.count { !$0.held })
    guard all > 0 else { return "" }
    let words =
      broken > 0
      ? "\(broken) of \(all) expectations \(broken == 1 ? "is" : "are") broken"
      : all == 1 ? "The one expectation holds" : "All \(all) expectations hold"
    return "<section class=\"verdict \(broken == 0 ? "good" : "bad")\"><h2>"
      + HTML.escaped((name.map { "\($0): " } ?? "") + words)
      + "</h2>\n\(Document.html(result.expectations))</section>"
  }
}
