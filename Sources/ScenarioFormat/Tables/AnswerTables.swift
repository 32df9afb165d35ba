internal import FleetExperiments
internal import FleetSimulation

/// An entry of `answer:`, and where its characters stand.
struct AnswerForm: Sendable {
  var written: ScenarioAnswer
  var answer: Answer
  private var nodes: [AnswerError.Part: LocatedNode]

  init(_ written: ScenarioAnswer, _ nodes: [AnswerError.Part: LocatedNode]) throws(AnswerError) {
    (self.written, self.nodes) = (written, nodes)
    answer = try Answer.parse(written)
  }

  /// Where an error about the entry is to be shown.
  func origin(of error: AnswerError) -> Origin? {
    AnswerTables.origin(of: error, in: nodes)
  }
}

/// A text, and where its characters stand.
private struct TextForm: Sendable {
  var text: String
  var node: LocatedNode
}

private struct AnswerTableForm: Sendable {
  var axis = AnswerAxis.variants
  var columns = OrderedPairs<String, TextForm>()
  var condition: TextForm?
  var only: [TextForm] = []
}

enum AnswerTables {
  static func origin(of error: AnswerError, in nodes: [AnswerError.Part: LocatedNode]) -> Origin? {
    nodes[error.part]?.origin(ofCharacter: error.error.position)
  }

  private static func text(_ noun: String, _ example: String) -> Shape<TextForm> {
    let text = Shape<String>.text(called: noun, pattern: nil, examples: [example])
    return Shape<TextForm>(
      text.description, write: { text.write($0.text) },
      read: { node, context in text.read(node, &context).map { TextForm(text: $0, node: node) } })
  }

  private static let line = Shape<AnswerForm>(
    text("an answer", "A host is empty after {p95(drains.time)}.").description,
    write: { form in
      if case .line(let text) = form.written { .string(text) } else { nil }
    },
    read: { node, context in
      guard let text = text("an answer", "").read(node, &context) else { return nil }
      return form(.line(text.text), [.line: node], &context)
    })

  private static let rows = Shape.object(
    "answer-table", doc: "A row for each variant, class, strategy or campaign.", initial: AnswerTableForm()
  ) {
    Field("of", \.axis, .keyword, .required, doc: "What the rows are.")
    Field(
      "columns", \.columns, .map(.text, to: text("an expression", "p95(drains.time)"), min: 1), .required,
      doc: "Titles, and the expression below each.")
    Field(
      "where", \.condition, text("a clause", "total(failed) > 0"), doc: "Which rows to show.",
      standard: "all that there are")
    Field(
      "only", \.only, .list(of: text("a name", "strict"), items: "names"),
      doc: "The rows to show, by name.", standard: "all that there are")
  }

  private static let table: Shape<AnswerForm> = {
    let tagged = Shape<AnswerTableForm>.tagged(
      "answer", doc: "What the scenario says to its question.",
      [.tag("table", rows, doc: "Expressions in rows and columns.") { $0 }])
    return Shape<AnswerForm>(
      tagged.description, write: { _ in nil },
      read: { node, context in
        guard let read = tagged.read(node, &context) else { return nil }
        var table = ScenarioAnswer.Table()
        var nodes: [AnswerError.Part: LocatedNode] = [:]
        table.of = read.axis.rawValue
        for (index, column) in read.columns.enumerated() {
          table.columns.append(ScenarioAnswer.Column(title: column.key, text: column.value.text))
          nodes[.column(index)] = column.value.node
        }
        table.condition = read.condition?.text
        nodes[.condition] = read.condition?.node
        table.only = read.only.map(\.text)
        nodes[.axis] = read.only.first?.node ?? node
        return form(.table(table), nodes, &context)
      })
  }()

  private static func form(
    _ answer: ScenarioAnswer, _ nodes: [AnswerError.Part: LocatedNode], _ context: inout ReadingContext
  ) -> AnswerForm? {
    do throws(AnswerError) {
      return try AnswerForm(answer, nodes)
    } catch {
      context.complain(
        .badText, at: origin(of: error, in: nodes) ?? Origin(file: "", line: 1, column: 1),
        error.error.message,
        remedy: error.error.remedy)
      return nil
    }
  }

  /// A line with figures in it, or a table of them.
  static let answer: Shape<AnswerForm> = .byKind(scalar: line, mapping: table)
}
