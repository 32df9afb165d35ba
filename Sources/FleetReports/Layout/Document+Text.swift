internal import FleetExperiments

extension Document {
  /// For a terminal; ends with a line break.
  func text(_ style: TerminalStyle) -> String {
    var lines: [String] = []
    for block in blocks {
      switch block {
      case .title(let text): lines += Document.wrapped(text, style.width).map { style.paint($0, .bold) }
      case .heading(let text):
        lines += [""] + Document.wrapped(text, style.width).map { style.paint($0, .bold) }
      case .paragraph(let text): lines += Document.wrapped(text, style.width)
      case .note(let text): lines += Document.wrapped(text, style.width).map { style.paint($0, .faint) }
      case .table(let table): lines += table.textLines(style)
      case .timeline(let entries): lines += Document.lines(of: entries, style)
      case .list(let entries): lines += Document.lines(of: entries, style)
      case .verdicts(let verdicts): lines += verdicts.flatMap { Document.lines(of: $0, style) }
      // Whoever reads a screen has just typed it.
      case .command: break
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(of verdict: ExpectationResult, _ style: TerminalStyle) -> [String] {
    let (word, indent) = (verdict.held ? "held" : "BROKEN", 8)
    var lines = wrapped(verdict.text, style.width - indent)
    let actual = verdict.words
    if let last = lines.last, indent + last.count + 2 + actual.count <= style.width {
      lines[lines.count - 1] = last + ": " + actual
    } else {
      lines += wrapped(actual, style.width - indent)
    }
    return lines.enumerated().map { number, line in
      let label = number == 0 ? word : ""
      let space = String(repeating: " ", count: indent - label.count)
      return style.paint(label, verdict.held ? .good : .bad) + space + line
    }
  }

  /// Times in a column of their own, and no more of each than differs from the one before.
  private static func lines(of entries: [(time: String, text: String)], _ style: TerminalStyle) -> [String] {
    let width = entries.map(\.time.count).max() ?? 0
    var (lines, day, clock) = ([String](), Substring?.none, Substring?.none)
    for entry in entries {
      let parts = entry.time.split(separator: " ")
      let (thisDay, thisClock) = (parts.dropLast().joined(separator: " ")[...], parts.last ?? "")
      var time = entry.time
      if thisDay == day { time = thisClock == clock ? "" : String(thisClock) }
      (day, clock) = (thisDay, thisClock)
      for (number, text) in wrapped(entry.text, style.width - width - 2).enumerated() {
        let label = Table.pad(number == 0 ? time : "", width, .right)
        lines.append(style.paint(label, .faint) + "  " + text)
      }
    }
    return lines
  }

  /// Labels in a column of their own, unless they would take more than a third of the line.
  private static func lines(
    of entries: [(label: String, lines: [String])], _ style: TerminalStyle
  ) -> [String] {
    let width = min(entries.map(\.label.count).max() ?? 0, style.width / 3)
    return entries.flatMap { entry in
      var texts = entry.lines.flatMap { wrapped($0, style.width - width - 2) }
      var lines: [String] = []
      if entry.label.count > width {
        lines += wrapped(entry.label, style.width)
      } else {
        let first = texts.isEmpty ? "" : texts.removeFirst()
        lines.append(Table.pad(entry.label, width, .left) + "  " + first)
      }
      return lines + texts.map { String(repeating: " ", count: width + 2) + $0 }
    }
  }

  /// Broken at spaces; a longer word stands alone.
  static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    // A percentage stays in one piece.
    let joined = Table.singleLine(text).split(separator: " %", omittingEmptySubsequences: false).joined(
      separator: "\u{a0}%")
    for word in joined.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.isEmpty ? [""] : lines.map { String($0.map { $0 == "\u{a0}" ? " " : $0 }) }
  }
}
