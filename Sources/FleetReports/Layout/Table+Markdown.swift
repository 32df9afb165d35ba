extension Table {
  /// A GitHub table.
  func markdownLines() -> [String] {
    let titles = columns.map { column in
      Markdown.escaped([column.group, column.title].compactMap { $0 }.joined(separator: " "))
    }
    let rules = columns.map { $0.alignment == .left ? ":--" : "--:" }
    let lines = [titles, rules] + rows.map { row in row.map(Markdown.escaped) }
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }
  }
}

enum Markdown {
  /// Text that Markdown shows as it stands.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "\\`*_|[]<>".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  /// The text as code, whatever backquotes it has (CommonMark 6.1); in a table it would need its bars escaped.
  static func code(_ text: String) -> String {
    var fence = "`"
    while text.contains(fence) { fence += "`" }
    let padding = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
    return fence + padding + text + padding + fence
  }
}
