internal import FleetExperiments

/// What share of each metric's variance the factors account for, alone and with their interactions.
enum EffectsChart {
  static func make(_ result: SweepResult) -> Chart? {
    var data = ChartData([
      .text("metric", "metric"), .text("factor", "factor"), .number("alone_pct", "alone, %"),
      .number("total_pct", "with interactions, %"), .number("low_pct", "from, %"),
      .number("high_pct", "to, %"),
    ])
    for effects in result.effects {
      for effect in effects.factors.sorted(by: { $0.total.value > $1.total.value }) {
        // An estimate may fall a little outside of what a share can be.
        func percent(_ share: Double) -> PlotValue { .number(min(max(share, 0), 1) * 100) }
        data.add([
          .text(effects.metric), .text(effect.factor), percent(effect.first.value),
          percent(effect.total.value),
          percent(effect.total.low), percent(effect.total.high),
        ])
      }
    }
    guard !data.rows.isEmpty else { return nil }
    return Chart(
      id: "effects", title: "What it hangs on",
      summary: result.effects.compactMap(SweepDocument.sentence).joined(separator: " "),
      note: "Shares of the variance over all points (Sobol's indices).",
      howToRead: """
        The solid bar is the factor alone, the pale one with all its interactions, the line the 95 % interval of the latter.
        """,
      spec: [
        "height": .number(Double(data.rows.count) * 23),
        "encoding": [
          "y": [
            "field": "factor", "type": "nominal", "title": .null, "sort": .null, "axis": ["labelLimit": 260],
            "scale": ["paddingInner": 0.35],
          ],
          "yOffset": ["field": "metric", "type": "nominal", "sort": .null],
          "color": [
            "field": "metric", "type": "nominal", "title": "metric", "sort": .null,
            "legend": ["orient": "top", "labelLimit": 260, "columns": 2, "symbolOpacity": 1],
            "scale": ["range": .list(TornadoChart.colours)],
          ],
        ],
        "layer": [
          [
            "mark": ["type": "bar", "opacity": 0.35],
            "encoding": [
              "x": [
                "field": "total_pct", "type": "quantitative", "title": "share of the variance, %",
                "scale": ["domain": [0, 100]],
              ]
            ],
          ],
          ["mark": ["type": "bar"], "encoding": ["x": ["field": "alone_pct", "type": "quantitative"]]],
          [
            "mark": ["type": "rule", "strokeWidth": 1.5, "color": "#7a8b99"],
            "encoding": [
              "x": ["field": "low_pct", "type": "quantitative"], "x2": ["field": "high_pct"], "color": .null,
            ],
          ],
          [
            "mark": ["type": "bar", "opacity": 0],
            "encoding": [
              "x": ["field": "total_pct", "type": "quantitative"],
              "tooltip": [
                ["field": "metric"], ["field": "factor"],
                ["field": "alone_pct", "title": "alone (%)", "type": "quantitative", "format": ".1f"],
                [
                  "field": "total_pct", "title": "with interactions (%)", "type": "quantitative",
                  "format": ".1f",
                ],
                ["field": "low_pct", "title": "from", "type": "quantitative", "format": ".1f"],
                ["field": "high_pct", "title": "to", "type": "quantitative", "format": ".1f"],
              ],
            ],
          ],
        ],
      ], data: data)
  }
}
