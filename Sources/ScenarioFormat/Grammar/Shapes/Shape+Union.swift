/// One form of a tagged union.
struct Tag<Value: Sendable>: Sendable {
  let description: TagDescription
  /// The value of the name alone, if the name alone is allowed.
  let bare: Value?
  /// Reads what follows the name, if details are allowed.
  let read: (@Sendable (LocatedNode, inout ReadingContext) -> Value?)?
  /// The name alone or with details, if the value has this form.
  let write: @Sendable (Value) -> JSONValue?

  /// A name that stands alone: `- cold`.
  static func bare(
    _ name: String, _ value: Value, doc: String = "",
    matches: @escaping @Sendable (Value) -> Bool = { _ in false }
  ) -> Tag {
    Tag(
      description: TagDescription(name: name, doc: doc, isBare: true, details: nil), bare: value, read: nil,
      write: { matches($0) ? .string(name) : nil })
  }

  /// A name with details, `- live: { retry: 3 }`; also alone, if `bare` gives the details that it then has.
  ///
  /// - Parameters:
  ///   - embed: Makes the value of the details; usually the case of an enumeration. What it throws is reported.
  ///   - extract: The details, if the value has this form; needed only for printing defaults.
  static func tag<Details>(
    _ name: String, _ shape: Shape<Details>, bare: Details? = nil, doc: String = "",
    extract: @escaping @Sendable (Value) -> Details? = { _ in nil },
    embed: @escaping @Sendable (Details) -> Value
  ) -> Tag {
    Tag(
      description: TagDescription(name: name, doc: doc, isBare: bare != nil, details: shape.description),
      bare: bare.map(embed),
      read: { node, context in shape.read(node, &context).map(embed) },
      write: { value in
        guard let details = extract(value), let written = shape.write(details) else { return nil }
        if let bare, shape.write(bare)?.line == written.line { return .string(name) }
        return .object([(name, written)])
      })
  }
}

extension Shape {
  /// One of several forms told apart by a name: the name alone, or a mapping with the name as its only key.
  static func tagged(_ name: String, doc: String, _ tags: [Tag<Value>]) -> Shape {
    let names = tags.map(\.description.name)
    precondition(!tags.isEmpty && Set(names).count == names.count, "the forms of \(name) must differ")
    let inner = ShapeDescription.tagged(tags.map(\.description))
    let description = ShapeDescription.named(name, doc: doc, { inner })
    return Shape(
      description,
      write: { value in tags.lazy.compactMap { $0.write(value) }.first },
      read: { node, context in
        switch node.content {
        case .scalar(let text, _) where !node.isNull: return bare(text, at: node.origin, name, tags, &context)
        case .mapping(let entries): return single(entries, at: node.origin, name, tags, &context)
        case .scalar, .sequence:
          context.expected(description, found: node)
          return nil
        }
      })
  }

  private static func bare(
    _ text: String, at origin: Origin, _ name: String, _ tags: [Tag<Value>], _ context: inout ReadingContext
  ) -> Value? {
    guard let tag = find(text, at: origin, name, tags, &context) else { return nil }
    if let value = tag.bare { return value }
    context.complain(
      .notOneChoice, at: origin, "\(quoted(text)) needs details",
      remedy: "write '\(text): …' with \(tag.detailWords)")
    return nil
  }

  private static func single(
    _ entries: [LocatedNode.Entry], at origin: Origin, _ name: String, _ tags: [Tag<Value>],
    _ context: inout ReadingContext
  ) -> Value? {
    guard let entry = entries.first else {
      context.complain(
        .notOneChoice, at: origin, "an empty mapping names no \(name)",
        remedy: "one of: \(listed(tags.map(\.description.name)))")
      return nil
    }
    if entries.count > 1 {
      let isShifted = entry.value.isNull
      context.complain(
        .notOneChoice, at: entries[1].keyOrigin,
        "expected one key that names the \(name), found \(listed(entries.map(\.key)))",
        remedy: isShifted
          ? "indent the details below '\(printable(entry.key)):' two spaces more"
          : "make each a list item of its own")
      return nil
    }
    guard let tag = find(entry.key, at: entry.keyOrigin, name, tags, &context) else { return nil }
    guard let read = tag.read else {
      context.complain(
        .notOneChoice, at: entry.value.origin, "\(quoted(entry.key)) takes no details",
        remedy: "write \(quoted(entry.key)) without the ':'")
      return nil
    }
    if entry.value.isNull {
      context.complain(
        .nothingThere, at: entry.value.origin, "nothing follows \(quoted(entry.key + ":"))",
        remedy: tag.bare == nil ? "give \(tag.detailWords)" : "give details, or leave the ':' out")
      return nil
    }
    return read(entry.value, &context)
  }

  private static func find(
    _ text: String, at origin: Origin, _ name: String, _ tags: [Tag<Value>], _ context: inout ReadingContext
  ) -> Tag<Value>? {
    if let tag = tags.first(where: { $0.description.name == text }) { return tag }
    context.complain(
      .unknownName, at: origin, "\(quoted(text)) is not a \(name)",
      remedy: suggestion(for: text, among: tags.map(\.description.name), called: "the forms of \(name)"))
    return nil
  }

  /// One of several forms told apart by their kind: a constant written plainly, say, or a mapping with more to say.
  static func byKind(scalar: Shape? = nil, list: Shape? = nil, mapping: Shape? = nil) -> Shape {
    let forms = [scalar, list, mapping].compactMap { $0 }
    precondition(!forms.isEmpty, "a choice needs forms")
    return byKind(
      scalar: scalar, list: list, mapping: mapping,
      described: forms.count == 1 ? forms[0].description : .either(forms.map(\.description)))
  }

  private static func byKind(
    scalar: Shape?, list: Shape?, mapping: Shape?, described description: ShapeDescription
  ) -> Shape {
    let forms = [scalar, list, mapping].compactMap { $0 }
    return Shape(
      description,
      write: { value in forms.lazy.compactMap { $0.write(value) }.first },
      read: { node, context in
        let form: Shape? =
          switch node.content {
          case .scalar: node.isNull ? nil : scalar
          case .sequence: list
          case .mapping: mapping
          }
        guard let form else {
          context.expected(description, found: node)
          return nil
        }
        return form.read(node, &context)
      })
  }

  /// A list, or one item without the brackets.
  static func oneOrMany<Element>(
    of element: Shape<Element>, items: String? = nil, max: Int? = nil
  ) -> Shape where Value == [Element] {
    let one = element.mapped({ [$0] }, back: { $0.count == 1 ? $0[0] : nil })
    let many = Shape.list(of: element, items: items, min: 1, max: max)
    return byKind(
      scalar: one, list: many, mapping: one, described: .either([element.description, many.description]))
  }
}

extension Tag {
  fileprivate var detailWords: String { description.details?.words ?? "details" }
}
