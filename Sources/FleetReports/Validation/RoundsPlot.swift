internal import FleetExperiments
internal import MigrationPhysics

/// What was left to send at each round's end, measured and predicted, for a few runs that differ.
struct RoundsPlot {
  /// More would be too small to read.
  private static let most = 9

  let specification: PlotValue?

  init(_ rows: [ScoredMigration], _ rounds: [MeasuredRound]) {
    let shown = Self.chosen(rows, rounds)
    var points: [PlotValue] = []
    for (index, row) in shown.enumerated() {
      let id = row.migration.id
      let own = rounds.filter { $0.id == id }
      for round in own {
        guard let pending = round.pendingBytes else { continue }
        points.append(Self.point(index, id, "measured", round.seconds, pending))
      }
      // Near the threshold a run may go on for hundreds of rounds that all look alike.
      let end = (own.last?.seconds ?? 0) * 1.25
      for round in row.prediction.rounds where round.seconds <= end {
        points.append(Self.point(index, id, "predicted", round.seconds, round.pendingBytes))
      }
    }
    guard !points.isEmpty else {
      specification = nil
      return
    }
    specification = PlotStyle.plot(
      title: "Rounds of pre-copy",
      subtitle: "left to send when a round's dirty pages were counted, by the time since the command",
      [
        "data": ["values": .list(points)],
        "facet": [
          "field": "run", "type": "nominal", "title": nil, "header": ["labelFontSize": 12],
          "sort": .list(shown.map { .text(Self.label($0.migration.id)) }),
        ],
        "columns": 3,
        "resolve": ["scale": ["x": "independent", "y": "independent"]],
        "spec": [
          "width": 230, "height": 150,
          "encoding": [
            "x": ["field": "seconds", "type": "quantitative", "title": "s"],
            "y": [
              "field": "left", "type": "quantitative", "title": "MiB left",
              "scale": ["type": "symlog", "constant": 4],
              "axis": ["tickCount": 5],
            ],
            "color": [
              "field": "who", "type": "nominal", "title": nil,
              "scale": ["domain": ["measured", "predicted"], "range": ["#0072b2", "#d55e00"]],
            ],
          ],
          "layer": [
            ["mark": ["type": "line", "strokeWidth": 1.2, "opacity": 0.7]],
            ["mark": ["type": "point", "filled": true, "size": 26]],
          ],
        ],
      ])
  }

  private static func label(_ id: String) -> String { id }

  private static func point(_ index: Int, _ id: String, _ who: String, _ seconds: Double, _ bytes: Double)
    -> PlotValue
  {
    [
      "run": .text(label(id)), "who": .text(who), "seconds": .number(seconds),
      "left": .number(bytes / 1_048_576), "order": .number(Double(index)),
    ]
  }

  /// One run of each family, then more of those with the most rounds, in the order of the file.
  private static func chosen(_ rows: [ScoredMigration], _ rounds: [MeasuredRound]) -> [ScoredMigration] {
    let counts = rounds.reduce(into: [String: Int]()) {
      $0[$1.id, default: 0] += $1.pendingBytes == nil ? 0 : 1
    }
    let able = rows.filter { !$0.prediction.rounds.isEmpty && (counts[$0.migration.id] ?? 0) > 2 }
    var kept: [Int] = []
    var families: Set<String> = []
    for (index, row) in able.enumerated() where families.insert(row.migration.family).inserted {
      kept.append(index)
    }
    let others = able.indices.filter { !kept.contains($0) }
      .sorted { (counts[able[$0].migration.id] ?? 0, $1) > (counts[able[$1].migration.id] ?? 0, $0) }
    kept += others
    return kept.prefix(most).sorted().map { able[$0] }
  }
}
