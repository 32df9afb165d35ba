/// A value that remembers where it was written, so that a later check can point at it.
struct Located<Value: Sendable>: Sendable {
  var value: Value
  var origin: Origin?
}

extension Located {
  /// A value that nobody wrote, such as a default.
  init(value: Value) {
    self.value = value
    origin = nil
  }
}

extension Located: Equatable where Value: Equatable {
  static func == (a: Located, b: Located) -> Bool { a.value == b.value }
}

extension Shape {
  /// The same form, whose value remembers its place.
  func located() -> Shape<Located<Value>> {
    let inner = self
    return Shape<Located<Value>>(
      description, write: { inner.write($0.value) },
      read: { node, context in inner.read(node, &context).map { Located(value: $0, origin: node.origin) } })
  }
}

extension Shape where Value == LocatedNode {
  /// Anything at all, looked at later.
  static let anything = Shape(.anything) { node, _ in node }
}
