internal import FleetExperiments

/// How long clients were without their VM, by strategy, on a logarithmic axis.
enum DowntimeChart {
  static func make(_ course: StudyCourse, _ result: StudyResult) -> Chart? {
    guard !course.downtimes.isEmpty else { return nil }
    let time = ChartTime(fitting: course.binSeconds * Double(course.moves.first?.median.count ?? 1))
    let strategies = result.byStrategy.groups.map(\.name)
    var data = ChartData([
      .number("time", time.word), .text("strategy", "strategy"), .number("from_s", "from, s"),
      .number("to_s", "to, s"), .number("attempts", "attempts"),
    ])
    for cell in course.downtimes {
      data.add([
        time.value(cell.seconds), .text(cell.strategy), .number(cell.downtimeFrom), .number(cell.downtimeTo),
        .number(cell.count),
      ])
    }
    return Chart(
      id: "downtime", title: "Downtime by strategy",
      summary: summary(result),
      note: "Attempts that cost clients something, also those that failed; of one replication on average.",
      howToRead: "The axis is logarithmic: eight bars are ten times.",
      spec: [
        "height": 240,
        "mark": ["type": "bar", "binSpacing": 0],
        "encoding": [
          "x": [
            "field": "from_s", "type": "quantitative", "title": "downtime that clients saw, seconds",
            "scale": ["type": "log", "nice": false], "bin": ["binned": true],
            "axis": ["format": "~s", "tickCount": 8],
          ],
          "x2": ["field": "to_s"],
          "y": [
            "aggregate": "sum", "field": "attempts", "type": "quantitative", "title": "attempts",
            "stack": "zero",
          ],
          "color": ChartColour.encoding(strategies: strategies),
          "tooltip": [
            ["field": "strategy"],
            ["field": "from_s", "type": "quantitative", "title": "from (s)", "format": ".3~g"],
            ["field": "to_s", "type": "quantitative", "title": "to (s)", "format": ".3~g"],
            ["aggregate": "sum", "field": "attempts", "type": "quantitative", "format": ",.1f"],
          ],
        ],
      ], data: data, followsWindow: true)
  }

  /// Of attempts, as the bars are: what a VM with several of them went through in all is another figure.
  private static func summary(_ result: StudyResult) -> String {
    let parts = result.byStrategy.groups.flatMap { name, group in
      [group.networkGap, group.serviceGap].compactMap { $0 }.map { spread in
        "\(name): half below \(Figure.span(spread.p50)), 95 % below \(Figure.span(spread.p95)), the worst "
          + Figure.span(spread.max)
      }
    }
    let attempts = "What one attempt cost clients. " + parts.joined(separator: "; ") + "."
    guard let moves = result.totals.downtime, let worst = parts.isEmpty ? nil : moves.max else {
      return attempts
    }
    let most = result.byStrategy.groups.flatMap { [$0.result.networkGap?.max, $0.result.serviceGap?.max] }
    return most.compactMap { $0 }.max() == worst
      ? attempts : attempts + " All attempts of a move together: the worst \(Figure.span(worst))."
  }
}
