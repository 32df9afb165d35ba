internal import FleetExperiments

/// Moves completed over time, with the band of the replications; a window chosen in it narrows the charts below.
enum MovesChart {
  static func make(_ course: StudyCourse, replications: Int) -> Chart? {
    guard let all = course.moves.first, let last = all.median.last, last > 0 else { return nil }
    let time = ChartTime(fitting: course.binSeconds * Double(all.median.count))
    // With one campaign, that and all are the same.
    let shown = course.moves.count > 2 ? course.moves : [all]
    var data = ChartData([
      .number("time", time.word), .text("campaign", "campaign"), .number("moves", "moves"),
      .number("low", "10 %"), .number("high", "90 %"),
    ])
    for progress in shown {
      for bin in progress.median.indices {
        data.add([
          time.value(Double(bin + 1) * course.binSeconds), .text(progress.campaign ?? "all"),
          .number(progress.median[bin]), .number(progress.low[bin]), .number(progress.high[bin]),
        ])
      }
    }
    let half = all.median.firstIndex { $0 >= last / 2 } ?? 0
    let legend: PlotValue = shown.count == 1 ? .null : [:]
    let colour: PlotValue = [
      "field": "campaign", "type": "nominal", "title": "campaign", "sort": .null, "legend": legend,
    ]
    return Chart(
      id: "moves", title: "Moves over time",
      summary:
        "\(Figure.count(last)) moves are completed\(replications > 1 ? " in the median replication" : ""), half of them within "
        + "\(Figure.span(Double(half + 1) * course.binSeconds)).",
      howToRead: (replications > 1
        ? "The line is the median, the band the middle 80 % of \(replications) replications. " : "")
        + "Drag across the chart to see the downtimes and failures of that time only.",
      spec: [
        "height": 260,
        "layer": [
          [
            "params": [
              ["name": "brush", "select": ["type": "interval", "encodings": ["x"]]]
            ],
            "mark": ["type": "area", "opacity": 0.25, "interpolate": "step-after"],
            "encoding": [
              "x": time.axis,
              "y": ["field": "low", "type": "quantitative", "title": "moves completed"],
              "y2": ["field": "high"], "color": colour,
            ],
          ],
          [
            "mark": ["type": "line", "interpolate": "step-after", "strokeWidth": 2],
            "encoding": [
              "x": time.axis, "y": ["field": "moves", "type": "quantitative"], "color": colour,
              "tooltip": [
                ["field": "campaign"], ["field": "time", "title": .text(time.word), "format": ",.2f"],
                ["field": "moves", "format": ",.0f"], ["field": "low", "format": ",.0f"],
                ["field": "high", "format": ",.0f"],
              ],
            ],
          ],
        ],
      ], data: data, choosesWindow: true)
  }
}
