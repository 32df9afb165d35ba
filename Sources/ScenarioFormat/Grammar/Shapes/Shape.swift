/// The form of one kind of value: how it is read from a document, written back, and described.
///
/// A shape is the only place where its form is said. Reading, defaults, reference pages and the JSON Schema all come
/// from it, so they cannot disagree.
///
///     static let hostGroup = Shape.object("host-group", doc: "Hosts that are alike.", initial: HostGroup()) {
///       Field("count", \.count, .integer(in: 1...1_000_000), .required, doc: "How many hosts.")
///       Field("site", \.site, .identifier, doc: "Where they stand.")
///     }
struct Shape<Value: Sendable>: Sendable {
  /// What the shape looks like, for schema, pages and messages.
  let description: ShapeDescription
  /// Reads a node. Nil means that at least one error was added to the context.
  let read: @Sendable (LocatedNode, inout ReadingContext) -> Value?
  /// The value as one would write it in a document; nil where it has no such form.
  let write: @Sendable (Value) -> JSONValue?

  init(
    _ description: ShapeDescription,
    write: @escaping @Sendable (Value) -> JSONValue? = { _ in nil },
    read: @escaping @Sendable (LocatedNode, inout ReadingContext) -> Value?
  ) {
    self.description = description
    self.read = read
    self.write = write
  }
}

/// What a reading has found so far.
struct ReadingContext: Sendable {
  var diagnostics: Diagnostics
  /// Names that were met and stand for something described elsewhere: checked when all has been read, whatever else
  /// is wrong.
  var references: [Reference] = []
  /// What may be named besides what ships.
  let plugIns: PlugIns

  init(diagnostics: Diagnostics = Diagnostics(), plugIns: PlugIns = PlugIns()) {
    self.diagnostics = diagnostics
    self.plugIns = plugIns
  }

  mutating func complain(_ code: DiagnosticCode, at origin: Origin, _ message: String, remedy: String? = nil)
  {
    diagnostics.add(code, at: origin, message, remedy: remedy)
  }

  /// Says that something else is wanted here, or that anything is.
  mutating func expected(_ shape: ShapeDescription, found node: LocatedNode) {
    if node.isNull {
      complain(
        .nothingThere, at: node.origin, "nothing is written here; expected \(shape.words)",
        remedy: "give a value, or leave the key out if it has a default")
    } else {
      complain(
        .wrongType, at: node.origin, "expected \(shape.words), found \(node.words)", remedy: shape.remedy)
    }
  }
}

extension Shape {
  /// Reads a whole document. The value is nil if anything at all was wrong with it.
  func read(
    _ source: SourceText, limits: ReadingLimits = ReadingLimits(), into diagnostics: inout Diagnostics
  ) -> Value? {
    guard let node = LocatedNode.compose(source, limits: limits, into: &diagnostics) else { return nil }
    return read(document: node, into: &diagnostics)
  }

  /// Reads a document that was composed before, perhaps with overrides applied.
  func read(document node: LocatedNode, into diagnostics: inout Diagnostics) -> Value? {
    var context = ReadingContext(diagnostics: diagnostics)
    let value = read(node, &context)
    diagnostics = context.diagnostics
    return diagnostics.hasErrors ? nil : value
  }

  /// The same shape under a name of its own in schema and reference.
  func named(_ name: String, doc: String = "") -> Shape {
    let inner = description.without(name)
    return Shape(.named(name, doc: doc, { inner }), write: write, read: read)
  }

  /// A shape that refers to itself through `shape`, which is asked for only when needed.
  ///
  /// What it makes may bear the same name, as an object does; the meaning is then taken from `doc` here.
  /// Documents are finite and of limited depth, so reading ends; `name` is what ends the description.
  static func recursive(
    _ name: String, doc: String = "", _ shape: @escaping @Sendable () -> Shape<Value>
  ) -> Shape {
    Shape(
      .named(name, doc: doc, { shape().description.without(name) }), write: { shape().write($0) },
      read: { node, context in
        shape().read(node, &context)
      })
  }
}
