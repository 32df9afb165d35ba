/// A piece of a document that knows where it stands: all that a grammar ever sees of a file.
///
/// Nodes are immutable values. Aliases are written out, keys are text and unique within their mapping.
struct LocatedNode: Sendable {
  /// How a scalar was written. `5` is a number, `"5"` is text.
  enum Style: Sendable {
    case plain
    case quoted
  }

  /// One key of a mapping with its value.
  struct Entry: Sendable {
    let key: String
    let keyOrigin: Origin
    let value: LocatedNode
  }

  enum Content: Sendable {
    case scalar(String, Style)
    case sequence([LocatedNode])
    case mapping([Entry])
  }

  let origin: Origin
  let content: Content
  /// Whether keys of this mapping were left out because something was wrong with them: then none is missed.
  let lacksKeys: Bool
  /// Where the first character of a text stands, if each character behind it stands in the same line just as it is
  /// read: no escapes, no second line.
  let verbatimStart: Origin?

  init(
    _ content: Content, at origin: Origin, lacksKeys: Bool = false, verbatimStart: Origin? = nil
  ) {
    self.content = content
    self.origin = origin
    self.lacksKeys = lacksKeys
    self.verbatimStart = verbatimStart
  }
}

extension LocatedNode {
  /// The entries, if this is a mapping.
  var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The elements, if this is a list.
  var elements: [LocatedNode]? {
    if case .sequence(let elements) = content { elements } else { nil }
  }

  /// The value under a key, if this is a mapping that has it.
  subscript(key: String) -> LocatedNode? {
    entries?.first { $0.key == key }?.value
  }

  /// The place of a character of a text, where it can be told; else where the text begins.
  func origin(ofCharacter offset: Int) -> Origin {
    guard case .scalar(let text, _) = content, let start = verbatimStart else { return origin }
    return start.advanced(by: text.prefix(offset).unicodeScalars.count)
  }

  /// Whether both say the same, wherever they stand.
  func hasSameContent(as other: LocatedNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let a, let aStyle), .scalar(let b, let bStyle)):
      return a == b && aStyle == bStyle
    case (.sequence(let a), .sequence(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.hasSameContent(as: $1) }
    case (.mapping(let a), .mapping(let b)):
      return a.count == b.count
        && zip(a, b).allSatisfy { $0.key == $1.key && $0.value.hasSameContent(as: $1.value) }
    case (.scalar, _), (.sequence, _), (.mapping, _):
      return false
    }
  }
}
