public import FleetExperiments

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

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
    let charts = self.charts
    var page = [
      head, "<body>", banner, headline, "<main>",
    ]
    if bundle == nil, !charts.isEmpty {
      page.append(
        "<p class=\"warning\">This page was made without the chart library, so it shows tables only. "
          + "<code>make assets</code> in fleetshift's folder fetches it.</p>")
    }
    if charts.contains(where: \.choosesWindow), bundle != nil { page.append(windowControls) }
    page += charts.map(figure)
    page.append("<section id=\"figures\"><h2>All figures</h2>")
    page.append(StudyDocument(result).document.withoutTitle.html(level: 3))
    page.append("</section>")
    page.append(reproduction)
    page.append("</main>")
    page += try scripts(charts)
    page.append("</body></html>\n")
    return page.joined(separator: "\n")
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

  private var head: String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline' 'unsafe-eval'; img-src data: blob:">
    <meta name="generator" content="fleetshift \(HTML.escaped(version))">
    <title>\(HTML.escaped(title)) – fleetshift</title>
    <style>\(ReportStyle.css)</style></head>
    """
  }

  private var banner: String {
    let facts = [
      "seed \(result.seed)",
      result.replications == 1 ? "1 replication" : "\(result.replications) replications",
      "\(Figure.text(Double(result.hosts), .count)) hosts",
      "\(Figure.text(Double(result.guests), .count)) VMs",
      "horizon \(Figure.span(result.horizonSeconds))", "fleetshift \(version)",
    ]
    let question = question.isEmpty ? "" : "<p class=\"question\">\(HTML.escaped(question))</p>"
    return """
      <a class="skip" href="#figures">Skip the charts</a>
      <header><div><h1>\(HTML.escaped(title))</h1>\(question)
      <p class="facts">\(HTML.escaped(facts.joined(separator: " · ")))</p></div>
      <button type="button" id="theme" aria-pressed="false">Dark</button></header>
      """
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
        "failed or refused attempts", totals.failedAttempts, .count,
        totals.downtime.map { "95 % of moves cost clients less than \(Figure.span($0.p95))" }),
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

  private var windowControls: String {
    """
    <form class="window" aria-label="Window of time"><span>Show downtimes and failures from</span>
    <input type="number" id="from" step="any" min="0" aria-label="from"> <span>to</span>
    <input type="number" id="to" step="any" min="0" aria-label="to"> <span id="unit"></span>
    <button type="button" id="whole">whole time</button><output id="window" aria-live="polite"></output></form>
    """
  }

  private static let mostRowsShown = 200

  private func figure(_ chart: Chart) -> String {
    let drawing =
      bundle == nil
      ? ""
      : "<div class=\"chart\" id=\"\(chart.id)\" role=\"img\" aria-label=\"\(HTML.escaped(chart.summary))\"></div>"
    let rows = chart.data.rows.count
    let shown = min(rows, HTMLReport.mostRowsShown)
    let label = shown == rows ? "The \(rows) rows behind it" : "The first \(shown) of \(rows) rows behind it"
    return """
      <section class="figure"><h2>\(HTML.escaped(chart.title))</h2>
      <p class="summary">\(HTML.escaped(chart.summary))</p>
      \(drawing)
      <p class="note">\(HTML.escaped(chart.note))</p>
      <details><summary>\(label)</summary>
      <button type="button" class="save" data-chart="\(chart.id)">Save all rows as CSV</button>
      \(chart.data.table(atMost: shown).html(caption: chart.title))</details></section>
      """
  }

  private var reproduction: String {
    """
    <section><h2>How to get it again</h2>
    <p>The same build gives the same figures to the last digit, with any number of threads:</p>
    <pre><code>\(HTML.escaped(command))</code></pre></section>
    """
  }

  private func scripts(_ charts: [Chart]) throws -> [String] {
    let data: PlotValue = .list(
      charts.map { chart in
        [
          "id": .text(chart.id), "spec": .object(chart.spec), "data": chart.data.json,
          "followsWindow": .flag(chart.followsWindow), "choosesWindow": .flag(chart.choosesWindow),
        ]
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(data), as: UTF8.self)
    return [
      "<script type=\"application/json\" id=\"charts\">\(HTML.embedded(json: json))</script>",
      bundle.map { "<script>\($0)</script>" } ?? "",
      "<script type=\"module\">\(ReportScript.javaScript)</script>",
    ]
  }
}

extension Document {
  /// Without the lines that a page's banner says already.
  fileprivate var withoutTitle: Document {
    var rest = Document()
    for block in blocks {
      if case .title = block { continue }
      if case .verdicts = block { continue }
      rest.add(block)
    }
    return rest
  }
}
