/// A variant as it is written.
struct VariantForm: Sendable {
  let name: Located<String>
  let overrides: [Override]

  init(_ pair: OrderedPairs<Located<String>, OrderedPairs<Located<String>, LocatedNode>>.Pair) {
    name = pair.key
    overrides = pair.value.map { override in
      Override(
        path: override.key.value, origin: override.key.origin ?? override.value.origin, value: override.value)
    }
  }

  /// A mistake that comes in with the variant, shown where the variant is written even if what no longer fits stands
  /// elsewhere.
  func blamed(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let start = name.origin, !lines(from: start).contains(diagnostic.origin.line) else {
      return diagnostic
    }
    return Diagnostic(
      diagnostic.severity, diagnostic.code, at: start,
      "in the variant \(quoted(name.value)), line \(diagnostic.origin.line): \(diagnostic.message)",
      remedy: diagnostic.remedy)
  }

  /// The lines that the variant takes up. What it only refers to (`*name`) stands above them.
  private func lines(from start: Origin) -> ClosedRange<Int> {
    let last = overrides.map { max($0.origin.line, $0.value.lastLine) }.max() ?? start.line
    return start.line...max(start.line, last)
  }
}

extension LocatedNode {
  /// The line in which the last of its values begins.
  fileprivate var lastLine: Int {
    switch content {
    case .scalar: origin.line
    case .sequence(let elements): elements.map(\.lastLine).reduce(origin.line, max)
    case .mapping(let entries):
      entries.map { max($0.keyOrigin.line, $0.value.lastLine) }.reduce(origin.line, max)
    }
  }
}
