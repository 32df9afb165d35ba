extension Diagnostics {
  /// The findings for people: place, message, the line with a caret below, and the remedy.
  ///
  ///     plan.yaml:7:5: error: unknown key 'cuont' [E010]
  ///       7 |     cuont: 600
  ///         |     ^
  ///       help: did you mean 'count'?
  package func text(sources: [SourceText]) -> String {
    var result = ""
    for diagnostic in sorted {
      result += diagnostic.heading + "\n"
      if let line = sources.first(where: { $0.file == diagnostic.origin.file })?.line(diagnostic.origin.line)
      {
        result += excerpt(of: line, number: diagnostic.origin.line, column: diagnostic.origin.column)
      }
      if let remedy = diagnostic.remedy { result += "  help: \(remedy)\n" }
    }
    if omitted > 0 { result += "… and \(omitted) more\n" }
    return result
  }
}

extension Diagnostic {
  /// The first line: place, severity, message, code.
  package var heading: String { "\(origin): \(severity.rawValue): \(message) [\(code.rawValue)]" }
}

/// The source line and the caret, cut to a window around the column where the line is long.
private func excerpt(of line: Substring, number: Int, column: Int) -> String {
  let width = 100
  // A column beyond the line (the end of a file) is shown just after it.
  let caret = min(max(0, column - 1), line.unicodeScalars.count)
  let start = caret > width - 20 ? caret - width / 2 : 0
  let window = line.unicodeScalars.dropFirst(start).prefix(width)
  let shown = String(String.UnicodeScalarView(window.map { $0.isHarmless ? $0 : "\u{FFFD}" }))
  let lead = start > 0 ? "…" : ""
  let tail = line.unicodeScalars.count > start + width ? "…" : ""
  let padding = window.prefix(caret - start).map { $0 == "\t" ? "\t" : " " }.joined()
  let margin = String(repeating: " ", count: String(number).count)
  let edge = start > 0 ? " " : ""
  return "  \(number) | \(lead)\(shown)\(tail)\n  \(margin) | \(edge)\(padding)^\n"
}

extension Unicode.Scalar {
  /// Whether the scalar can be sent to a terminal without moving its cursor or changing its colours.
  fileprivate var isHarmless: Bool {
    switch properties.generalCategory {
    case .control: self == "\t"
    case .format, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: true
    }
  }
}
