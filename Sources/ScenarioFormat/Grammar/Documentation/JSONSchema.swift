extension Shape {
  /// The JSON Schema (draft-07) of documents of this shape, as text; the same text each time.
  ///
  /// Draft-07 because the language server that editors use for YAML reads nothing newer. Everything with a name is
  /// put under `definitions` once.
  func jsonSchema(id: String, title: String) -> String {
    JSONSchema(of: description, id: id, title: title).document.text + "\n"
  }
}

/// Writes descriptions as JSON Schema, gathering those with names.
private struct JSONSchema {
  private(set) var document = JSONValue.null
  private var definitions: [(name: String, schema: JSONValue?)] = []

  init(of description: ShapeDescription, id: String, title: String) {
    var members: [(String, JSONValue)] = [
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("$id", .string(id)),
      ("title", .string(title)),
    ]
    // The root is written out: beside a reference, draft-07 ignores all other members.
    if case .named(_, let doc, _) = description, !doc.isEmpty {
      members.append(("description", .string(doc)))
    }
    members += schema(description.unnamed)
    let sorted = definitions.sorted { $0.name < $1.name }
    members.append(("definitions", .object(sorted.map { ($0.name, $0.schema ?? .boolean(true)) })))
    document = .object(members)
  }

  private mutating func schema(_ description: ShapeDescription) -> [(String, JSONValue)] {
    switch description {
    case .text(_, let pattern, let examples):
      var members: [(String, JSONValue)] = [("type", .string("string"))]
      members.append(pattern.map { ("pattern", .string($0)) } ?? ("minLength", .integer(1)))
      if !examples.isEmpty { members.append(("examples", .array(examples.map { .string($0) }))) }
      return members
    case .anything: return []
    case .boolean: return [("type", .string("boolean"))]
    case .integer(let min, let max):
      return [("type", .string("integer"))]
        + [("minimum", min), ("maximum", max)].compactMap { name, bound in
          bound.map { (name, .integer($0)) }
        }
    case .number(let bounds):
      let minimum = bounds.isAbove ? "exclusiveMinimum" : "minimum"
      return [("type", .string("number"))]
        + [(minimum, bounds.min), ("maximum", bounds.max)].compactMap { name, bound in
          bound.map { (name, .number($0)) }
        }
    case .fraction:
      let number = schema(.number(NumberBounds(min: 0, max: 1)))
      let percent = ShapeDescription.text(
        noun: "a percentage", pattern: #"^(100(\.0*)?|[0-9]{0,2}(\.[0-9]+)?) *%$"#, examples: ["60 %"])
      return [("anyOf", .array([.object(number), .object(schema(percent))]))]
    case .keyword(let words): return choice(of: words.map { constant($0.name, $0.doc) })
    case .list(let element, _, let min, let max):
      var members: [(String, JSONValue)] = [("type", .string("array")), ("items", reference(element))]
      if min > 0 { members.append(("minItems", .integer(min))) }
      if let max { members.append(("maxItems", .integer(max))) }
      return members
    case .map(let keys, let values, let min):
      var members: [(String, JSONValue)] = [
        ("type", .string("object")), ("propertyNames", reference(keys)),
        ("additionalProperties", reference(values)),
      ]
      if min > 0 { members.append(("minProperties", .integer(min))) }
      return members
    case .object(let fields): return object(fields)
    case .tagged(let tags): return tagged(tags)
    case .either(let forms): return [("anyOf", .array(forms.map { reference($0) }))]
    case .named: return [("$ref", .string(pointer(to: description)))]
    }
  }

  private mutating func object(_ fields: [FieldDescription]) -> [(String, JSONValue)] {
    var properties: [(String, JSONValue)] = []
    for field in fields {
      properties.append((field.name, property(field)))
      for former in field.formerNames {
        // Draft-07 has no word for deprecated; editors of YAML show this one.
        let members: [(String, JSONValue)] = [
          ("allOf", .array([reference(field.shape)])),
          ("deprecationMessage", .string("Write '\(field.name)'.")),
        ]
        properties.append((former, .object(members)))
      }
    }
    var members: [(String, JSONValue)] = [("type", .string("object")), ("properties", .object(properties))]
    let required = fields.filter(\.isRequired)
    let strict = required.filter(\.formerNames.isEmpty).map { JSONValue.string($0.name) }
    if !strict.isEmpty { members.append(("required", .array(strict))) }
    let renamed = required.filter { !$0.formerNames.isEmpty }.map { field in
      let names = [field.name] + field.formerNames
      return JSONValue.object([
        ("anyOf", .array(names.map { .object([("required", .array([.string($0)]))]) }))
      ])
    }
    if !renamed.isEmpty { members.append(("allOf", .array(renamed))) }
    members.append(("additionalProperties", .boolean(false)))
    return members
  }

  private mutating func property(_ field: FieldDescription) -> JSONValue {
    var members: [(String, JSONValue)] = [("description", .string(field.docWithWords))]
    if let standard = field.standard { members.append(("default", standard)) }
    if case .named = field.shape {
      members.append(("allOf", .array([reference(field.shape)])))
    } else {
      members += schema(field.shape)
    }
    return .object(members)
  }

  private mutating func tagged(_ tags: [TagDescription]) -> [(String, JSONValue)] {
    let bare = tags.filter(\.isBare).map { constant($0.name, $0.doc) }
    var forms = bare
    for tag in tags {
      guard let details = tag.details else { continue }
      var members: [(String, JSONValue)] = [("type", .string("object"))]
      if !tag.doc.isEmpty { members.append(("description", .string(tag.doc))) }
      members += [
        ("properties", .object([(tag.name, reference(details))])),
        ("required", .array([.string(tag.name)])),
        ("additionalProperties", .boolean(false)),
      ]
      forms.append(.object(members))
    }
    return [("anyOf", .array(forms))]
  }

  private func constant(_ name: String, _ doc: String) -> JSONValue {
    .object([("const", .string(name))] + (doc.isEmpty ? [] : [("description", .string(doc))]))
  }

  /// Words without a meaning of their own become one `enum`.
  private func choice(of words: [JSONValue]) -> [(String, JSONValue)] {
    let names = words.compactMap { word -> JSONValue? in
      if case .object(let members) = word, members.count == 1 { members[0].1 } else { nil }
    }
    return names.count == words.count
      ? [("type", .string("string")), ("enum", .array(names))] : [("anyOf", .array(words))]
  }

  private mutating func reference(_ description: ShapeDescription) -> JSONValue {
    .object(schema(description))
  }

  /// The pointer to a named description, which is written on first use. A name stands for one form only.
  private mutating func pointer(to description: ShapeDescription) -> String {
    guard case .named(let name, let doc, let inner) = description else { return "#" }
    if !definitions.contains(where: { $0.name == name }) {
      let place = definitions.count
      definitions.append((name, nil))
      let body = schema(inner())
      definitions[place].schema = .object((doc.isEmpty ? [] : [("description", .string(doc))]) + body)
    }
    return "#/definitions/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
  }
}

extension FieldDescription {
  /// The meaning, and the default where only words can say it.
  fileprivate var docWithWords: String {
    standardWords.map { "\(doc) Default: \($0)." } ?? doc
  }
}
