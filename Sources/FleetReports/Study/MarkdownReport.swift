public import FleetExperiments

/// A result as GitHub Markdown, fit for `summary.md` or a comment.
public enum MarkdownReport {
  /// One of them stands in each, near its beginning.
  public static let marks = [StudyDocument.severalReplications, StudyDocument.oneReplication]

  /// - Parameters:
  ///   - result: whose figures are shown.
  ///   - command: what to type to get the very same result; made from the result where it is left out.
  public static func render(_ result: StudyResult, command: String? = nil) -> String {
    var document = StudyDocument(result).document
    document.add(.heading("How to reproduce"))
    let purpose = "The same build gives the same figures to the last digit, with any number of threads:"
    document.add(.command(command ?? self.command(for: result), purpose: purpose))
    return document.markdown()
  }

  /// What to type for the very same result, as far as the result knows.
  ///
  /// - Parameters:
  ///   - result: what is to be had again: it knows its variant, settings, seed and replications.
  ///   - file: of the scenario, as it was given; made from its name where it is left out.
  public static func command(for result: StudyResult, file: String? = nil) -> String {
    var words = ["fleetshift", "run", quoted(file ?? result.scenario + ".yaml")]
    if let variant = result.variant { words += ["--variant", quoted(variant)] }
    for setting in result.settings ?? [] { words += ["--set", quoted("\(setting.path)=\(setting.value)")] }
    words += ["--seed", "\(result.seed)"]
    if let stopping = result.stopping, let first = stopping.looks.first {
      words += stopping.rules.flatMap { ["--until", quoted($0.text)] }
      words += ["--replications", "\(first)", "--max-replications", "\(stopping.mostReplications)"]
    } else {
      words += ["--replications", "\(result.replications)"]
    }
    return words.joined(separator: " ")
  }

  /// As a POSIX shell takes it for one word.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || "-_./=".contains($0) }
    guard !isPlain || word.isEmpty else { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
