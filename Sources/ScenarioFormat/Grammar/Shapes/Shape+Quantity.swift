extension Shape {
  /// A number with a unit, read by the type that it becomes.
  ///
  ///     static let bytes = Shape<Bytes>.quantity(
  ///       named: "bytes", example: "200 GiB", parse: { try Bytes(parsing: $0) }, format: { $0.description })
  ///
  /// - Parameters:
  ///   - pattern: The form for editors, as a regular expression; by default any number and any unit.
  ///   - format: The value as text that `parse` reads, for printing defaults.
  static func quantity(
    named name: String, example: String, pattern: String? = nil,
    parse: @escaping @Sendable (String) throws -> Value,
    format: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) -> Shape {
    let form = pattern ?? #"^\s*[-+]?[0-9][0-9_,]*(\.[0-9]+)?([eE][-+]?[0-9]+)?\s*[A-Za-zµμ%/].*$"#
    let description = ShapeDescription.text(noun: "a quantity (\(name))", pattern: form, examples: [example])
    return Shape(
      .named(name, doc: "", { description }), write: { .string(format($0)) },
      read: { node, context in
        guard case .scalar(let text, _) = node.content, !node.isNull else {
          context.expected(description, found: node)
          return nil
        }
        if case .boolean = node.meaning {
          context.expected(description, found: node)
          return nil
        }
        do {
          return try parse(text)
        } catch {
          let hinted = error as? any HintedError
          context.complain(
            .badQuantity, at: node.origin, hinted?.message ?? printable("\(error)", limit: 400),
            remedy: hinted?.remedy ?? "write it like \(quoted(example))")
          return nil
        }
      })
  }
}
