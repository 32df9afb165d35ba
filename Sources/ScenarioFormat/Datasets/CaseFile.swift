public import FleetExperiments

/// A file of published cases, read and checked as a whole.
public struct CaseFile: CheckedFile, Sendable {
  public private(set) var cases: [PublishedCase] = []
  public private(set) var findings: FileFindings

  public init(path: String) {
    findings = FileFindings(path: path)
    read()
  }

  public init(text: String, name: String) {
    findings = FileFindings(text: text, name: name)
    read()
  }

  private mutating func read() {
    guard let source = findings.source else { return }
    var found = Diagnostics()
    let document = LocatedNode.compose(
      source, into: &found, start: "see Scenarios/validation/cases.yaml for the form")
    // Population tables have numbers for keys (`cores: {1: 229}`). Nothing here reads them, so they do no harm.
    findings.diagnostics.add(contentsOf: found, where: { $0.code != .keyNotText })
    guard let document, !hasErrors else { return }
    guard let list = document["cases"]?.elements else {
      findings.diagnostics.add(
        .missingKey, at: document.origin, "the file has no list of 'cases'",
        remedy: "see Scenarios/validation/cases.yaml for the form")
      return
    }
    if list.isEmpty {
      findings.diagnostics.add(
        .empty, at: document.origin, "the list of cases is empty", remedy: "add a case")
    }
    var seen: Set<String> = []
    let read = list.compactMap { publishedCase($0, &seen) }
    cases = hasErrors ? [] : read
  }

  private mutating func publishedCase(_ node: LocatedNode, _ seen: inout Set<String>) -> PublishedCase? {
    guard node.entries != nil else {
      findings.diagnostics.add(
        .wrongType, at: node.origin, "a case is a mapping, found \(node.words)",
        remedy: "write '- id: …' with its inputs and outputs below")
      return nil
    }
    guard let id = text("id", of: node), let group = text("group", of: node) else { return nil }
    if !seen.insert(id).inserted {
      findings.diagnostics.add(
        .duplicateKey, at: node.origin, "the case \(quoted(id)) is there twice", remedy: "keep one of them")
    }
    guard let letter = text("quality", of: node) else { return nil }
    guard let quality = PublishedCase.Quality(rawValue: letter) else {
      findings.diagnostics.add(
        .unknownName, at: node["quality"]?.origin ?? node.origin, "no quality is called \(quoted(letter))",
        remedy: "the qualities: A (all inputs given), B (some assumed), C (aggregates only)")
      return nil
    }
    for key in ["inputs", "outputs", "held_out_sets"] { if let part = node[key] { checkSizes(of: part) } }
    return PublishedCase(
      id: id, group: group, source: node["source"].flatMap(Self.words) ?? "", quality: quality,
      line: node.origin.line, inputs: value("inputs", of: node), outputs: value("outputs", of: node),
      heldOut: value("held_out_sets", of: node))
  }

  private mutating func text(_ key: String, of node: LocatedNode) -> String? {
    if let found = node[key].flatMap(Self.words) { return found }
    findings.diagnostics.add(
      .missingKey, at: node[key]?.origin ?? node.origin, "the case has no text under \(quoted(key))",
      remedy: "add '\(key): …'")
    return nil
  }

  /// No figure of a migration is so large, in whatever unit: bytes of a thousand petabytes.
  private static let mostFigure = 1e18

  private mutating func checkSizes(of node: LocatedNode) {
    switch node.content {
    case .sequence(let elements): for element in elements { checkSizes(of: element) }
    case .mapping(let entries): for entry in entries { checkSizes(of: entry.value) }
    case .scalar(let text, _):
      guard case .number(let figure) = CaseFile.value(node), abs(figure) > CaseFile.mostFigure else { return }
      findings.diagnostics.add(
        .outOfRange, at: node.origin, "\(text) is larger than any figure of a migration",
        remedy: "a number up to \(shortest(CaseFile.mostFigure)); is the unit of the key right?")
    }
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
}
