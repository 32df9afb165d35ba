internal import FleetExperiments

/// From what the moves would have cost by the baseline to what they did cost, strategy by strategy.
enum SavingChart {
  static func make(_ result: StudyResult) -> Chart? {
    let totals = result.totals
    guard totals.baselineDowntime.mean > 0 else { return nil }
    var data = ChartData([
      .number("order", "step"), .text("step", "what"), .text("kind", "kind"), .number("from_h", "from, h"),
      .number("to_h", "to, h"), .number("change_h", "hours"),
    ])
    var level = totals.baselineDowntime.mean / 3600
    func add(_ name: String, _ kind: String, from: Double, to: Double) {
      data.add([
        .number(Double(data.rows.count)), .text(name), .text(kind), .number(from), .number(to),
        .number(to - from),
      ])
    }
    add("all \(result.baseline)", "total", from: 0, to: level)
    for (name, group) in result.byStrategy.groups where group.downtimeSaved.mean != 0 {
      let saved = group.downtimeSaved.mean / 3600
      add("by \(name)", saved >= 0 ? "saved" : "lost", from: level, to: level - saved)
      level -= saved
    }
    let paid = totals.downtimeTotal.mean / 3600
    if abs(paid - level) > 1e-6 * max(1, paid) {
      add("moves that failed", paid > level ? "lost" : "saved", from: level, to: paid)
    }
    add("paid", "total", from: 0, to: paid)
    let share = Figure.share(totals.downtimeSaved.mean, of: totals.baselineDowntime.mean) ?? ""
    return Chart(
      id: "saved", title: "Downtime saved",
      summary:
        "Of \(Figure.text(totals.baselineDowntime.mean, .seconds)) that \(result.baseline) moves would "
        + "have cost, \(Figure.text(totals.downtimeSaved.mean, .seconds)) (\(share)) are saved.",
      note: "From what the same moves would have cost had all been \(result.baseline), to what was paid.",
      spec: [
        "height": 240,
        "mark": ["type": "bar", "size": 46],
        "encoding": [
          "x": [
            "field": "step", "type": "nominal", "title": .null,
            "sort": ["field": "order"], "axis": ["labelAngle": 0, "labelLimit": 150],
          ],
          "y": ["field": "from_h", "type": "quantitative", "title": "hours of downtime"],
          "y2": ["field": "to_h"],
          "color": [
            "field": "kind", "type": "nominal", "title": .null,
            "scale": ["domain": ["total", "saved", "lost"], "range": ["#7a8b99", "#009e73", "#d55e00"]],
          ],
          "tooltip": [
            ["field": "step"],
            ["field": "change_h", "title": "hours", "type": "quantitative", "format": "+,.1f"],
          ],
        ],
      ], data: data)
  }
}
