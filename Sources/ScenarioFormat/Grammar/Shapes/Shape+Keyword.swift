/// A word of the grammar and the value it stands for.
struct Keyword<Value: Sendable>: Sendable {
  let name: String
  let value: Value
  let doc: String

  init(_ name: String, _ value: Value, doc: String = "") {
    self.name = name
    self.value = value
    self.doc = doc
  }
}

extension Shape where Value: Equatable {
  /// One of a few words.
  static func keyword(_ keywords: [Keyword<Value>]) -> Shape {
    precondition(!keywords.isEmpty, "a choice of words needs words")
    let description = ShapeDescription.keyword(keywords.map { NameAndDoc(name: $0.name, doc: $0.doc) })
    return Shape(
      description,
      write: { value in keywords.first { $0.value == value }.map { .string($0.name) } },
      read: { node, context in
        guard case .scalar(let text, _) = node.content, !node.isNull else {
          context.expected(description, found: node)
          return nil
        }
        if let keyword = keywords.first(where: { $0.name == text }) { return keyword.value }
        context.complain(
          .unknownName, at: node.origin, "\(quoted(text)) is not known here",
          remedy: suggestion(for: text, among: keywords.map(\.name)))
        return nil
      })
  }
}

extension Shape where Value: Equatable & CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the cases of an enumeration, each by its raw value.
  static var keyword: Shape { keyword(Value.allCases.map { Keyword($0.rawValue, $0) }) }
}
