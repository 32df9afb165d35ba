/// Names, and what is to be said of each, for a screen or a file.
public enum ListReport {
  /// Names in a column of their own, what is said of them beside it.
  ///
  /// - Parameters:
  ///   - entries: each name and what is said of it, in the order of the list.
  ///   - width: columns of a line; a single word may be longer.
  public static func text(_ entries: [(name: String, text: String)], width: Int) -> String {
    var document = Document()
    document.add(.list(entries.map { (label: $0.name, lines: [$0.text]) }))
    return document.text(TerminalStyle(width: width))
  }

  /// Settings as YAML would have them, each with a comment: behind it where there is room, else in the lines below it.
  public static func settings(
    _ entries: [(path: String, value: String, comment: String)], width: Int
  ) -> String {
    let lines = entries.flatMap { entry -> [String] in
      let setting = "\(entry.path): \(entry.value)"
      let whole = setting + "  # " + entry.comment
      guard whole.count > width else { return [whole] }
      let indent = "    "
      var first = [setting]
      if setting.count > width {
        first = ["\(entry.path):"] + Document.wrapped(entry.value, width - indent.count).map { indent + $0 }
      }
      return first + Document.wrapped(entry.comment, width - indent.count - 2).map { indent + "# " + $0 }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
