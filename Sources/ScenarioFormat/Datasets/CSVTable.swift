/// A comma-separated table with a header (RFC 4180), each cell with its place.
///
/// A library would read the cells, but SwiftCSV 0.10.0, the one at hand, tells neither line nor column of a cell and
/// takes a row of the wrong length without a word; messages need the place.
struct CSVTable: Sendable {
  struct Cell: Sendable {
    let text: String
    let origin: Origin
  }

  struct Row: Sendable {
    let line: Int
    let cells: [Cell]
  }

  let header: [Cell]
  let rows: [Row]

  /// Reads the text; what is wrong with it goes to `diagnostics`, and the table is nil if that leaves none.
  ///
  /// Spaces around a cell are dropped, empty lines are passed over, a quoted cell may hold commas but no line break.
  init?(_ source: SourceText, into diagnostics: inout Diagnostics) {
    var lines: [(number: Int, cells: [Cell])] = []
    for (index, line) in source.lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
      guard let cells = Self.cells(of: line, file: source.file, number: index + 1, into: &diagnostics) else {
        continue
      }
      lines.append((index + 1, cells))
    }
    guard let first = lines.first else {
      if !diagnostics.hasErrors {
        diagnostics.add(
          .empty, at: Origin(file: source.file, line: 1, column: 1), "the table is empty",
          remedy: "its first line names the columns, each further line is a migration")
      }
      return nil
    }
    if let delimiter = Self.otherDelimiter(first.cells) {
      diagnostics.add(
        .missingKey, at: first.cells[0].origin, "the cells are separated by \(delimiter), not by commas",
        remedy: "write the table with commas, and a point for fractions")
      return nil
    }
    header = first.cells
    var seen: [String: Origin] = [:]
    for cell in header {
      if let other = seen[cell.text], !cell.text.isEmpty {
        diagnostics.add(
          .duplicateKey, at: cell.origin,
          "the column \(quoted(cell.text)) is there twice, first in column \(other.column)",
          remedy: "keep one of them")
      }
      seen[cell.text] = cell.origin
    }
    var rows: [Row] = []
    for (number, cells) in lines.dropFirst() {
      guard cells.count == first.cells.count else {
        let place = cells.count > first.cells.count ? cells[first.cells.count].origin : cells.last?.origin
        diagnostics.add(
          .badCount, at: place ?? Origin(file: source.file, line: number, column: 1),
          "the row has \(cells.count) cells, the header has \(first.cells.count)",
          remedy: cells.count == 1 && first.cells.count > 1
            ? "separate the cells with commas"
            : "write one cell for each column, empty where nothing is known")
        continue
      }
      rows.append(Row(line: number, cells: cells))
    }
    self.rows = rows
  }

  /// What stands between the names of a header that is one cell, if it is not a comma.
  private static func otherDelimiter(_ header: [Cell]) -> String? {
    guard header.count == 1, let only = header.first?.text else { return nil }
    return [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")].first { only.contains($0.0) }?.1
  }

  /// The cells of one line; nil if it cannot be split.
  private static func cells(
    of line: Substring, file: String, number: Int, into diagnostics: inout Diagnostics
  ) -> [Cell]? {
    var cells: [Cell] = []
    let scalars = Array(line.unicodeScalars)
    var index = 0
    while true {
      while index < scalars.count, scalars[index] == " " || scalars[index] == "\t" { index += 1 }
      let origin = Origin(file: file, line: number, column: index + 1)
      var text = String.UnicodeScalarView()
      if index < scalars.count, scalars[index] == "\"" {
        index += 1
        var isClosed = false
        while index < scalars.count, !isClosed {
          if scalars[index] != "\"" {
            text.append(scalars[index])
          } else if index + 1 < scalars.count, scalars[index + 1] == "\"" {
            text.append("\"")
            index += 1
          } else {
            isClosed = true
          }
          index += 1
        }
        while index < scalars.count, scalars[index] == " " { index += 1 }
        guard isClosed, index == scalars.count || scalars[index] == "," else {
          diagnostics.add(
            .syntax, at: origin,
            isClosed ? "something follows a closing quote" : "a quote is opened here and not closed",
            remedy: "put the whole cell in quotes, and write a quote within it twice; a cell ends on its line"
          )
          return nil
        }
      } else {
        while index < scalars.count, scalars[index] != "," {
          text.append(scalars[index])
          index += 1
        }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
      }
      cells.append(Cell(text: String(text), origin: origin))
      guard index < scalars.count else { return cells }
      index += 1
    }
  }
}
