public import FleetExperiments
internal import Quantities

/// The rounds of measured migrations, as `Scenarios/validation/rounds.csv` has them: read for plots.
public struct RoundsFile: CheckedFile, Sendable {
  public private(set) var rounds: [MeasuredRound] = []
  public private(set) var findings: FileFindings

  public init(path: String) {
    findings = FileFindings(path: path)
    if let table = findings.table() { read(table) }
  }

  public init(text: String, name: String) {
    findings = FileFindings(text: text, name: name)
    if let table = findings.table() { read(table) }
  }

  /// No table has so many rounds, milliseconds (three hundred years) or bytes (a thousand petabytes).
  private static let ends = ["round": 1e9, "t_ms": 1e13, "pending_bytes": 1e18, "sent_bytes": 1e18]

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
      let numbers = zip(names, cells).dropFirst().map { number($0, $1) }
      // The pass of a reboot has no sync; an empty cell there means that there is nothing to draw.
      guard let round = numbers[0].flatMap(Int.init(nearest:)), let time = numbers[1], let sent = numbers[3]
      else { continue }
      rounds.append(
        MeasuredRound(
          id: cells[0].text, round: round, seconds: time / 1000, pendingBytes: numbers[2], sentBytes: sent))
    }
    if hasErrors { rounds = [] }
  }

  /// The figure in a cell; nil for an empty one, and for one that was complained about.
  private mutating func number(_ name: String, _ cell: CSVTable.Cell) -> Double? {
    guard !cell.text.isEmpty else { return nil }
    let end = RoundsFile.ends[name] ?? 0
    if let value = Double(cell.text), (0...end).contains(value) { return value }
    findings.diagnostics.add(
      Double(cell.text)?.isFinite == true ? .outOfRange : .wrongType, at: cell.origin,
      "\(name) is \(quoted(cell.text)), which is no number from 0 to \(shortest(end))",
      remedy: "write digits with a '.', without unit; leave the cell empty where nothing is known")
    return nil
  }
}
