public import FleetExperiments
internal import MigrationPhysics

/// Plots of a validation as Vega-Lite specifications, data inline: any renderer draws them.
public struct ValidationPlots {
  private let validation: Validation
  private let rounds: [MeasuredRound]

  /// - Parameters:
  ///   - validation: the predictions, and what was measured.
  ///   - rounds: the measured rounds, if there are any to draw.
  public init(_ validation: Validation, rounds: [MeasuredRound] = []) {
    self.validation = validation
    self.rounds = rounds
  }

  /// Each file with its name; none for what there is no data of.
  public func files() throws -> [(name: String, text: String)] {
    var files: [(String, PlotValue?)] = [
      ("predicted-total-time", scatter(.totalTime, "Total time", "s", 1)),
      ("predicted-data", scatter(.bytes, "Data moved", "MiB", 1 / 1_048_576)),
      ("predicted-blackout", scatter(.blackout, "Blackout of live moves", "ms", 1000)),
      ("predicted-bulk-copy", scatter(.bulkTime, "Bulk copy of a disk", "s", 1)),
      (
        "predicted-downtime",
        scatter(.cutoverGivenBoot, "Downtime of moves that boot anew, boot given", "s", 1)
      ),
      ("errors", errors()),
      ("intervals-blackout", intervals(.blackout, "Blackout", "ms", 1000)),
    ]
    files.append(("rounds", RoundsPlot(validation.given.rows, rounds).specification))
    return try files.compactMap { name, plot in
      guard let plot else { return nil }
      return (name + ".vl.json", try JSONReport.encode(plot))
    }
  }

  // MARK: - Predicted against measured

  private func scatter(_ figure: FidelityFigure, _ title: String, _ unit: String, _ scale: Double)
    -> PlotValue?
  {
    let points = validation.given.rows.compactMap { row -> PlotValue? in
      guard let scored = row[figure], scored.measured > 0, scored.predicted.point > 0 else { return nil }
      return [
        "id": .text(row.migration.id), "kind": .text(row.plotGroup),
        "measured": .number(scored.measured * scale), "predicted": .number(scored.predicted.point * scale),
      ]
    }
    let all = validation.given.rows.compactMap { $0[figure] }.flatMap { [$0.measured, $0.predicted.point] }
      .filter { $0 > 0 }
    guard points.count > 1, let low = all.min(), let high = all.max() else { return nil }
    let (first, last) = (low * scale / 1.3, high * scale * 1.3)
    let band = [first, last].map { x -> PlotValue in
      ["measured": .number(x), "low": .number(x * 0.9), "high": .number(x * 1.1), "predicted": .number(x)]
    }
    let axis = { (field: String, words: String) -> PlotValue in
      [
        "field": .text(field), "type": "quantitative", "title": .text("\(words) (\(unit))"),
        "scale": ["type": "log", "domain": [.number(first), .number(last)], "nice": false],
        "axis": ["grid": true, "tickCount": 6, "labelOverlap": true],
      ]
    }
    return PlotStyle.plot(
      title: title, subtitle: "predicted against measured; the band is 10 % to either side",
      [
        "width": 380, "height": 380,
        "layer": [
          [
            "data": ["values": .list(band)],
            "mark": ["type": "area", "color": "#cfd8dc", "opacity": 0.7],
            "encoding": [
              "x": axis("measured", "measured"), "y": axis("low", "predicted"), "y2": ["field": "high"],
            ],
          ],
          [
            "data": ["values": .list(band)],
            "mark": ["type": "line", "color": "#607d8b", "strokeWidth": 1],
            "encoding": ["x": axis("measured", "measured"), "y": axis("predicted", "predicted")],
          ],
          [
            "data": ["values": .list(points)],
            "mark": ["type": "point", "filled": true, "size": 55, "opacity": 0.85],
            "encoding": [
              "x": axis("measured", "measured"), "y": axis("predicted", "predicted"),
              "color": PlotStyle.colour(validation.given.rows.map(\.plotGroup)),
              "tooltip": [["field": "id"], ["field": "measured"], ["field": "predicted"]],
            ],
          ],
        ],
      ])
  }

  // MARK: - Errors

  private func errors() -> PlotValue? {
    var points: [PlotValue] = []
    let parts =
      [("as it is", validation.given)] + (validation.crossValidated.map { [("cross-validated", $0)] } ?? [])
    for (name, part) in parts {
      for row in part.rows {
        for scored in row.figures where scored.figure != .cutoverDowntime {
          if scored.figure == .blackout, !row.migration.hasScoredBlackout { continue }
          points.append([
            "part": .text(name), "figure": .text(scored.figure.words), "id": .text(row.migration.id),
            "error": .number(max(-0.6, min(0.6, scored.error))), "kind": .text(row.plotGroup),
          ])
        }
      }
    }
    guard !points.isEmpty else { return nil }
    return PlotStyle.plot(
      title: "Errors by figure", subtitle: "predicted over measured, less one; beyond 60 % at the edge",
      [
        "data": ["values": .list(points)],
        "facet": ["row": ["field": "part", "title": nil, "header": ["labelFontSize": 13]]],
        "spec": [
          "width": 620, "height": 190,
          "layer": [
            [
              "data": ["values": [["low": -0.1, "high": 0.1]]],
              "mark": ["type": "rect", "color": "#cfd8dc", "opacity": 0.7],
              "encoding": ["x": ["field": "low", "type": "quantitative"], "x2": ["field": "high"]],
            ],
            [
              "mark": ["type": "tick", "thickness": 2, "opacity": 0.75, "size": 18],
              "encoding": [
                "x": [
                  "field": "error", "type": "quantitative", "title": "error",
                  "axis": ["format": "+%"], "scale": ["domain": [-0.6, 0.6]],
                ],
                "y": ["field": "figure", "type": "nominal", "title": nil],
                "color": PlotStyle.colour(validation.given.rows.map(\.plotGroup)),
                "tooltip": [["field": "id"], ["field": "error", "format": "+.1%"]],
              ],
            ],
          ],
        ],
      ])
  }

  // MARK: - Intervals

  private func intervals(_ figure: FidelityFigure, _ title: String, _ unit: String, _ scale: Double)
    -> PlotValue?
  {
    let rows = validation.given.rows.compactMap { row in row[figure].map { (row, $0) } }
      .filter { $1.measured > 0 && $1.predicted.low > 0 }
      .sorted { ($0.1.measured, $0.0.migration.id) < ($1.1.measured, $1.0.migration.id) }
    guard rows.count > 1 else { return nil }
    let points = rows.map { row, scored -> PlotValue in
      [
        "id": .text(row.migration.id), "measured": .number(scored.measured * scale),
        "low": .number(scored.predicted.low * scale), "high": .number(scored.predicted.high * scale),
        "predicted": .number(scored.predicted.point * scale),
        "held": .text(scored.isHeld ? "within" : "outside"),
      ]
    }
    let x = { (field: String) -> PlotValue in
      [
        "field": .text(field), "type": "quantitative", "title": .text("\(title.lowercased()) (\(unit))"),
        "scale": ["type": "log"],
      ]
    }
    let y: PlotValue = [
      "field": "id", "type": "nominal", "sort": nil, "title": nil, "axis": ["labelFontSize": 9],
    ]
    return PlotStyle.plot(
      title: "\(title): what was measured, within what was predicted",
      subtitle: "grey: the 90 % interval with the prediction; coloured: the measurement",
      [
        "width": 520, "height": .object(["step": 12]), "data": ["values": .list(points)],
        "layer": [
          [
            "mark": ["type": "rule", "strokeWidth": 7, "color": "#cfd8dc"],
            "encoding": ["y": y, "x": x("low"), "x2": ["field": "high"]],
          ],
          [
            "mark": ["type": "tick", "color": "#546e7a", "thickness": 2, "size": 10],
            "encoding": ["y": y, "x": x("predicted")],
          ],
          [
            "mark": ["type": "point", "filled": true, "size": 45],
            "encoding": [
              "y": y, "x": x("measured"),
              "color": [
                "field": "held", "type": "nominal", "title": "measured",
                "scale": ["domain": ["within", "outside"], "range": ["#1565c0", "#d84315"]],
              ],
            ],
          ],
        ],
      ])
  }
}

extension ScoredMigration {
  /// How a plot sorts the rows by colour.
  var plotGroup: String { migration.inputs.kind.rawValue }
}
