/// Finds the second of two equal keys, reports it, and hides it from the parser so that reading can go on.
struct DuplicateKeys {
  private let source: SourceText
  private var lines: [[Unicode.Scalar]]
  private var rounds = 0
  /// The keys that are hidden now.
  private(set) var masked: Set<Origin> = []
  /// The text with those keys hidden; each character stays in its place.
  private(set) var maskedText: String

  init(_ source: SourceText) {
    self.source = source
    maskedText = source.text
    lines = []
  }

  /// Reports and hides the next occurrence of `key` in the mapping of the one at `first`. False if it cannot be
  /// found or too many were found, in which case reading must end.
  mutating func mask(_ key: String, after first: Origin, into diagnostics: inout Diagnostics) -> Bool {
    if rounds == 0 { lines = source.lines.map { Array($0.unicodeScalars) } }
    rounds += 1
    let name = Array(key.unicodeScalars)
    let found =
      name.isEmpty ? nil : isInFlow(first) ? inFlow(name, after: first) : inBlock(name, after: first)
    diagnostics.add(
      .duplicateKey, at: found ?? first, "the key \(quoted(key)) occurs twice",
      remedy: key.allSatisfy(\.isNumber)
        ? restOfNumber
        : found == nil ? "keep one of the two" : "keep one of the two; the first is in line \(first.line)"
    )
    // Each round parses the whole text anew: many for a text of usual size, one for a huge one.
    let affordable = max(1, min(50, (8 << 20) / max(1, source.text.utf8.count)))
    guard let found, rounds < affordable else { return false }
    masked.insert(found)
    let isQuoted = lines[found.line - 1][found.column - 1].isQuote
    let start = found.column - 1 + (isQuoted ? 1 : 0)
    let cover = Unicode.Scalar(UInt32(0xE000 + rounds)) ?? "x"
    for index in start..<(start + name.count) { lines[found.line - 1][index] = cover }
    maskedText = String(String.UnicodeScalarView(lines.joined(separator: ["\n"])))
    return true
  }

  /// Whether the key stands between braces: then a brace or a comma comes right before it.
  private func isInFlow(_ key: Origin) -> Bool {
    var line = key.line - 1
    var column = key.column - 1
    while line >= 0 {
      while column > 0 {
        column -= 1
        let scalar = lines[line][column]
        if scalar != " ", scalar != "\t" { return scalar == "{" || scalar == "," }
      }
      line -= 1
      if line >= 0 { column = lines[line].count }
    }
    return false
  }

  /// The next line of the block with the key at the same indent; a lesser indent ends the mapping.
  private func inBlock(_ name: [Unicode.Scalar], after first: Origin) -> Origin? {
    for number in first.line..<max(first.line, lines.count) {
      let line = lines[number]
      guard let start = line.firstIndex(where: { $0 != " " }), line[start] != "#" else { continue }
      if start < first.column - 1 { return nil }
      if start == first.column - 1, isKey(name, at: start, of: line) {
        return Origin(file: source.file, line: number + 1, column: start + 1)
      }
    }
    return nil
  }

  /// The next key of the same braces; strings and inner brackets are stepped over.
  private func inFlow(_ name: [Unicode.Scalar], after first: Origin) -> Origin? {
    var depth = 0
    var quote: Unicode.Scalar?
    var opensToken = false
    for number in (first.line - 1)..<max(first.line - 1, lines.count) {
      let line = lines[number]
      var column = number == first.line - 1 ? first.column - 1 : 0
      if column == 0, number == first.line - 1 { opensToken = false }
      while column < line.count {
        let scalar = line[column]
        if let open = quote {
          if scalar == "\\", open == "\"" { column += 1 }
          if scalar == open { quote = nil }
        } else {
          if depth == 0, opensToken, isKey(name, at: column, of: line) {
            return Origin(file: source.file, line: number + 1, column: column + 1)
          }
          switch scalar {
          case "\"", "'": if opensToken || isFirst(number, column, first) { quote = scalar }
          case "[", "{": depth += 1
          case "]", "}": depth -= 1
          case "#": if column == 0 || line[column - 1] == " " { column = line.count }
          default: break
          }
          if depth < 0 { return nil }
          opensToken =
            scalar == "," || scalar == "[" || scalar == "{" || scalar == ":" || (opensToken && scalar == " ")
        }
        column += 1
      }
    }
    return nil
  }

  private func isFirst(_ number: Int, _ column: Int, _ first: Origin) -> Bool {
    number == first.line - 1 && column == first.column - 1
  }

  private func isKey(_ name: [Unicode.Scalar], at start: Int, of line: [Unicode.Scalar]) -> Bool {
    let quote = line[start].isQuote ? line[start] : nil
    let begin = start + (quote == nil ? 0 : 1)
    var end = begin + name.count
    guard end <= line.count, Array(line[begin..<end]) == name else { return false }
    if let quote {
      guard end < line.count, line[end] == quote else { return false }
      end += 1
    }
    while end < line.count, line[end] == " " { end += 1 }
    return end < line.count && line[end] == ":"
  }
}

extension Unicode.Scalar {
  fileprivate var isQuote: Bool { self == "\"" || self == "'" }
}
