/// An error that says what is wrong and, apart from it, what would be right.
///
/// Errors of the model that conform to this become diagnostics in two parts. Any other error becomes its text.
package protocol HintedError: Error {
  var message: String { get }
  var remedy: String? { get }
}

/// What a check throws: the mistake, the remedy, and the key of the object that it is about.
struct Complaint: HintedError {
  let message: String
  let remedy: String?
  let key: String?

  init(_ message: String, hint: String? = nil, at key: String? = nil) {
    self.message = message
    remedy = hint
    self.key = key
  }
}

extension ReadingContext {
  /// Reports an error that the model threw for the value at this node, or for one of its keys.
  mutating func complain(_ code: DiagnosticCode, at node: LocatedNode, about error: any Error) {
    let keyed = (error as? Complaint)?.key.flatMap { node[$0] }
    let origin = (keyed ?? node).origin
    if let error = error as? any HintedError {
      complain(code, at: origin, error.message, remedy: error.remedy)
    } else {
      complain(code, at: origin, printable("\(error)", limit: 400))
    }
  }
}

extension Shape {
  /// The same form for another type. An error of `transform` becomes a diagnostic where the value stands.
  ///
  /// - Parameter back: The way back, for printing defaults; without it, or where it gives nil, none is printed.
  func mapped<Other>(
    _ transform: @escaping @Sendable (Value) throws -> Other,
    back: @escaping @Sendable (Other) -> Value? = { _ in nil }
  ) -> Shape<Other> {
    let inner = self
    return Shape<Other>(
      description, write: { back($0).flatMap(inner.write) },
      read: { node, context in
        guard let value = inner.read(node, &context) else { return nil }
        do {
          return try transform(value)
        } catch {
          context.complain(.ruleBroken, at: node, about: error)
          return nil
        }
      })
  }

  /// The same form, where a rule must hold besides. It is asked only about values that are otherwise right.
  ///
  /// For an object, a `Complaint` with `at: "key"` is shown at that key.
  func checked(_ rule: @escaping @Sendable (Value) throws -> Void) -> Shape {
    mapped { value in
      try rule(value)
      return value
    } back: {
      $0
    }
  }
}
