extension Shape {
  /// A mapping with known keys.
  ///
  /// Reading starts from `initial` and sets what the document gives, so the defaults are the values in `initial`.
  /// Every unknown, missing, repeated or wrong key is reported; the value is nil if there was any.
  ///
  /// - Parameter elsewhere: what to write instead of keys that people look for here.
  static func object(
    _ name: String, doc: String, initial: Value, elsewhere: [String: String] = [:],
    @FieldBuilder<Value> fields build: () -> [Field<Value>]
  ) -> Shape {
    let fields = build()
    let names = fields.flatMap { [$0.name] + $0.formerNames }
    precondition(Set(names).count == names.count, "the keys of \(name) must differ")
    let description = ShapeDescription.object(fields.map { $0.describe(initial) })
    let named = ShapeDescription.named(name, doc: doc, { description })
    return Shape(
      named,
      write: { value in
        // Only what differs from the defaults: that is what one would write.
        let members = fields.compactMap { field -> (String, JSONValue)? in
          guard let written = field.write(value) else { return nil }
          let isDefault = field.presence == .optional && field.write(initial)?.line == written.line
          return isDefault ? nil : (field.name, written)
        }
        return .object(members)
      },
      read: { node, context in
        guard let entries = node.entries else {
          context.expected(named, found: node)
          return nil
        }
        return read(entries, of: name, node, fields, initial, elsewhere, &context)
      })
  }

  private static func read(
    _ entries: [LocatedNode.Entry], of name: String, _ node: LocatedNode, _ fields: [Field<Value>],
    _ initial: Value, _ elsewhere: [String: String], _ context: inout ReadingContext
  ) -> Value? {
    var value = initial
    var isGood = true
    var given: [String: String] = [:]
    var meant: Set<String> = []
    for entry in entries {
      guard let field = fields.first(where: { $0.name == entry.key || $0.formerNames.contains(entry.key) })
      else {
        isGood = false
        let names = fields.map(\.name)
        let isFlooded = context.diagnostics.isFlooded
        context.complain(
          .unknownKey, at: entry.keyOrigin, "unknown key \(quoted(entry.key)) in \(name)",
          remedy: isFlooded
            ? "see the first of these"
            : elsewhere[entry.key] ?? (isRestOfNumber(entry) ? restOfNumber : nil)
              ?? suggestion(for: entry.key, among: names, called: "the keys here"))
        if !isFlooded, let near = nearest(to: entry.key, among: names) { meant.insert(near) }
        continue
      }
      if let other = given[field.name] {
        context.complain(
          .duplicateKey, at: entry.keyOrigin, "\(quoted(entry.key)) and \(quoted(other)) are the same key",
          remedy: "keep \(quoted(field.name)) only")
        isGood = false
      } else if entry.key != field.name {
        context.diagnostics.warn(
          .deprecatedKey, at: entry.keyOrigin, "the key \(quoted(entry.key)) has a new name",
          remedy: "write \(quoted(field.name))")
      }
      given[field.name] = entry.key
      if !field.read(entry.value, &value, &context) { isGood = false }
    }
    let missing = fields.filter { $0.presence == .required && given[$0.name] == nil }
    // A key that was only misspelt, or left out above, has had its complaint.
    for field in missing where !node.lacksKeys && !meant.contains(field.name) {
      context.complain(
        .missingKey, at: node.origin, "\(name) lacks the key \(quoted(field.name))",
        remedy: field.example(initial)
      )
    }
    return isGood && missing.isEmpty ? value : nil
  }
}

/// Whether a key is what a comma in a number left over: `000` of `{ count: 1,000 }`.
private func isRestOfNumber(_ entry: LocatedNode.Entry) -> Bool {
  entry.value.isNull && (entry.key.first?.isASCII ?? false) && (entry.key.first?.isNumber ?? false)
}

/// How the number is to be written.
let restOfNumber =
  "between braces a comma ends an entry: write thousands without separators, and a point for fractions"

extension Field {
  /// "add 'count: …' (a whole number from 1 to 9)".
  fileprivate func example(_ initial: Root) -> String {
    "add '\(name): …' with \(describe(initial).shape.words)"
  }
}
