/// The text of one file, and the name it goes by in messages.
package struct SourceText: Sendable {
  package let file: String
  package let text: String
  /// The lines without their ends, split where YAML splits them, so that a mark's line is an index here.
  package let lines: [Substring]

  /// Takes the text as it is, but for a byte-order mark at its start, which is dropped.
  package init(_ text: String, file: String) {
    let hasMark = text.unicodeScalars.first == "\u{FEFF}"
    let body = hasMark ? String(text.unicodeScalars.dropFirst()) : text
    self.file = file
    self.text = body
    self.lines = Self.split(body)
  }

  /// The line with this number, counted from 1.
  package func line(_ number: Int) -> Substring? {
    lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }

  /// The place that lies this many scalars into the text.
  func origin(atScalar offset: Int) -> Origin {
    var line = 1
    var column = 1
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars.prefix(offset) {
      if scalar == "\n", previous == "\r" {
        // the second half of one line end
      } else if Self.endsLine(scalar) {
        line += 1
        column = 1
      } else {
        column += 1
      }
      previous = scalar
    }
    return Origin(file: file, line: line, column: column)
  }

  private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  private static func split(_ text: String) -> [Substring] {
    var lines: [Substring] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let next = scalars.index(after: index)
      guard endsLine(scalars[index]) else {
        index = next
        continue
      }
      lines.append(Substring(scalars[start..<index]))
      let isPair = scalars[index] == "\r" && next < scalars.endIndex && scalars[next] == "\n"
      index = isPair ? scalars.index(after: next) : next
      start = index
    }
    lines.append(Substring(scalars[start...]))
    return lines
  }
}
