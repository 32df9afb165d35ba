extension Shape where Value == String {
  /// Any text that is not empty.
  static var text: Shape { text(called: "a text", pattern: nil) }

  /// A name: letters, digits, `-`, `_` and `.`, beginning with a letter or digit, at most 128 of them.
  static var identifier: Shape {
    text(
      called: "a name", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", examples: ["newark-1"],
      fits: isIdentifier)
  }

  /// What the pattern of `identifier` says: most keys and values are names, and to make a regular expression for each
  /// took a sixth of reading a scenario.
  @Sendable static func isIdentifier(_ text: String) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
      default: false
      }
    }
    guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 128 else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
  }

  /// Text of a form given by a regular expression, which `noun` says in words ("a version such as 6.1.2").
  ///
  /// - Parameter fits: tells the same as the pattern, sooner; the pattern itself where it is left out.
  /// - Precondition: The pattern is a regular expression. It is anchored by its author.
  static func text(
    called noun: String, pattern: String?, examples: [String] = [],
    fits: (@Sendable (String) -> Bool)? = nil
  ) -> Shape {
    precondition(
      fits != nil || pattern.map { (try? Regex($0)) != nil } ?? true,
      "a pattern must be a regular expression")
    let description = ShapeDescription.text(noun: noun, pattern: pattern, examples: examples)
    return Shape(
      description, write: { .string($0) },
      read: { node, context in
        guard case .text(let text) = node.meaning else {
          if case .scalar(let text, _) = node.content, !node.isNull {
            context.complain(
              .wrongType, at: node.origin, "expected \(noun), found \(node.words)",
              remedy: "put it in quotes: \"\(printable(text))\"")
          } else {
            context.expected(description, found: node)
          }
          return nil
        }
        // A regular expression cannot be shared between threads, so it is made anew for each text.
        let isRight =
          fits?(text) ?? pattern.flatMap { try? Regex($0) }.map { text.contains($0) } ?? !text.isEmpty
        guard isRight else {
          context.complain(
            .badText, at: node.origin, "expected \(noun), found \(node.words)", remedy: description.textRemedy
          )
          return nil
        }
        return text
      })
  }
}

extension ShapeDescription {
  fileprivate var textRemedy: String? {
    guard case .text(_, let pattern, let examples) = self else { return nil }
    if let example = examples.first { return "write it like \(quoted(example))" }
    return "write \(pattern == nil ? "at least one character" : "it in that form")"
  }
}

extension Shape where Value == Bool {
  /// `true` or `false`. The `yes` and `on` of old YAML are refused, with a hint.
  static var boolean: Shape {
    Shape(
      .boolean, write: { .boolean($0) },
      read: { node, context in
        if case .boolean(let value) = node.meaning { return value }
        if case .scalar(let text, _) = node.content {
          let isYes = ["yes", "on", "y", "true"].contains(text.lowercased())
          let isNo = ["no", "off", "n", "false"].contains(text.lowercased())
          if isYes || isNo {
            context.complain(
              .wrongType, at: node.origin, "expected true or false, found \(node.words)",
              remedy: "write \(isYes) without quotes")
            return nil
          }
        }
        context.expected(.boolean, found: node)
        return nil
      })
  }
}
