public import FleetExperiments

/// The rounds of measured migrations, as `Scenarios/validation/rounds.csv` has them: read for plots.
public struct RoundsFile: Sendable {
  public private(set) var rounds: [MeasuredRound] = []
  private(set) var diagnostics = Diagnostics()
  private let source: SourceText?

  public init(path: String) {
    var found = Diagnostics()
    source = SourceText.read(path: path, into: &found)
    diagnostics = found
    guard let source, let table = CSVTable(source, into: &diagnostics) else { return }
    read(table)
  }

  private mutating func read(_ table: CSVTable) {
    let names = ["id", "round", "t_ms", "pending_bytes", "sent_bytes"]
    let places = names.map { name in table.header.firstIndex { $0.text == name } }
    for (name, place) in zip(names, places) where place == nil {
      diagnostics.add(
        .missingKey, at: table.header[0].origin, "the header has no column \(quoted(name))",
        remedy: "the columns are those of Scenarios/validation/rounds.csv")
    }
    guard !diagnostics.hasErrors else { return }
    let columns = places.compactMap { $0 }
    for row in table.rows {
      let cells = columns.map { row.cells[$0] }
      let numbers = cells.dropFirst().map { Double($0.text) }
      // The pass of a reboot has no sync; an empty cell there means that there is nothing to draw.
      guard let round = numbers[0], let time = numbers[1], let sent = numbers[3] else { continue }
      rounds.append(
        MeasuredRound(
          id: cells[0].text, round: Int(round), seconds: time / 1000, pendingBytes: numbers[2],
          sentBytes: sent))
    }
  }

  public var hasErrors: Bool { diagnostics.hasErrors }
  public var isMissing: Bool { diagnostics.sorted.contains { $0.code == .unreadable } }
  public var problems: String { diagnostics.text(sources: source.map { [$0] } ?? []) }
}
