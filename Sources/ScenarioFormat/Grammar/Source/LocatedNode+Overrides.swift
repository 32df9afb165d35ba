/// A value to be set at every place that a path matches.
struct Override: Sendable {
  let path: String
  /// Where the path is written: the place to point at if it matches nothing.
  let origin: Origin
  let value: LocatedNode

  /// The overrides of a variant: the keys of a mapping are paths.
  static func list(of variant: LocatedNode) -> [Override] {
    (variant.entries ?? []).map { Override(path: $0.key, origin: $0.keyOrigin, value: $0.value) }
  }
}

extension LocatedNode {
  /// The document with values replaced, one override after the other.
  ///
  /// The mappings that a path leads through are made where they are not there, unless a key that is there was probably
  /// meant; the grammar then says whether it knows the new ones. A value replaces what was there as a whole. A path that
  /// matches nothing is reported where it is written.
  func applying(_ overrides: [Override], into diagnostics: inout Diagnostics) -> LocatedNode {
    overrides.reduce(self) { document, override in
      let path: OverridePath
      do throws(PathError) {
        path = try OverridePath(parsing: override.path)
      } catch {
        diagnostics.add(.badPath, at: override.origin, error.message, remedy: error.remedy)
        return document
      }
      if let changed = document.setting(path.steps[...], to: override) { return changed }
      if let made = document.making(path.steps[...], to: override) { return made }
      let miss = document.miss(of: path)
      diagnostics.add(
        .overrideMisses, at: override.origin, "nothing matches \(quoted(override.path))\(miss.message)",
        remedy: miss.remedy)
      return document
    }
  }

  /// The node with the value set wherever the steps lead; nil if they lead nowhere.
  private func setting(_ steps: ArraySlice<OverridePath.Step>, to override: Override) -> LocatedNode? {
    guard let step = steps.first else { return override.value }
    let rest = steps.dropFirst()
    switch content {
    case .scalar: return nil
    case .mapping(let entries): return setting(step, rest, in: entries, to: override)
    case .sequence(let elements):
      let targets = matches(of: step, among: elements)
      var changed = false
      let replaced = elements.enumerated().map { index, element in
        guard let way = targets[index], let new = element.setting(way, rest, to: override) else {
          return element
        }
        changed = true
        return new
      }
      return changed ? LocatedNode(.sequence(replaced), at: origin) : nil
    }
  }

  private func setting(
    _ step: OverridePath.Step, _ rest: ArraySlice<OverridePath.Step>, in entries: [Entry],
    to override: Override
  ) -> LocatedNode? {
    var changed = false
    var replaced = entries.map { entry in
      guard step == .every || step == .key(entry.key), let new = entry.value.setting(rest, to: override)
      else {
        return entry
      }
      changed = true
      return Entry(key: entry.key, keyOrigin: entry.keyOrigin, value: new)
    }
    if case .key(let key) = step, rest.isEmpty, !changed {
      replaced.append(Entry(key: key, keyOrigin: override.origin, value: override.value))
      changed = true
    }
    return changed ? LocatedNode(.mapping(replaced), at: origin) : nil
  }

  /// The node with the mappings that lead to the value; nil where the steps lead through what is there and is none, or past
  /// a key that was probably meant.
  private func making(_ steps: ArraySlice<OverridePath.Step>, to override: Override) -> LocatedNode? {
    guard let step = steps.first else { return override.value }
    guard case .key(let key) = step, case .mapping(var entries) = content else { return nil }
    if let index = entries.firstIndex(where: { $0.key == key }) {
      let entry = entries[index]
      guard let new = entry.value.making(steps.dropFirst(), to: override) else { return nil }
      entries[index] = Entry(key: key, keyOrigin: entry.keyOrigin, value: new)
    } else {
      guard nearest(to: key, among: entries.map(\.key)) == nil,
        let new = LocatedNode(.mapping([]), at: override.origin).making(steps.dropFirst(), to: override)
      else { return nil }
      entries.append(Entry(key: key, keyOrigin: override.origin, value: new))
    }
    return LocatedNode(.mapping(entries), at: origin)
  }

  // MARK: - List items

  /// How a step reaches a list item.
  private enum Way {
    /// The item itself: by `*`, by index or by its `name`.
    case item
    /// What its tag holds: the step named the tag.
    case tag
  }

  /// The items that a step means, by index. A `name` is looked for first, then a tag.
  private func matches(of step: OverridePath.Step, among elements: [LocatedNode]) -> [Int: Way] {
    switch step {
    case .every: return Dictionary(uniqueKeysWithValues: elements.indices.map { ($0, Way.item) })
    case .index(let index): return elements.indices.contains(index) ? [index: .item] : [:]
    case .key(let name):
      let named = elements.indices.filter { elements[$0].itemName == name }
      if !named.isEmpty { return Dictionary(uniqueKeysWithValues: named.map { ($0, Way.item) }) }
      let tagged = elements.indices.filter {
        elements[$0].tag?.key == name || elements[$0].scalarText == name
      }
      return Dictionary(uniqueKeysWithValues: tagged.map { ($0, Way.tag) })
    }
  }

  /// Goes on inside a list item: through its tag, if it has one that the next step does not name.
  private func setting(
    _ way: Way, _ rest: ArraySlice<OverridePath.Step>, to override: Override
  ) -> LocatedNode? {
    switch way {
    case .tag:
      if let tag { return tag.value.setting(rest, to: override).map { wrapped($0, in: tag) } }
      // A name alone gets details: `- live` and `chain.live.retry` make `- live: { retry: … }`.
      guard let name = scalarText else { return nil }
      let details =
        rest.isEmpty ? override.value : LocatedNode(.mapping([]), at: origin).setting(rest, to: override)
      return details.map { wrapped($0, in: Entry(key: name, keyOrigin: origin, value: $0)) }
    case .item:
      guard let next = rest.first, let tag, next != .key(tag.key) else { return setting(rest, to: override) }
      return tag.value.setting(rest, to: override).map { wrapped($0, in: tag) }
    }
  }

  private func wrapped(_ value: LocatedNode, in tag: Entry) -> LocatedNode {
    LocatedNode(.mapping([Entry(key: tag.key, keyOrigin: tag.keyOrigin, value: value)]), at: origin)
  }

  /// The only key of a list item whose value is a mapping: `resize` of `- resize: { ... }`.
  private var tag: Entry? {
    guard let entries, entries.count == 1, entries[0].value.entries != nil else { return nil }
    return entries[0]
  }

  private var scalarText: String? {
    if case .scalar(let text, _) = content, !isNull { text } else { nil }
  }

  private var itemName: String? { (self["name"] ?? tag?.value["name"])?.scalarText }

  // MARK: - What a path finds

  /// What stands where the path leads.
  func found(by path: OverridePath) -> [LocatedNode] {
    path.steps.reduce([self]) { reached, step in reached.flatMap { $0.children(step) } }
  }

  /// How far a path leads, and what there is instead of its next step.
  func miss(of path: OverridePath) -> (message: String, remedy: String) {
    var reached = [self]
    for (count, step) in path.steps.enumerated() {
      let next = reached.flatMap { $0.children(step) }
      guard next.isEmpty else {
        reached = next
        continue
      }
      let place = count == 0 ? "the document" : quoted(OverridePath(Array(path.steps[..<count])).description)
      var names: [String] = []
      for name in reached.flatMap(\.childNames) where !names.contains(name) { names.append(name) }
      if names.isEmpty {
        let found = reached.first?.words ?? "nothing"
        return (": \(place) is \(found)", "end the path at \(place), or before it")
      }
      if case .key(let key) = step, let near = nearest(to: key, among: names) {
        return (": \(place) has no \(quoted(key))", "did you mean \(quoted(near))?")
      }
      guard case .key(let key) = step, reached.contains(where: { $0.entries != nil }) else {
        return ("", "\(place) has \(listed(names))")
      }
      let whole = OverridePath(Array(path.steps[...count])).description
      return (
        ": \(place) has no \(quoted(key))",
        "\(place) has \(listed(names)); what is not there is set as a whole, as \(quoted(whole + ": { … }"))"
      )
    }
    return ("", "the path ends at a value that has no keys")
  }

  private func children(_ step: OverridePath.Step) -> [LocatedNode] {
    switch content {
    case .scalar: []
    case .mapping(let entries): entries.filter { step == .every || step == .key($0.key) }.map(\.value)
    case .sequence(let elements):
      matches(of: step, among: elements).sorted { $0.key < $1.key }.flatMap { index, way in
        let element = elements[index]
        let details = element.tag.map { [$0.value] } ?? []
        return way == .item ? [element] + details : details
      }
    }
  }

  private var childNames: [String] {
    switch content {
    case .scalar: []
    case .mapping(let entries): entries.map(\.key)
    case .sequence(let elements):
      elements.enumerated().map { index, element in
        element.itemName ?? element.tag?.key ?? element.scalarText ?? "[\(index)]"
      }
    }
  }
}
