extension IndexTable {
  /// The schema in words, as SQL with comments.
  ///
  /// - Parameter width: columns of a line; a single word may be longer.
  public static func reference(width: Int) -> String {
    let tables = all.map { table in
      let columns = table.columns.enumerated().flatMap { index, column in
        column.lines(isLast: index + 1 == table.columns.count, width)
      }
      let lines = comment(table.doc, "", width) + ["CREATE TABLE \(table.name) ("] + columns + [");", ""]
      return lines.joined(separator: "\n")
    }
    let points = comment("The points of a sweep: a column for each path that is varied.", "", width)
    return tables.joined(separator: "\n") + "\n"
      + (points + ["CREATE VIEW points ...;", ""]).joined(separator: "\n")
  }

  /// A comment of SQL, broken at spaces.
  fileprivate static func comment(_ text: String, _ indent: String, _ width: Int) -> [String] {
    let start = indent + "--"
    return text.split(separator: " ").reduce(into: [String]()) { lines, word in
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(start + " " + word)
      }
    }
  }
}

extension IndexTable.Column {
  /// What it holds stands behind it where there is room, else above.
  fileprivate func lines(isLast: Bool, _ width: Int) -> [String] {
    let line = "  \(name) \(type)\(isLast ? "" : ",")"
    guard !doc.isEmpty else { return [line] }
    let whole = line + "  -- " + doc
    return whole.count <= width ? [whole] : IndexTable.comment(doc, "  ", width) + [line]
  }
}
