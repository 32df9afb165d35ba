public import FleetExperiments

/// The life of a VM, or of a host's drains: for a terminal, or for programs.
public enum ExplanationReport {
  public static func text(_ explanation: Explanation, style: TerminalStyle = .plain) -> String {
    ExplanationDocument(explanation).document.text(style)
  }

  public static func json(_ explanation: Explanation) throws -> String {
    try JSONReport.encode(ExplanationRecord(explanation))
  }
}
