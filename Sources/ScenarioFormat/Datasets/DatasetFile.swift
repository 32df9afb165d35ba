public import FleetExperiments
internal import MigrationPhysics

/// A dataset of measured migrations, read and checked as a whole.
public struct DatasetFile: CheckedFile, Sendable {
  public private(set) var migrations: [MeasuredMigration] = []
  public private(set) var findings: FileFindings

  public init(path: String) {
    findings = FileFindings(path: path)
    read()
  }

  public init(text: String, name: String) {
    findings = FileFindings(text: text, name: name)
    read()
  }

  private mutating func read() {
    guard let table = findings.table() else { return }
    var reading = DatasetReading(table, findings.diagnostics)
    let found = reading.migrations()
    findings.diagnostics = reading.diagnostics
    migrations = hasErrors ? [] : found
  }
}

/// Turns the rows of a table into migrations.
private struct DatasetReading {
  let table: CSVTable
  var diagnostics: Diagnostics
  private let columns: [String: Int]

  init(_ table: CSVTable, _ diagnostics: Diagnostics) {
    self.table = table
    self.diagnostics = diagnostics
    columns = Dictionary(
      table.header.enumerated().map { ($1.text, $0) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func migrations() -> [MeasuredMigration] {
    let start = table.header[0].origin
    for name in [DatasetColumn.Text.id, DatasetColumn.Text.kind] where columns[name] == nil {
      let near = nearest(to: name, among: table.header.map(\.text))
      diagnostics.add(
        .missingKey, at: start, "the header has no column \(quoted(name))",
        remedy: near.map { "is it the column \(quoted($0))?" }
          ?? "the first line names the columns, those of Scenarios/validation/calibration.csv")
    }
    guard !diagnostics.hasErrors else { return [] }
    if table.rows.isEmpty {
      diagnostics.add(.empty, at: start, "there is a header, but no row", remedy: "add a line per migration")
    }
    var missed: Set<String> = []
    return table.rows.compactMap { migration($0, &missed) }
  }

  private func cell(_ name: String, _ row: CSVTable.Row) -> CSVTable.Cell? {
    columns[name].map { row.cells[$0] }
  }

  private mutating func migration(_ row: CSVTable.Row, _ missed: inout Set<String>) -> MeasuredMigration? {
    guard let kindCell = cell(DatasetColumn.Text.kind, row), let id = cell(DatasetColumn.Text.id, row) else {
      return nil
    }
    guard let kind = MigrationKind(rawValue: kindCell.text) else {
      diagnostics.add(
        .unknownName, at: kindCell.origin, "no kind of migration is called \(quoted(kindCell.text))",
        remedy: suggestion(
          for: kindCell.text, among: MigrationKind.allCases.map(\.rawValue), called: "the kinds"))
      return nil
    }
    var migration = MeasuredMigration(
      id: id.text.isEmpty ? "line-\(row.line)" : id.text,
      family: cell(DatasetColumn.Text.family, row)?.text ?? "",
      line: row.line, inputs: MigrationInputs(kind), outcome: MeasuredOutcome())
    for column in DatasetColumn.all {
      let value = number(column, row)
      switch column.target {
      case .input(let path): migration.inputs[keyPath: path] = value
      case .outcome(let path): migration.outcome[keyPath: path] = value
      }
      guard value == nil, column.needed.contains(kind) else { continue }
      complainMissing(column, kind, row, &missed)
    }
    migration.outcome.isCompleted = status(row)
    return migration
  }

  /// The figure in a cell; nil for an empty one, and for one that was complained about.
  private mutating func number(_ column: DatasetColumn, _ row: CSVTable.Row) -> Double? {
    guard let cell = cell(column.name, row), !cell.text.isEmpty else { return nil }
    guard let value = Double(cell.text), value.isFinite else {
      diagnostics.add(
        .wrongType, at: cell.origin, "\(column.name) is \(quoted(cell.text)), which is no number",
        remedy: "write digits with a '.', without unit; leave the cell empty where nothing is known")
      return nil
    }
    guard column.range.contains(value) else {
      diagnostics.add(
        .outOfRange, at: cell.origin,
        "\(column.name) is \(cell.text), which is not from \(shortest(column.range.lowerBound)) to "
          + shortest(column.range.upperBound),
        remedy: "see what the column means, and its unit, in Scenarios/validation/README.md")
      return nil
    }
    return value
  }

  private mutating func status(_ row: CSVTable.Row) -> Bool? {
    guard let cell = cell(DatasetColumn.Text.status, row), !cell.text.isEmpty else { return nil }
    return cell.text == "completed"
  }

  /// A column that is not there is complained about once, a cell that is empty each time.
  private mutating func complainMissing(
    _ column: DatasetColumn, _ kind: MigrationKind, _ row: CSVTable.Row, _ missed: inout Set<String>
  ) {
    if let cell = cell(column.name, row) {
      guard cell.text.isEmpty else { return }
      diagnostics.add(
        .missingKey, at: cell.origin, "\(column.name) is empty, and a \(kind.rawValue) migration needs it",
        remedy: "fill it in, or leave the row out")
    } else if missed.insert(column.name).inserted {
      diagnostics.add(
        .missingKey, at: table.header[0].origin,
        "the header has no column \(quoted(column.name)), which \(kind.rawValue) migrations need",
        remedy: "add it; the columns are described in Scenarios/validation/README.md")
    }
  }
}
