extension Shape {
  /// A reference page in Markdown: one section for each form that has a name, in the order in which they are met.
  func markdownReference(title: String) -> String {
    var page = MarkdownReference()
    page.visit(description)
    return "# \(title)\n" + page.sections.joined()
  }
}

private struct MarkdownReference {
  private(set) var sections: [String] = []
  private var seen: Set<String> = []

  mutating func visit(_ description: ShapeDescription) {
    switch description {
    case .anything, .text, .boolean, .integer, .number, .fraction, .keyword: break
    case .list(let element, _, _, _): visit(element)
    case .map(let keys, let values, _):
      visit(keys)
      visit(values)
    case .either(let forms): for form in forms { visit(form) }
    case .tagged(let tags): for tag in tags { if let details = tag.details { visit(details) } }
    case .object(let fields): for field in fields { visit(field.shape) }
    case .named(let name, let doc, let inner):
      guard seen.insert(name).inserted else { return }
      sections.append(section(name, doc, inner()))
      visit(inner())
    }
  }

  private func section(_ name: String, _ doc: String, _ description: ShapeDescription) -> String {
    var text = "\n## \(name)\n"
    if !doc.isEmpty { text += "\n\(doc)\n" }
    switch description {
    case .object(let fields):
      text += "\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n"
      for field in fields {
        let standard = field.isRequired ? "**required**" : field.defaultCell
        let former = field.formerNames.map { " Formerly `\($0)`." }.joined()
        text +=
          "| `\(field.name)` | \(cell(typeCell(field.shape))) | \(cell(standard)) | \(cell(field.doc + former)) |\n"
      }
    case .tagged(let tags):
      text += "\n| form | details | meaning |\n| --- | --- | --- |\n"
      for tag in tags {
        let details = tag.details.map { typeCell($0) + (tag.isBare ? ", or none" : "") } ?? "none"
        text += "| `\(tag.name)` | \(cell(details)) | \(cell(tag.doc)) |\n"
      }
    case .keyword(let words):
      text += "\n| word | meaning |\n| --- | --- |\n"
      for word in words { text += "| `\(word.name)` | \(cell(word.doc)) |\n" }
    case .text(let noun, _, let examples):
      let like = examples.isEmpty ? "" : ", such as " + examples.map { "`\($0)`" }.joined(separator: " or ")
      text += "\nWritten as \(noun)\(like).\n"
    case .anything, .boolean, .integer, .number, .fraction, .list, .map, .either, .named:
      text += "\nWritten as: \(typeCell(description)).\n"
    }
    return text
  }

  /// The type with a link to each section it names.
  private func typeCell(_ description: ShapeDescription) -> String {
    switch description {
    case .named(let name, _, _): "[\(name)](#\(anchor(name)))"
    case .list(let element, _, _, _): "list of " + typeCell(element)
    case .map(let keys, let values, _): "mapping of \(typeCell(keys)) to \(typeCell(values))"
    case .either(let forms): forms.map { typeCell($0) }.joined(separator: ", or ")
    case .anything, .text, .boolean, .integer, .number, .fraction, .keyword, .object, .tagged:
      description.typeName
    }
  }

  private func anchor(_ name: String) -> String {
    String(
      name.lowercased().compactMap {
        $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil
      })
  }

  private func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }
}

extension FieldDescription {
  fileprivate var defaultCell: String {
    standardWords ?? standard.map { "`\($0.plainText)`" } ?? "none"
  }
}
