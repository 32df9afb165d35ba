internal import FleetExperiments

/// How far another result lies from the first, metric by metric, with the interval of the difference.
enum ForestChart {
  static func make(_ comparison: Comparison) -> Chart? {
    var data = ChartData([
      .text("result", "result"), .text("figure", "figure"), .text("before", comparison.reference),
      .text("after", "the result"), .number("change_pct", "change, %"), .number("low_pct", "from, %"),
      .number("high_pct", "to, %"), .text("verdict", "verdict"),
    ])
    // A change of nothing has no percentage; it is told in words, lest the worst be what is left out.
    var fromNothing: [String] = []
    var verdicts: [PairedVerdict] = []
    for figure in ComparisonFigure.leading(of: comparison) {
      for contrast in comparison.contrasts {
        guard let finding = contrast[figure.metric, figure.group] else { continue }
        let (before, after) = (finding.value(finding.before), finding.value(finding.after))
        if finding.before == 0 {
          if finding.after != 0 {
            fromNothing.append(
              "\(figure.title): \(before) and \(after) of \(contrast.name) (\(finding.verdictWords))")
          }
          continue
        }
        guard let low = finding.difference.low, let high = finding.difference.high else { continue }
        let part = 100 / abs(finding.before)
        data.add([
          .text(contrast.name), .text(figure.title), .text(before), .text(after),
          .number(finding.difference.mean * part), .number(low * part), .number(high * part),
          .text(finding.verdictWords),
        ])
        verdicts.append(finding.verdict)
      }
    }
    guard !data.rows.isEmpty else { return nil }
    let colours: PlotValue = [
      "domain": .list(["better", "worse", "different", "equal", "may be chance"]),
      "range": ["#009e73", "#d55e00", "#0072b2", "#7a8b99", "#7a8b99"],
    ]
    return Chart(
      id: "comparison", title: "Against \(comparison.reference)",
      summary: summary(verdicts)
        + (fromNothing.isEmpty ? "" : " Beside them, from nothing: \(fromNothing.joined(separator: "; "))."),
      howToRead:
        "The point is the paired difference in percent of \(comparison.reference), the line its 95 % interval."
        + (fromNothing.isEmpty ? "" : " Not drawn: what \(comparison.reference) has none of."),
      spec: [
        "height": .number(Double(data.rows.count) * 26),
        "encoding": [
          "y": [
            "field": "figure", "type": "nominal", "title": .null, "sort": .null, "axis": ["labelLimit": 260],
          ],
          "yOffset": ["field": "result", "type": "nominal"],
          "color": ["field": "verdict", "type": "nominal", "title": "verdict", "scale": colours],
          "shape": [
            "field": "result", "type": "nominal", "title": "result",
            "legend": comparison.contrasts.count == 1 ? .null : [:],
          ],
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
                ["field": "result"], ["field": "figure"],
                ["field": "before", "title": .text(comparison.reference)],
                ["field": "after", "title": "result"],
                ["field": "change_pct", "title": "change (%)", "format": "+.2f"],
                ["field": "low_pct", "title": "from", "format": "+.2f"],
                ["field": "high_pct", "title": "to", "format": "+.2f"], ["field": "verdict"],
              ],
            ],
          ],
        ],
      ], data: data)
  }

  /// `Of 9 figures 1 is better and 2 are worse, beyond chance.`
  private static func summary(_ verdicts: [PairedVerdict]) -> String {
    func part(_ verdict: PairedVerdict, _ word: String) -> String {
      let count = verdicts.count { $0 == verdict }
      return "\(count) \(count == 1 ? "is" : "are") \(word)"
    }
    let figures = verdicts.count == 1 ? "the one figure" : "\(verdicts.count) figures"
    return "Of \(figures) \(part(.better, "better")) and \(part(.worse, "worse")), beyond chance."
  }
}
