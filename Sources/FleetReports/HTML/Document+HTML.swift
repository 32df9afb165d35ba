internal import FleetExperiments

extension Document {
  /// The blocks as elements, headings from `level` on.
  func html(level: Int = 2) -> String {
    blocks.map { block in
      switch block {
      case .title(let text): "<h\(level - 1)>\(HTML.escaped(text))</h\(level - 1)>"
      case .heading(let text): "<h\(level) id=\"\(HTML.anchor(text))\">\(HTML.escaped(text))</h\(level)>"
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
    if showsTitles {
      let titles = columns.map { column in
        let title = [column.group, column.title].compactMap { $0 }.joined(separator: " ")
        return
          "<th scope=\"col\"\(column.alignment == .right ? " class=\"n\"" : "")>\(HTML.escaped(title))</th>"
      }
      lines.append("<thead><tr>\(titles.joined())</tr></thead>")
    }
    lines.append("<tbody>")
    for row in rows {
      let cells = zip(columns, row).enumerated().map { index, cell in
        let text = HTML.escaped(cell.1)
        if index == 0 { return "<th scope=\"row\">\(text)</th>" }
        return cell.0.alignment == .right ? "<td class=\"n\">\(text)</td>" : "<td>\(text)</td>"
      }
      lines.append("<tr>\(cells.joined())</tr>")
    }
    lines.append("</tbody></table></div>")
    return lines.joined(separator: "\n")
  }
}
