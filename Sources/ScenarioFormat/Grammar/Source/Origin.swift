/// A place in a source file: what every node and every diagnostic carries.
package struct Origin: Hashable, Sendable {
  /// The file as the user named it.
  package let file: String
  /// The line, counted from 1.
  package let line: Int
  /// The column in Unicode scalars, counted from 1.
  package let column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

extension Origin {
  /// So many columns to the right, on the same line.
  func advanced(by columns: Int) -> Origin { Origin(file: file, line: line, column: column + columns) }
}

extension Origin: Comparable {
  package static func < (a: Origin, b: Origin) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}

extension Origin: CustomStringConvertible {
  package var description: String { "\(file):\(line):\(column)" }
}
