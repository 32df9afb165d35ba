public import FleetExperiments

/// A check for people, for pull requests and for programs.
public enum CheckReport {
  public static func text(_ check: Check, style: TerminalStyle = .plain) -> String {
    CheckDocument(check).document.text(style)
  }

  /// For a comment on a pull request: only what differs.
  public static func markdown(_ checks: [Check]) -> String {
    checks.map { CheckDocument($0).document.markdown() }.joined(separator: "\n")
  }

  /// One check is an object, several are an array of them.
  public static func json(_ checks: [Check]) throws -> String {
    guard checks.count == 1, let only = checks.first else { return try JSONReport.encode(checks) }
    return try JSONReport.encode(only)
  }

  /// Annotations for GitHub: one a scenario that is worse or breaks expectations. (A step shows ten at the most.)
  public static func annotations(_ checks: [Check]) -> String {
    checks.filter { [.worse, .broken].contains($0.outcome) }.map { check in
      let worse = check.findings.filter { $0.verdict == .worse }.prefix(5).map { finding in
        "\(finding.metric.words) of \(finding.group.words): \(finding.value(finding.before)) -> "
          + finding.value(finding.after)
      }
      let broken = check.broken.map { "broken: \($0.text) (\($0.words))" }
      let message = (worse + broken).joined(separator: "\n")
      let what =
        !worse.isEmpty
        ? "is worse" : check.outcome == .worse ? "breaks an expectation" : "breaks what it broke before too"
      return
        "::error title=\(escaped(check.scenario, isProperty: true)) \(what)::\(escaped(message))\n"
    }.joined()
  }

  /// As GitHub wants it: `%`, line breaks, and in properties `:` and `,`.
  private static func escaped(_ text: String, isProperty: Bool = false) -> String {
    var out = text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    if isProperty { out = out.replacing(":", with: "%3A").replacing(",", with: "%2C") }
    return out
  }
}
