internal import FleetExperiments

extension Document {
  /// For GitHub; ends with a line break.
  func markdown() -> String {
    var parts: [String] = []
    for block in blocks {
      switch block {
      case .title(let text): parts.append("# " + Markdown.escaped(Table.singleLine(text)))
      case .heading(let text): parts.append("## " + Markdown.escaped(Table.singleLine(text)))
      case .paragraph(let text), .note(let text): parts.append(Markdown.escaped(Table.singleLine(text)))
      case .table(let table): parts.append(table.markdownLines().joined(separator: "\n"))
      case .timeline(let entries):
        let lines = entries.map {
          "- \(Markdown.code($0.time)) " + Markdown.escaped(Table.singleLine($0.text))
        }
        parts.append(lines.joined(separator: "\n"))
      case .list(let entries):
        let lines = entries.map { entry in
          "- \(Markdown.escaped(Table.singleLine(entry.label))): "
            + entry.lines.map { Markdown.escaped(Table.singleLine($0)) }.joined(separator: "; ")
        }
        parts.append(lines.joined(separator: "\n"))
      case .verdicts(let verdicts):
        let lines = verdicts.map { verdict in
          let word = verdict.held ? "held" : "**broken**"
          return "- \(word): \(Markdown.code(Table.singleLine(verdict.text))): "
            + Markdown.escaped(Table.singleLine(verdict.words))
        }
        parts.append(lines.joined(separator: "\n"))
      case .command(let command, let purpose):
        parts.append(Markdown.escaped(purpose) + "\n\n```sh\n" + Table.singleLine(command) + "\n```")
      }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }
}
