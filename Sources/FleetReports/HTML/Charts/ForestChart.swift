internal import FleetExperiments

/// How far another result lies from the first, metric by metric, with the interval of the difference.
enum ForestChart {
  static func make(_ findings: [(name: String, check: Check)]) -> Chart? {
    var data = ChartData([
      .text("result", "result"), .text("metric", "metric"), .number("change_pct", "change, %"),
      .number("low_pct", "from, %"), .number("high_pct", "to, %"), .text("verdict", "verdict"),
    ])
    // A change of nothing has no percentage; it is told in words, lest the worst be what is left out.
    var fromNothing: [String] = []
    for (name, check) in findings {
      for finding in check.findings where finding.group.kind == .all {
        if finding.before == 0 {
          if finding.after != 0 {
            let kind = finding.metric.kind
            fromNothing.append(
              "\(finding.metric.words): \(Figure.text(0, kind)) and \(Figure.text(finding.after, kind)) of \(name) "
                + "(\(finding.verdict.rawValue))")
          }
          continue
        }
        guard let low = finding.difference.low, let high = finding.difference.high else { continue }
        let part = 100 / abs(finding.before)
        data.add([
          .text(name), .text(finding.metric.words), .number(finding.difference.mean * part),
          .number(low * part), .number(high * part), .text(finding.verdict.rawValue),
        ])
      }
    }
    guard !data.rows.isEmpty else { return nil }
    let worse = data.rows.count { $0.last == .text(PairedVerdict.worse.rawValue) }
    let better = data.rows.count { $0.last == .text(PairedVerdict.better.rawValue) }
    let colours: PlotValue = [
      "domain": .list(["better", "equal", "unclear", "tolerated", "worse"]),
      "range": ["#009e73", "#7a8b99", "#7a8b99", "#e69f00", "#d55e00"],
    ]
    return Chart(
      id: "comparison", title: "Against the first result",
      summary: "Of \(data.rows.count) figures \(better) are better and \(worse) worse, beyond chance."
        + (fromNothing.isEmpty ? "" : " Beside them, from nothing: \(fromNothing.joined(separator: "; "))."),
      note: "The point is the paired difference in percent of the first result, the line its 95 % interval."
        + (fromNothing.isEmpty
          ? "" : " Not drawn, for the first result has none of it: \(fromNothing.joined(separator: "; "))."),
      spec: [
        "height": .number(Double(data.rows.count) * 26),
        "encoding": [
          "y": [
            "field": "metric", "type": "nominal", "title": .null, "sort": .null, "axis": ["labelLimit": 220],
          ],
          "yOffset": ["field": "result", "type": "nominal"],
          "color": ["field": "verdict", "type": "nominal", "title": "verdict", "scale": colours],
          "shape": ["field": "result", "type": "nominal", "title": "result"],
        ],
        "layer": [
          [
            "mark": ["type": "rule", "color": "#7a8b99"],
            "encoding": ["x": ["datum": 0], "y": .null, "yOffset": .null, "color": .null, "shape": .null],
          ],
          [
            "mark": ["type": "rule", "strokeWidth": 2],
            "encoding": [
              "x": ["field": "low_pct", "type": "quantitative", "title": "change, %"],
              "x2": ["field": "high_pct"], "shape": .null,
            ],
          ],
          [
            "mark": ["type": "point", "filled": true, "size": 70],
            "encoding": [
              "x": ["field": "change_pct", "type": "quantitative"],
              "tooltip": [
                ["field": "result"], ["field": "metric"],
                ["field": "change_pct", "title": "change (%)", "format": "+.2f"],
                ["field": "low_pct", "title": "from", "format": "+.2f"],
                ["field": "high_pct", "title": "to", "format": "+.2f"], ["field": "verdict"],
              ],
            ],
          ],
        ],
      ], data: data)
  }
}
