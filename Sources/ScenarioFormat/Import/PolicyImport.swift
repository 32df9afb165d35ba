/// Another system's configuration, turned into a part of a scenario.
public struct PolicyImport: Sendable {
  /// The systems whose configuration can be read.
  public enum System: String, CaseIterable, Sendable {
    case kubevirt, nova, ovirt
  }

  /// YAML: limits and strategies, each line with the setting it came from, and what could not be expressed; `nil` if
  /// anything was wrong.
  public private(set) var fragment: String?
  private var diagnostics = Diagnostics()
  private var sources: [SourceText] = []

  /// - Parameters:
  ///   - path: A file; `-` is standard input.
  ///   - policy: Which of several policies in an oVirt file, by its name.
  public init(_ system: System, path: String, policy: String? = nil) {
    guard let source = SourceText.read(path: path, into: &diagnostics) else { return }
    read(system, source, policy)
  }

  /// Reads a text that came from elsewhere.
  public init(_ system: System, text: String, name: String, policy: String? = nil) {
    read(system, SourceText(text, file: name), policy)
  }

  private mutating func read(_ system: System, _ source: SourceText, _ policy: String?) {
    sources = [source]
    let found: PolicyFragment?
    switch system {
    case .nova: found = NovaImport.read(source, into: &diagnostics)
    case .kubevirt, .ovirt:
      // JSON is YAML, all but an escape or two that nobody uses here.
      guard let document = LocatedNode.compose(source, into: &diagnostics) else { return }
      found =
        system == .kubevirt
        ? KubeVirtImport.read(document, into: &diagnostics)
        : OVirtImport.read(document, policy: policy, into: &diagnostics)
    }
    fragment = diagnostics.hasErrors ? nil : found?.text
  }

  public var hasErrors: Bool { diagnostics.hasErrors }
  public var hasProblems: Bool { !diagnostics.isEmpty }
  /// The file could not be opened at all.
  public var isMissing: Bool { diagnostics.sorted.contains { $0.code == .unreadable } }
  /// For a person: each with its line and a remedy.
  public var problems: String { diagnostics.text(sources: sources) }
}
