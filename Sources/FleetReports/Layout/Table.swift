/// Rows and columns, written once and drawn for a terminal or as Markdown.
struct Table: Hashable {
  enum Alignment: Hashable {
    case left, right
  }

  struct Column: Hashable {
    var title: String
    var alignment: Alignment
    /// What neighbouring columns have in common, such as `total time` over `p50` and `p95`.
    var group: String?

    static func text(_ title: String) -> Column { Column(title: title, alignment: .left) }
    static func number(_ title: String, of group: String? = nil) -> Column {
      Column(title: title, alignment: .right, group: group)
    }
  }

  var columns: [Column]
  /// Each as long as `columns`.
  private(set) var rows: [[String]] = []
  /// Whether a terminal shows the titles; Markdown always does.
  var showsTitles = true

  init(_ columns: [Column], showsTitles: Bool = true) {
    self.columns = columns
    self.showsTitles = showsTitles
  }

  /// Adds a row; a cell that has nothing to say shows a dash.
  mutating func add(_ cells: [String?]) {
    precondition(cells.count == columns.count, "a row has a cell for each column")
    rows.append(cells.map { Table.singleLine($0 ?? "–") })
  }

  /// Removes columns in which no row says anything.
  func withoutEmptyColumns() -> Table {
    let kept = columns.indices.filter { column in
      column == 0 || rows.contains { !["", "–"].contains($0[column]) }
    }
    var table = Table(kept.map { columns[$0] }, showsTitles: showsTitles)
    table.rows = rows.map { row in kept.map { row[$0] } }
    return table
  }

  /// Control characters would leave the cell.
  static func singleLine(_ text: String) -> String {
    String(
      text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? " " : $0 })
  }
}
