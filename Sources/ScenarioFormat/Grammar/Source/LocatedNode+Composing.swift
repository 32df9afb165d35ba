internal import Yams

extension LocatedNode {
  /// Reads one YAML document into nodes, with every complaint that can be made about the text.
  ///
  /// No text whatever makes this trap, loop or exhaust memory: `TextGuards` keeps from the parser what it cannot
  /// bear, and `limits` bound the rest. Where only some keys are bad (twice there, or not text) they are left out
  /// and the rest is returned, so that the grammar can go on to complain about the rest.
  ///
  /// - Parameter start: what to begin from, for who gives an empty text.
  static func compose(
    _ source: SourceText, limits: ReadingLimits = ReadingLimits(), into diagnostics: inout Diagnostics,
    start: String = "start from one of the scenarios"
  ) -> LocatedNode? {
    guard source.text.utf8.count <= limits.bytes else {
      diagnostics.add(
        .tooLarge, at: source.start, "the text is larger than \(limits.bytes >> 20) MiB",
        remedy: "a scenario is a few kilobytes; is this the right one?")
      return nil
    }
    guard TextGuards.pass(source, into: &diagnostics) else { return nil }
    guard let parsed = parse(source, into: &diagnostics, start) else { return nil }
    var conversion = Conversion(source, limits, skipped: parsed.skipped)
    let node = conversion.node(parsed.root, depth: 0)
    diagnostics.add(contentsOf: conversion.diagnostics)
    guard let node, !conversion.hasStopped else { return nil }
    guard case .scalar("", .plain) = node.content else { return node }
    diagnostics.add(.empty, at: node.origin, "the document is empty", remedy: start)
    return nil
  }

  /// The parser's tree, and the keys to leave out because they occurred before in their mapping.
  ///
  /// The parser gives up at the first duplicate key. So each one is reported, masked by as many other characters,
  /// and the text is parsed again.
  private static func parse(
    _ source: SourceText, into diagnostics: inout Diagnostics, _ start: String
  ) -> (root: Yams.Node, skipped: Set<Origin>)? {
    var duplicates = DuplicateKeys(source)
    while true {
      do {
        let parser = try Yams.Parser(yaml: duplicates.maskedText, encoding: .utf8)
        if let root = try parser.singleRoot() { return (root, duplicates.masked) }
        diagnostics.add(.empty, at: source.start, "the document is empty", remedy: start)
        return nil
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let first = Origin(
          file: source.file, line: max(1, context.mark.line), column: max(1, context.mark.column))
        guard duplicates.mask(keys.first ?? "", after: first, into: &diagnostics) else { return nil }
      } catch let error as YamlError {
        diagnostics.add(SyntaxComplaint(error, in: source).diagnostic)
        return nil
      } catch {
        diagnostics.add(
          .syntax, at: source.start, "the text is not YAML: \(printable("\(error)"))",
          remedy: "compare it with one of the shipped scenarios")
        return nil
      }
    }
  }
}

extension SourceText {
  /// Where the text begins.
  var start: Origin { Origin(file: file, line: 1, column: 1) }
}

/// Turns the parser's tree into nodes, counting as it goes: an alias counts each time it is written out.
private struct Conversion {
  let source: SourceText
  let limits: ReadingLimits
  let skipped: Set<Origin>
  var diagnostics = Diagnostics()
  private(set) var hasStopped = false
  private var count = 0
  private var starts = VerbatimStarts()

  private var file: String { source.file }

  init(_ source: SourceText, _ limits: ReadingLimits, skipped: Set<Origin>) {
    self.source = source
    self.limits = limits
    self.skipped = skipped
  }

  mutating func node(_ yaml: Yams.Node, depth: Int) -> LocatedNode? {
    let origin = origin(of: yaml)
    guard !hasStopped else { return nil }
    count += 1
    guard count <= limits.nodes else {
      hasStopped = true
      diagnostics.add(
        .tooManyValues, at: Origin(file: file, line: 1, column: 1),
        "the document holds more than \(limits.nodes) values once its aliases are written out",
        remedy: "describe groups with a count instead of listing every member, and use fewer aliases")
      return nil
    }
    switch yaml {
    case .scalar(let scalar): return scalarNode(scalar, at: origin)
    case .sequence(let sequence):
      guard mayNest(depth, at: origin) else { return nil }
      refuseTag(sequence.tag, at: origin)
      return LocatedNode(.sequence(sequence.compactMap { node($0, depth: depth + 1) }), at: origin)
    case .mapping(let mapping):
      guard mayNest(depth, at: origin) else { return nil }
      refuseTag(mapping.tag, at: origin)
      let entries = mapping.compactMap { entry($0.key, $0.value, depth: depth) }
      return LocatedNode(.mapping(entries), at: origin, lacksKeys: entries.count < mapping.count)
    case .alias: return nil  // The parser puts the node itself in place of each alias.
    }
  }

  /// Whether a list or mapping may begin inside this many others.
  private mutating func mayNest(_ depth: Int, at origin: Origin) -> Bool {
    if depth < limits.depth { return true }
    hasStopped = true
    diagnostics.complainTooDeep(at: origin, limit: limits.depth)
    return false
  }

  private mutating func scalarNode(_ scalar: Yams.Node.Scalar, at origin: Origin) -> LocatedNode {
    refuseTag(scalar.tag, at: origin)
    let isPlain =
      (scalar.style == .plain || scalar.style == .any) && scalar.tag.rawValue != "tag:yaml.org,2002:str"
    return LocatedNode(
      .scalar(scalar.string, isPlain ? .plain : .quoted), at: origin,
      verbatimStart: starts.start(of: scalar, at: origin, in: source))
  }

  private mutating func entry(_ key: Yams.Node, _ value: Yams.Node, depth: Int) -> LocatedNode.Entry? {
    let keyOrigin = origin(of: key)
    guard !skipped.contains(keyOrigin) else { return nil }
    guard case .scalar(let scalar) = key else {
      diagnostics.add(
        .unusedFeature, at: keyOrigin, "a key cannot be a list or a mapping", remedy: "use text as the key")
      return nil
    }
    let isPlain = scalar.style == .plain || scalar.style == .any
    if isPlain, scalar.string == "<<" {
      diagnostics.add(
        .unusedFeature, at: keyOrigin, "merge keys ('<<') are not used in scenarios",
        remedy: "write the keys out, or give the variants overrides")
      return nil
    }
    guard case .text = ScalarMeaning(scalar.string, isPlain ? .plain : .quoted) else {
      diagnostics.add(
        .keyNotText, at: keyOrigin, "the key \(quoted(scalar.string)) is not text",
        remedy: scalar.string.isEmpty
          ? "write a name before the ':'" : "put it in quotes: \"\(printable(scalar.string))\"")
      return nil
    }
    guard let value = node(value, depth: depth + 1) else { return nil }
    return LocatedNode.Entry(key: scalar.string, keyOrigin: keyOrigin, value: value)
  }

  private mutating func refuseTag(_ tag: Yams.Tag, at origin: Origin) {
    let name = tag.rawValue
    guard !name.isEmpty, name != "!", !name.hasPrefix("tag:yaml.org,2002:") else { return }
    diagnostics.add(
      .unusedFeature, at: origin, "tags such as \(quoted(name)) are not used in scenarios",
      remedy: "leave the tag out")
  }

  private func origin(of yaml: Yams.Node) -> Origin {
    Origin(file: file, line: yaml.mark?.line ?? 1, column: yaml.mark?.column ?? 1)
  }
}

extension Diagnostics {
  mutating func complainTooDeep(at origin: Origin, limit: Int) {
    add(
      .tooDeep, at: origin, "lists and mappings are nested more than \(limit) levels deep",
      remedy: "no scenario needs this; is a bracket left open?")
  }
}
