internal import FleetExperiments

extension Document {
  /// The blocks as elements, headings from `level` on.
  ///
  /// - Parameters:
  ///   - hasAnchors: whether headings can be linked to; not where the same ones are on the page again.
  ///   - skipsTitle: whether the page's banner says it already.
  func html(level: Int = 2, hasAnchors: Bool = true, skipsTitle: Bool = false) -> String {
    blocks.compactMap { block in
      switch block {
      case .title(let text):
        skipsTitle ? nil : "<h\(level - 1)>\(HTML.escaped(text))</h\(level - 1)>"
      case .heading(let text):
        "<h\(level)\(hasAnchors ? " id=\"\(HTML.anchor(text))\"" : "")>\(HTML.escaped(text))</h\(level)>"
      case .paragraph(let text): "<p>\(HTML.escaped(text))</p>"
      case .note(let text): "<p class=\"note\">\(HTML.escaped(text))</p>"
      case .table(let table): table.html()
      case .verdicts(let verdicts): Document.html(verdicts)
      case .timeline(let entries):
        "<dl class=\"timeline\">"
          + entries.map { "<dt>\(HTML.escaped($0.time))</dt><dd>\(HTML.escaped($0.text))</dd>" }.joined()
          + "</dl>"
      case .list(let entries):
        "<dl>"
          + entries.map { entry in
            "<dt>\(HTML.escaped(entry.label))</dt>"
              + entry.lines.map { "<dd>\(HTML.escaped($0))</dd>" }.joined()
          }.joined() + "</dl>"
      case .command(let command, let purpose):
        "<p>\(HTML.escaped(purpose))</p>\n<pre><code>\(HTML.escaped(command))</code></pre>"
      }
    }.joined(separator: "\n")
  }

  /// Thresholds and whether they held, in words as well as in colour.
  static func html(_ verdicts: [ExpectationResult]) -> String {
    let items = verdicts.map { verdict in
      let (kind, word) = verdict.held ? ("held", "held") : ("broken", "broken")
      return "<li class=\"\(kind)\"><b>\(word)</b> <code>\(HTML.escaped(verdict.text))</code> "
        + "<span>\(HTML.escaped(verdict.words))</span></li>"
    }
    return "<ul class=\"verdicts\">\n" + items.joined(separator: "\n") + "\n</ul>"
  }
}

extension Table {
  /// A table that a screen reader can read row by row.
  func html(caption: String? = nil) -> String {
    var lines = ["<div class=\"scroll\"><table>"]
    if let caption { lines.append("<caption>\(HTML.escaped(caption))</caption>") }
    if showsTitles { lines.append("<thead>\(titleRows.map { "<tr>\($0)</tr>" }.joined())</thead>") }
    lines.append("<tbody>")
    for row in rows {
      let cells = zip(columns, row).enumerated().map { index, cell in
        let text = HTML.escaped(cell.1)
        let place = cell.0.htmlClass
        return index == 0 ? "<th scope=\"row\"\(place)>\(text)</th>" : "<td\(place)>\(text)</td>"
      }
      lines.append("<tr>\(cells.joined())</tr>")
    }
    lines.append("</tbody></table></div>")
    return lines.joined(separator: "\n")
  }

  /// One row, or two where columns have something in common: its name stands over them once, as on a screen.
  private var titleRows: [String] {
    let hasGroups = columns.contains { $0.group != nil }
    var (upper, lower) = ("", "")
    for (index, column) in columns.enumerated() {
      let title = HTML.escaped(column.title)
      guard let group = column.group else {
        upper += "<th scope=\"col\"\(hasGroups ? " rowspan=\"2\"" : "")\(column.htmlClass)>\(title)</th>"
        continue
      }
      if index == 0 || columns[index - 1].group != group {
        let count = columns[index...].prefix { $0.group == group }.count
        upper += "<th scope=\"colgroup\" colspan=\"\(count)\" class=\"g\">\(HTML.escaped(group))</th>"
      }
      lower += "<th scope=\"col\"\(column.htmlClass)>\(title)</th>"
    }
    return hasGroups ? [upper, lower] : [upper]
  }
}

extension Table.Column {
  /// Numbers stand at the right.
  fileprivate var htmlClass: String { alignment == .right ? " class=\"n\"" : "" }
}
