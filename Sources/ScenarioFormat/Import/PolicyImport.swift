/// Another system's configuration, turned into a part of a scenario.
public struct PolicyImport: CheckedFile, Sendable {
  /// The systems whose configuration can be read.
  public enum System: String, CaseIterable, Sendable {
    case kubevirt, nova, ovirt
  }

  /// YAML: limits and strategies, each line with the setting it came from, and what could not be expressed; `nil` if
  /// anything was wrong.
  public private(set) var fragment: String?
  public private(set) var findings: FileFindings

  /// - Parameters:
  ///   - system: Whose settings they are.
  ///   - path: A file; `-` is standard input.
  ///   - policy: Which of several policies in an oVirt file, by its name.
  public init(_ system: System, path: String, policy: String? = nil) {
    findings = FileFindings(path: path)
    read(system, policy)
  }

  /// Reads a text that came from elsewhere.
  public init(_ system: System, text: String, name: String, policy: String? = nil) {
    findings = FileFindings(text: text, name: name)
    read(system, policy)
  }

  private mutating func read(_ system: System, _ policy: String?) {
    let found: PolicyFragment?
    switch system {
    case .nova: found = findings.source.flatMap { NovaImport.read($0, into: &findings.diagnostics) }
    case .kubevirt, .ovirt:
      // JSON is YAML, all but an escape or two that nobody uses here.
      let start =
        system == .kubevirt
        ? "give it an object as `kubectl get -o yaml` prints it"
        : "give it the engine's migration policies as JSON"
      guard let document = findings.document(start: start) else { return }
      found =
        system == .kubevirt
        ? KubeVirtImport.read(document, into: &findings.diagnostics)
        : OVirtImport.read(document, policy: policy, into: &findings.diagnostics)
    }
    fragment = hasErrors ? nil : found?.text
  }
}
