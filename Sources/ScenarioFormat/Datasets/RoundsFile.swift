public import FleetExperiments

/// The rounds of measured migrations, as `Scenarios/validation/rounds.csv` has them: read for plots.
public struct RoundsFile: CheckedFile, Sendable {
  public private(set) var rounds: [MeasuredRound] = []
  public private(set) var findings: FileFindings

  public init(path: String) {
    findings = FileFindings(path: path)
    if let table = findings.table() { read(table) }
  }

  private mutating func read(_ table: CSVTable) {
    let names = ["id", "round", "t_ms", "pending_bytes", "sent_bytes"]
    let places = names.map { name in table.header.firstIndex { $0.text == name } }
    for (name, place) in zip(names, places) where place == nil {
      findings.diagnostics.add(
        .missingKey, at: table.header[0].origin, "the header has no column \(quoted(name))",
        remedy: "the columns are those of Scenarios/validation/rounds.csv")
    }
    guard !hasErrors else { return }
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
}
