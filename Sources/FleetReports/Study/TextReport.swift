public import FleetExperiments

/// A result as the screen of a terminal.
public enum TextReport {
  public static func render(_ result: StudyResult, style: TerminalStyle = .plain) -> String {
    StudyDocument(result).document.text(style)
  }
}
