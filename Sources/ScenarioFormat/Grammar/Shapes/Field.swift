/// One key of an object: its name, where its value goes, its shape, and what it means.
///
/// The default of a key that may be left out is what the object's initial value holds there.
struct Field<Root: Sendable>: Sendable {
  enum Presence: Sendable {
    case optional
    case required
  }

  let name: String
  let formerNames: [String]
  let presence: Presence
  /// Reads the node into the root. False if an error was reported.
  let read: @Sendable (LocatedNode, inout Root, inout ReadingContext) -> Bool
  /// The root's value as it would be written.
  let write: @Sendable (Root) -> JSONValue?
  /// The field with the default that `initial` holds.
  let describe: @Sendable (_ initial: Root) -> FieldDescription

  /// A key with a default, or one that is required.
  ///
  /// - Parameters:
  ///   - formerNames: Names that still work but bring a warning.
  ///   - standard: The default in words, where the value itself does not say it ("the number of cores").
  init<Value>(
    _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ shape: Shape<Value>,
    _ presence: Presence = .optional, doc: String, formerly formerNames: [String] = [],
    standard: String? = nil
  ) {
    self.init(
      name: name, formerNames: formerNames, presence: presence, doc: doc, standard: standard,
      shape: shape.description,
      write: { shape.write($0[keyPath: path]) },
      read: { node, root, context in
        guard let value = shape.read(node, &context) else { return false }
        root[keyPath: path] = value
        return true
      })
  }

  /// A key whose value may be absent: without it, the property stays as it is, which is usually nil.
  init<Value>(
    _ name: String, _ path: any WritableKeyPath<Root, Value?> & Sendable, _ shape: Shape<Value>,
    _ presence: Presence = .optional, doc: String, formerly formerNames: [String] = [],
    standard: String? = nil
  ) {
    self.init(
      name: name, formerNames: formerNames, presence: presence, doc: doc, standard: standard,
      shape: shape.description,
      write: { $0[keyPath: path].flatMap(shape.write) },
      read: { node, root, context in
        guard let value = shape.read(node, &context) else { return false }
        root[keyPath: path] = value
        return true
      })
  }

  private init(
    name: String, formerNames: [String], presence: Presence, doc: String, standard: String?,
    shape: ShapeDescription, write: @escaping @Sendable (Root) -> JSONValue?,
    read: @escaping @Sendable (LocatedNode, inout Root, inout ReadingContext) -> Bool
  ) {
    self.name = name
    self.formerNames = formerNames
    self.presence = presence
    self.read = read
    self.write = write
    describe = { initial in
      FieldDescription(
        name: name, doc: doc, isRequired: presence == .required,
        standard: presence == .required ? nil : write(initial), standardWords: standard,
        formerNames: formerNames, shape: shape)
    }
  }
}

/// Collects the fields between the braces of an object.
@resultBuilder
enum FieldBuilder<Root: Sendable> {
  static func buildExpression(_ field: Field<Root>) -> [Field<Root>] { [field] }
  /// Fields shared by several objects are put in as a list.
  static func buildExpression(_ fields: [Field<Root>]) -> [Field<Root>] { fields }
  static func buildBlock(_ parts: [Field<Root>]...) -> [Field<Root>] { parts.flatMap { $0 } }
}
