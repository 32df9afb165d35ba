public import FleetExperiments

/// Variants held against each other, for people and for programs.
public enum ComparisonReport {
  public static func text(_ comparison: Comparison, style: TerminalStyle = .plain) -> String {
    ComparisonDocument(comparison).document.text(style)
  }

  public static func markdown(_ comparison: Comparison) -> String {
    ComparisonDocument(comparison).document.markdown()
  }

  /// Keys sorted, a line break at the end.
  public static func json(_ comparison: Comparison) throws -> String { try JSONReport.encode(comparison) }
}
