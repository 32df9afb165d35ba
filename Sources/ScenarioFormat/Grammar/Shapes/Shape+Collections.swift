extension Shape {
  /// A list whose items all have one shape.
  ///
  /// - Parameter items: What the items are called in messages, in the plural ("hosts").
  static func list<Element>(
    of element: Shape<Element>, items: String? = nil, min: Int = 0, max: Int? = nil
  ) -> Shape where Value == [Element] {
    let description = ShapeDescription.list(element.description, items: items, min: min, max: max)
    return Shape(
      description,
      write: { values in
        let written = values.compactMap(element.write)
        return written.count == values.count ? .array(written) : nil
      },
      read: { node, context in
        guard let nodes = node.elements else {
          context.expected(description, found: node)
          return nil
        }
        let values = nodes.compactMap { element.read($0, &context) }
        guard nodes.count >= min, nodes.count <= max ?? .max else {
          let wanted = nodes.count < min ? "at least \(min)" : "at most \(max ?? 0)"
          context.complain(
            .badCount, at: node.origin, "expected \(wanted) \(items ?? "items"), found \(nodes.count)",
            remedy: nodes.count < min ? "add \(min - nodes.count) or more" : "leave some out")
          return nil
        }
        return values.count == nodes.count ? values : nil
      })
  }

  /// A mapping from names that the user chooses to values of one shape, in the order of the document.
  static func map<Key, Element>(
    _ keys: Shape<Key>, to values: Shape<Element>, min: Int = 0
  ) -> Shape where Value == OrderedPairs<Key, Element> {
    let description = ShapeDescription.map(keys: keys.description, values: values.description, min: min)
    return Shape(
      description,
      write: { pairs in
        let written = pairs.compactMap { pair -> (String, JSONValue)? in
          guard case .string(let key)? = keys.write(pair.key), let value = values.write(pair.value) else {
            return nil
          }
          return (key, value)
        }
        return written.count == pairs.count ? .object(written) : nil
      },
      read: { node, context in
        guard let entries = node.entries else {
          context.expected(description, found: node)
          return nil
        }
        let pairs = entries.compactMap { entry -> (Key, Element)? in
          let key = keys.read(LocatedNode(.scalar(entry.key, .quoted), at: entry.keyOrigin), &context)
          let value = values.read(entry.value, &context)
          guard let key, let value else { return nil }
          return (key, value)
        }
        guard entries.count >= min else {
          context.complain(
            .badCount, at: node.origin, "expected at least \(min) entries, found \(entries.count)",
            remedy: "add \(min - entries.count) or more, each as 'name: value'")
          return nil
        }
        return pairs.count == entries.count ? OrderedPairs(pairs) : nil
      })
  }

  /// Shares that add up to the whole, `{ epyc: 60 %, xeon: 40 % }`, or one name for all of it.
  static func mix<Key>(of keys: Shape<Key>) -> Shape where Value == OrderedPairs<Key, Double> {
    let shares = Shape<OrderedPairs<Key, Double>>.map(keys, to: .fraction, min: 1).checked { pairs in
      try checkWhole(pairs.map(\.value))
    }
    let single = keys.mapped({ Value([($0, 1.0)]) }, back: { $0.count == 1 ? $0[0].key : nil })
    return .byKind(scalar: single, mapping: shares)
  }
}

/// Refuses shares that do not add up to the whole.
func checkWhole(_ shares: [Double]) throws {
  let sum = shares.reduce(0, +)
  guard abs(sum - 1) <= 1e-6 else {
    throw Complaint("the shares add up to \(percentage(sum))", hint: "make them add up to 100 %")
  }
}
