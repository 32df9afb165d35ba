internal import FleetExperiments

/// How far each factor moves a metric from one end of its values to the other, the farthest on top.
enum TornadoChart {
  static let colours: [PlotValue] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]

  /// - Returns: `nil` of a metric that is missing in a replication, the same everywhere, or moved by chance alone.
  static func make(_ result: SweepResult, _ metric: Int) -> Chart? {
    if result.effects.contains(where: { $0.metric == result.metrics[metric] && $0.isChance }) { return nil }
    // A mean of what happened to end is none to hold against that of another point.
    guard result.missing(metric) == 0 else { return nil }
    let means = result.points.compactMap { $0.metrics[metric]?.mean }
    guard means.count == result.points.count, let most = means.map(abs).max() else { return nil }
    let kind = (try? MetricExpression(parsing: result.metrics[metric]))?.kind ?? .count
    let (unit, size) = Figure.unit(fitting: most, kind)
    let bars = result.factors.indices.compactMap { bar(of: $0, result, means) }.sorted { $0.swing > $1.swing }
    guard let first = bars.first, first.swing > 1e-9 * most else { return nil }

    let title = "\(result.metrics[metric])\(unit.isEmpty ? "" : ", \(unit)")"
    var data = ChartData([
      .text("factor", "factor"), .text("end", "end"), .text("value", "value"), .number("mean", title),
      .number("middle", "mean of all points"),
    ])
    let middle = mean(means) / size
    for bar in bars {
      for (end, side) in [("low end", bar.low), ("high end", bar.high)] {
        data.add([
          .text(bar.factor), .text(end), .text(side.text), .number(side.mean / size), .number(middle),
        ])
      }
    }
    return Chart(
      id: "tornado-\(metric + 1)", title: "Tornado: \(result.metrics[metric])",
      summary:
        "From \(first.low.text) to \(first.high.text), \(first.factor) takes \(result.metrics[metric]) from "
        + "\(Figure.text(first.low.mean, kind)) to \(Figure.text(first.high.mean, kind)), on average over the other factors.",
      note: "What a factor does between its ends does not show here: see the points.",
      howToRead: """
        Each bar ends at the mean of the points at that end of the factor's values; the line between is the mean of all \
        points.
        """,
      spec: spec(title, bars: bars.count), data: data)
  }

  private static func spec(_ title: String, bars: Int) -> [String: PlotValue] {
    [
      "height": .number(Double(bars) * 34),
      "encoding": [
        "y": [
          "field": "factor", "type": "nominal", "title": .null, "sort": .null, "axis": ["labelLimit": 260],
        ],
        "color": [
          "field": "end", "type": "nominal", "title": .null, "legend": ["orient": "top"],
          "scale": ["domain": ["low end", "high end"], "range": ["#56b4e9", "#d55e00"]],
        ],
      ],
      "layer": [
        [
          "mark": ["type": "bar", "size": 20],
          "encoding": [
            "x": [
              "field": "middle", "type": "quantitative", "title": .text(title),
              // Room for the values written beside the bars.
              "scale": ["zero": false, "padding": 120],
              // Not in powers of ten, which a precision of the library's own choice would make of 120.
              "axis": ["format": ",.6~r"],
            ],
            "x2": ["field": "mean"],
            "tooltip": [
              ["field": "factor"], ["field": "value"],
              ["field": "mean", "title": .text(title), "type": "quantitative", "format": ",.4~r"],
            ],
          ],
        ],
        label(align: "right", offset: -6, where: "datum.mean < datum.middle"),
        label(align: "left", offset: 6, where: "datum.mean >= datum.middle"),
        [
          "mark": ["type": "rule", "color": "#7a8b99", "strokeWidth": 1.5],
          "encoding": [
            "x": ["aggregate": "mean", "field": "middle", "type": "quantitative"], "y": .null, "color": .null,
          ],
        ],
      ],
    ]
  }

  /// The value of the factor, outside of its bar.
  private static func label(align: String, offset: Double, where test: String) -> PlotValue {
    [
      "transform": [["filter": .text(test)]],
      "mark": ["type": "text", "align": .text(align), "dx": .number(offset), "fontSize": 11],
      "encoding": [
        "x": ["field": "mean", "type": "quantitative"], "text": ["field": "value"],
        "color": ["value": "#7a8b99"],
      ],
    ]
  }

  // MARK: - Ends

  private struct Bar {
    var factor: String
    var low: (text: String, mean: Double)
    var high: (text: String, mean: Double)
    var swing: Double { abs(high.mean - low.mean) }
  }

  /// The most values of a factor of which each is an end by itself; of more, the outer fifths of the points are.
  private static let mostLevels = 12

  private static func bar(of factor: Int, _ result: SweepResult, _ means: [Double]) -> Bar? {
    let texts = result.points.map { $0.values[factor] }
    // What is not all of one kind keeps the order in which it was written.
    let numbers = LevelScale.values(of: texts)
    let isOrdered = numbers != nil
    var levels: [String] = []
    for text in texts where !levels.contains(text) {
      levels.append(text)
      if levels.count > mostLevels { break }
    }
    guard levels.count > 1 else { return nil }
    let order =
      numbers.map { numbers in texts.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) } }
      ?? Array(texts.indices)
    guard levels.count > mostLevels else {
      guard let first = order.first.map({ texts[$0] }),
        let last = isOrdered ? order.last.map({ texts[$0] }) : levels.last
      else { return nil }
      func end(_ level: String) -> (String, Double) {
        (level, mean(texts.indices.filter { texts[$0] == level }.map { means[$0] }))
      }
      return Bar(factor: result.factors[factor], low: end(first), high: end(last))
    }
    guard isOrdered else { return nil }
    let count = max(1, texts.count / 5)
    func end(_ some: ArraySlice<Int>) -> (String, Double) {
      let ends = [some.first, some.last].compactMap { $0 }.map { texts[$0] }
      return (ends.joined(separator: " … "), mean(some.map { means[$0] }))
    }
    return Bar(factor: result.factors[factor], low: end(order.prefix(count)), high: end(order.suffix(count)))
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
