internal import Quantities

/// A scenario as it is written, in which single figures can be looked up and replaced, and nothing else is touched.
public struct ScenarioText: Sendable {
  private let source: SourceText
  /// The scenario as it stands.
  private let base: LocatedNode
  /// The version in question, as the file has it.
  private let written: LocatedNode
  /// With what the command line puts in its place.
  private let document: LocatedNode

  /// - Parameters:
  ///   - text: the scenario.
  ///   - name: what messages call it.
  ///   - variant: of which version; `nil`, of the scenario as it stands.
  ///   - settings: values in place of the scenario's; a variant has the last word.
  /// - Returns: `nil` of a text that is no scenario: ``ScenarioFile`` says what is wrong with it.
  public init?(_ text: String, name: String, variant: String?, settings: [ScenarioFile.Setting]) {
    source = SourceText(text, file: name)
    var diagnostics = Diagnostics()
    guard let base = LocatedNode.compose(source, into: &diagnostics) else { return nil }
    var overrides: [Override] = []
    if let variant {
      guard let its = base["variants"]?[variant] else { return nil }
      overrides = Override.list(of: its)
    }
    guard let set = ScenarioText.changed(base, settings) else { return nil }
    self.base = base
    written = base.applying(overrides, into: &diagnostics)
    document = set.applying(overrides, into: &diagnostics)
  }

  private static func changed(_ document: LocatedNode, _ settings: [ScenarioFile.Setting]) -> LocatedNode? {
    var diagnostics = Diagnostics()
    let overrides = settings.compactMap { setting in
      LocatedNode.compose(SourceText(setting.text, file: setting.key), into: &diagnostics).map {
        Override(path: setting.key, origin: $0.origin, value: $0)
      }
    }
    let changed = document.applying(overrides, into: &diagnostics)
    return diagnostics.hasErrors ? nil : changed
  }

  // MARK: - Looking up

  /// The figure that stands at a path; of several the first.
  public func figure(at path: String) throws(ScenarioTextError) -> String {
    let nodes = try ScenarioText.nodes(at: path, in: document)
    for node in nodes {
      if case .scalar(let text, _) = node.content { return text }
    }
    let inside = nodes.first?.entries?.first.map { "\(path).\($0.key)" }
    throw ScenarioTextError(
      "'\(path)' is \(nodes.first?.words ?? "nothing"), not a figure",
      remedy: inside.map { "name the figure in it, as in \($0)" } ?? "name a figure")
  }

  /// The whole of shares that a figure is a part of: the names of the others, where all are percentages that add up to
  /// 100; empty for any other figure.
  public func othersOfWhole(at path: String) throws(ScenarioTextError) -> [String] {
    let (parent, last) = try ScenarioText.parted(path)
    guard let last, let whole = document.found(by: parent).first(where: { $0[last] != nil }),
      let shares = whole.shares, abs(shares.map(\.share).reduce(0, +) - 100) < 1e-4
    else { return [] }
    return shares.map(\.name).filter { $0 != last }
  }

  /// What is left of 100 % for the share at a path by the others beside it.
  ///
  /// - Parameters:
  ///   - path: as variants write it.
  ///   - settings: what changes beforehand.
  public func rest(at path: String, after settings: [ScenarioFile.Setting]) throws(ScenarioTextError)
    -> String
  {
    let (parent, last) = try ScenarioText.parted(path)
    guard let last, let document = ScenarioText.changed(document, settings) else {
      throw ScenarioTextError(
        "'\(path)' names no share", remedy: "name one, as in fleet.vms.*.flavor.linode-2gb")
    }
    let wholes = document.found(by: parent).filter { $0[last] != nil }
    var rests: Set<Int> = []
    for whole in wholes {
      guard let shares = whole.shares else { continue }
      let others = shares.filter { $0.name != last }.map(\.share).reduce(0, +)
      // Whole units of the seventh decimal place, so that shares add up to 100 to the last digit.
      guard let rest = Int(nearest: (100 - others) * 1e7) else {
        throw ScenarioTextError(
          "nothing is left for '\(path)': the other shares come to \(shortest(others)) %",
          remedy: "shares between 0 and 100 %")
      }
      rests.insert(rest)
    }
    guard let rest = rests.first, rests.count == 1, wholes.allSatisfy({ $0.shares != nil }) else {
      throw ScenarioTextError(
        wholes.isEmpty ? "there is no share '\(path)'" : "'\(path)' is not one and the same share everywhere",
        remedy: "name a share of those that are fitted")
    }
    guard rest >= 0 else {
      throw ScenarioTextError(
        "nothing is left for '\(path)': the other shares come to \(shortest(100 - Double(rest) / 1e7)) %",
        remedy: "a lower upper end of the free shares, or a larger share to take from")
    }
    return "\(shortest(Double(rest) / 1e7)) %"
  }

  // MARK: - Replacing

  /// The text with other figures in the places of some, comments and all else as they were.
  ///
  /// - Parameters:
  ///   - found: figures of the version in question; they win.
  ///   - settings: figures of the scenario as it stands, whatever the variant says.
  public func replacing(
    _ found: [ScenarioFile.Setting], after settings: [ScenarioFile.Setting] = []
  ) throws(ScenarioTextError) -> String {
    var edits: [Range<String.Index>: String] = [:]
    for setting in settings { try replace(setting, in: base, &edits) }
    for setting in found { try replace(setting, in: written, &edits) }
    var (text, cursor) = ("", source.text.startIndex)
    for (range, new) in edits.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
      text += source.text[cursor..<range.lowerBound] + new
      cursor = range.upperBound
    }
    return text + source.text[cursor...]
  }

  private func replace(
    _ setting: ScenarioFile.Setting, in document: LocatedNode, _ edits: inout [Range<String.Index>: String]
  ) throws(ScenarioTextError) {
    let nodes = try ScenarioText.nodes(at: setting.key, in: document)
    for node in nodes { edits[try place(of: node, setting.key)] = setting.text }
    guard document.count(at: Set(nodes.compactMap(\.verbatimStart))) == nodes.count else {
      throw ScenarioTextError(
        "what stands at '\(setting.key)' is used elsewhere as well, by an alias",
        remedy: "free it in all places (with * in the path), or write the others out")
    }
  }

  private func place(of node: LocatedNode, _ path: String) throws(ScenarioTextError) -> Range<String.Index> {
    guard case .scalar(let text, _) = node.content, let start = node.verbatimStart, start.file == source.file,
      let line = source.line(start.line)
    else {
      throw ScenarioTextError(
        "what stands at '\(path)' cannot be replaced in the text",
        remedy: "write it there as a plain figure, on one line")
    }
    let scalars = line.unicodeScalars
    let from = scalars.index(scalars.startIndex, offsetBy: start.column - 1)
    return from..<scalars.index(from, offsetBy: text.unicodeScalars.count)
  }

  // MARK: - Paths

  private static func nodes(at path: String, in document: LocatedNode) throws(ScenarioTextError)
    -> [LocatedNode]
  {
    let steps = try parsed(path)
    let nodes = document.found(by: steps)
    guard nodes.isEmpty else { return nodes }
    let miss = document.miss(of: steps)
    throw ScenarioTextError("nothing in the scenario is at '\(path)'\(miss.message)", remedy: miss.remedy)
  }

  private static func parsed(_ path: String) throws(ScenarioTextError) -> OverridePath {
    do throws(PathError) { return try OverridePath(parsing: path) } catch {
      throw ScenarioTextError("'\(path)' is no path: \(error.message)", remedy: error.remedy ?? "")
    }
  }

  /// The path without its last step, and the key that this is.
  private static func parted(_ path: String) throws(ScenarioTextError) -> (OverridePath, String?) {
    let steps = try parsed(path).steps
    guard case .key(let last)? = steps.last else { return (OverridePath(steps), nil) }
    return (OverridePath(Array(steps.dropLast())), last)
  }
}

/// Why a figure of a scenario cannot be looked up or replaced, for the person who asked.
public struct ScenarioTextError: Error, Hashable, Sendable {
  public let message: String
  public let remedy: String

  init(_ message: String, remedy: String) { (self.message, self.remedy) = (message, remedy) }
}

extension LocatedNode {
  /// Its values, if all of them are percentages.
  fileprivate var shares: [(name: String, share: Double)]? {
    guard let entries, entries.count > 1 else { return nil }
    var shares: [(String, Double)] = []
    for entry in entries {
      guard case .scalar(let text, _) = entry.value.content, text.hasSuffix("%"),
        let share = Double(text.dropLast().filter { $0 != " " })
      else { return nil }
      shares.append((entry.key, share))
    }
    return shares
  }

  /// How many values are written at some places, those of other variants left out.
  fileprivate func count(at places: Set<Origin>, depth: Int = 0) -> Int {
    switch content {
    case .scalar: verbatimStart.map { places.contains($0) ? 1 : 0 } ?? 0
    case .sequence(let elements): elements.reduce(0) { $0 + $1.count(at: places, depth: depth + 1) }
    case .mapping(let entries):
      entries.filter { depth > 0 || $0.key != "variants" }
        .reduce(0) { $0 + $1.value.count(at: places, depth: depth + 1) }
    }
  }
}
