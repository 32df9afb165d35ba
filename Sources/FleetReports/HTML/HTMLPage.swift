#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A page that opens without a network: what frames the charts and tables of any report.
struct HTMLPage {
  var title: String
  /// What it is to answer.
  var question = ""
  /// Under the title, with dots between.
  var facts: [String]
  /// Between title and charts, as elements.
  var headline = ""
  var charts: [Chart]
  /// Behind the charts: all tables, as elements.
  var figures: String
  /// Over them.
  var figuresTitle = "All figures"
  /// What to type for the very same, if that is known.
  var command: String?
  /// Of the program.
  var version: String
  /// The Vega libraries as one script; without it the page has tables only.
  var bundle: String?

  /// - Throws: `EncodingError` for a figure that is no number.
  func render() throws -> String {
    var page = [head, "<body>", banner, headline, "<main>"]
    if bundle == nil, !charts.isEmpty {
      page.append(
        "<p class=\"warning\">This page was made without the chart library, so it shows tables only. "
          + "<code>make assets</code> in fleetshift's folder fetches it.</p>")
    }
    if charts.contains(where: \.choosesWindow), bundle != nil { page.append(windowControls) }
    page += charts.map(figure)
    page.append("<section id=\"figures\"><h2>\(HTML.escaped(figuresTitle))</h2>")
    page.append(figures)
    page.append("</section>")
    if let command { page.append(reproduction(command)) }
    page.append("</main>")
    page += try scripts
    page.append("</body></html>\n")
    return page.joined(separator: "\n")
  }

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
    let question = question.isEmpty ? "" : "<p class=\"question\">\(HTML.escaped(question))</p>"
    return """
      <a class="skip" href="#figures">Skip the charts</a>
      <header><div><h1>\(HTML.escaped(title))</h1>\(question)
      <p class="facts">\(HTML.escaped(facts.joined(separator: " · ")))</p></div>
      <button type="button" id="theme" aria-pressed="false">Dark</button></header>
      """
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
    let note = [chart.note, bundle == nil ? "" : chart.howToRead].filter { !$0.isEmpty }.joined(
      separator: " ")
    let rows = chart.data.rows.count
    let shown = min(rows, HTMLPage.mostRowsShown)
    let label = shown == rows ? "The \(rows) rows behind it" : "The first \(shown) of \(rows) rows behind it"
    return """
      <section class="figure"><h2>\(HTML.escaped(chart.title))</h2>
      <p class="summary">\(HTML.escaped(chart.summary))</p>
      \(drawing)
      \(note.isEmpty ? "" : "<p class=\"note\">\(HTML.escaped(note))</p>")
      <details><summary>\(label)</summary>
      <button type="button" class="save" data-chart="\(chart.id)">Save all rows as CSV</button>
      \(chart.data.table(atMost: shown).html(caption: chart.title))</details></section>
      """
  }

  private func reproduction(_ command: String) -> String {
    """
    <section><h2>How to get it again</h2>
    <p>The same build gives the same figures to the last digit, with any number of threads:</p>
    <pre><code>\(HTML.escaped(command))</code></pre></section>
    """
  }

  private var scripts: [String] {
    get throws {
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
}
