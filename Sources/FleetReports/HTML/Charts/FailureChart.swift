internal import FleetExperiments

/// Why attempts failed.
enum FailureChart {
  static func make(_ course: StudyCourse, _ result: StudyResult) -> Chart? {
    guard !course.failures.isEmpty else { return nil }
    let time = ChartTime(fitting: course.binSeconds * Double(course.moves.first?.median.count ?? 1))
    var data = ChartData([
      .number("time", time.word), .text("strategy", "strategy"), .text("reason", "reason"),
      .number("attempts", "attempts"),
    ])
    var sums: [String: Double] = [:]
    for cell in course.failures {
      let words = FailureReason.words(for: cell.reason)
      sums[words, default: 0] += cell.count
      data.add([time.value(cell.seconds), .text(cell.strategy), .text(words), .number(cell.count)])
    }
    let all = sums.values.reduce(0, +)
    let first = sums.max { ($0.value, $1.key) < ($1.value, $0.key) }
    return Chart(
      id: "failures", title: "Why attempts failed",
      summary: "\(Figure.count(all)) attempts failed in a replication"
        + (first.map { ", most of them because: \($0.key) (\(Figure.count($0.value)))." } ?? "."),
      note: "Attempts that were begun. Those that a rule refused beforehand are in the tables below.",
      spec: [
        "height": .number(Double(sums.count) * 26),
        "mark": ["type": "bar"],
        "encoding": [
          "y": [
            "field": "reason", "type": "nominal", "title": .null, "sort": "-x",
            "axis": ["labelLimit": 260],
          ],
          "x": ["aggregate": "sum", "field": "attempts", "type": "quantitative", "title": "attempts"],
          "color": ChartColour.encoding(strategies: result.byStrategy.groups.map(\.name)),
          "tooltip": [
            ["field": "reason"], ["field": "strategy"],
            ["aggregate": "sum", "field": "attempts", "type": "quantitative", "format": ",.1f"],
          ],
        ],
      ], data: data, followsWindow: true)
  }
}
