public import FleetExperiments

/// A file of published cases, read and checked as a whole.
public struct CaseFile: Sendable {
  public private(set) var cases: [PublishedCase] = []
  private(set) var diagnostics = Diagnostics()
  private let source: SourceText?

  public init(path: String) {
    var found = Diagnostics()
    source = SourceText.read(path: path, into: &found)
    diagnostics = found
    read()
  }

  public init(text: String, name: String) {
    source = SourceText(text, file: name)
    read()
  }

  private mutating func read() {
    guard let source else { return }
    var found = Diagnostics()
    let document = LocatedNode.compose(source, into: &found)
    // Population tables have numbers for keys (`cores: {1: 229}`). Nothing here reads them, so they do no harm.
    diagnostics.add(contentsOf: found, where: { $0.code != .keyNotText })
    guard let document, !diagnostics.hasErrors else { return }
    guard let list = document["cases"]?.elements else {
      diagnostics.add(
        .missingKey, at: document.origin, "the file has no list of 'cases'",
        remedy: "see Scenarios/validation/cases.yaml for the form")
      return
    }
    if list.isEmpty {
      diagnostics.add(.empty, at: document.origin, "the list of cases is empty", remedy: "add a case")
    }
    var seen: Set<String> = []
    let read = list.compactMap { publishedCase($0, &seen) }
    cases = diagnostics.hasErrors ? [] : read
  }

  private mutating func publishedCase(_ node: LocatedNode, _ seen: inout Set<String>) -> PublishedCase? {
    guard node.entries != nil else {
      diagnostics.add(
        .wrongType, at: node.origin, "a case is a mapping, found \(node.words)",
        remedy: "write '- id: …' with its inputs and outputs below")
      return nil
    }
    guard let id = text("id", of: node), let group = text("group", of: node) else { return nil }
    if !seen.insert(id).inserted {
      diagnostics.add(
        .duplicateKey, at: node.origin, "the case \(quoted(id)) is there twice", remedy: "keep one of them")
    }
    guard let letter = text("quality", of: node) else { return nil }
    guard let quality = PublishedCase.Quality(rawValue: letter) else {
      diagnostics.add(
        .unknownName, at: node["quality"]?.origin ?? node.origin, "no quality is called \(quoted(letter))",
        remedy: "the qualities: A (all inputs given), B (some assumed), C (aggregates only)")
      return nil
    }
    return PublishedCase(
      id: id, group: group, source: node["source"].flatMap(Self.words) ?? "", quality: quality,
      line: node.origin.line, inputs: value("inputs", of: node), outputs: value("outputs", of: node),
      heldOut: value("held_out_sets", of: node))
  }

  private mutating func text(_ key: String, of node: LocatedNode) -> String? {
    if let found = node[key].flatMap(Self.words) { return found }
    diagnostics.add(
      .missingKey, at: node[key]?.origin ?? node.origin, "the case has no text under \(quoted(key))",
      remedy: "add '\(key): …'")
    return nil
  }

  private static func words(_ node: LocatedNode) -> String? {
    guard case .text(let text) = node.meaning else { return nil }
    return text
  }

  private func value(_ key: String, of node: LocatedNode) -> CaseValue {
    node[key].map(Self.value) ?? .empty
  }

  private static func value(_ node: LocatedNode) -> CaseValue {
    switch node.content {
    case .sequence(let elements): return .list(elements.map(value))
    case .mapping(let entries):
      return .mapping(entries.map { .init(key: $0.key, value: value($0.value)) })
    case .scalar(let text, _):
      switch node.meaning {
      case .number(let number): return .number(number)
      case .integer(let digits): return Double(digits).map { .number($0) } ?? .text(digits)
      case .boolean(let flag): return .flag(flag)
      case .text, .null, .notFinite, nil: return .text(text)
      }
    }
  }

  public var hasErrors: Bool { diagnostics.hasErrors }
  /// The file could not be opened at all.
  public var isMissing: Bool { diagnostics.sorted.contains { $0.code == .unreadable } }
  /// For a person: each with its line and a remedy.
  public var problems: String { diagnostics.text(sources: source.map { [$0] } ?? []) }
}
