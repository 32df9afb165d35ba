public import FleetExperiments

/// A policy file of `check`: what is tolerated, and what must hold.
///
///     tolerance: 1 %
///     tolerances: { downtime-p99: 5 %, bytes-per-move: 10 % }
///     expect:
///       - by class: p95(downtime) < 30 s
///       - failed / moves < 1 %
public struct GateFile: Sendable {
  /// As a part of what it was; `nil` where the file does not say.
  public private(set) var tolerance: Double?
  public private(set) var tolerances: [PairedMetric: Double] = [:]
  public private(set) var expectations: [Expectation] = []
  private var diagnostics = Diagnostics()
  private var sources: [SourceText] = []

  public init(path: String) {
    guard let source = SourceText.read(path: path, into: &diagnostics) else { return }
    read(source)
  }

  public init(text: String, name: String) { read(SourceText(text, file: name)) }

  private mutating func read(_ source: SourceText) {
    sources = [source]
    guard
      let document = LocatedNode.compose(
        source, into: &diagnostics, start: "write what is tolerated, such as 'tolerance: 1 %'")
    else { return }
    var context = ReadingContext()
    let form = GateTable.gate.read(document, &context)
    diagnostics.add(contentsOf: context.diagnostics)
    guard let form, !diagnostics.hasErrors else { return }
    tolerance = form.tolerance
    for pair in form.tolerances { tolerances[pair.key] = pair.value }
    expectations = form.expectations.map(\.expectation)
  }

  public var hasErrors: Bool { diagnostics.hasErrors }
  public var isMissing: Bool { diagnostics.sorted.contains { $0.code == .unreadable } }
  /// For a person: each with its line and a remedy.
  public var problems: String { diagnostics.isEmpty ? "" : diagnostics.text(sources: sources) }
}
