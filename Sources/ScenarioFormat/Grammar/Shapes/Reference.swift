/// A name that stands for something described elsewhere, and where it is written.
struct Reference: Sendable {
  let kind: ReferenceKind
  let name: String
  let origin: Origin
}

/// What a name can stand for; the raw value is its word in messages.
enum ReferenceKind: String, Sendable {
  case flavor, site, strategy
  case cpu = "CPU"
}

extension Shape where Value == Located<String> {
  /// The name of something that is described elsewhere.
  static func reference(to kind: ReferenceKind) -> Shape {
    let identifier = Shape<String>.identifier
    return Shape(
      identifier.description, write: { identifier.write($0.value) },
      read: { node, context in
        guard let name = identifier.read(node, &context) else { return nil }
        context.references.append(Reference(kind: kind, name: name, origin: node.origin))
        return Located(value: name, origin: node.origin)
      })
  }
}

extension ReadingContext {
  /// Reports the names that stand for nothing.
  ///
  /// - Parameter known: the names of a kind; `nil` where the document does not get as far as saying.
  mutating func check(_ known: (ReferenceKind) -> [String]?) {
    for reference in references {
      guard let names = known(reference.kind), !names.contains(reference.name) else { continue }
      complain(
        .unknownName, at: reference.origin,
        "there is no \(reference.kind.rawValue) called \(quoted(reference.name))",
        remedy: suggestion(for: reference.name, among: names, called: "those there are"))
    }
  }
}
