/// A file, read and checked as a whole: it holds either what was in it, or what is wrong with it.
public protocol CheckedFile {
  var findings: FileFindings { get }
}

extension CheckedFile {
  public var hasErrors: Bool { findings.diagnostics.hasErrors }
  /// Errors, or warnings.
  public var hasProblems: Bool { !findings.diagnostics.isEmpty }
  /// The file could not be opened at all.
  public var isMissing: Bool { findings.diagnostics.sorted.contains { $0.code == .unreadable } }
  /// For a person: each with its line and a remedy; empty if there are none.
  public var problems: String {
    hasProblems ? findings.diagnostics.text(sources: findings.sources) : ""
  }
}

/// What reading a file came to, apart from what was in it: its text, and what is wrong with that.
public struct FileFindings: Sendable {
  /// The texts that messages quote: the file, and what was said besides it.
  private(set) var sources: [SourceText]
  var diagnostics = Diagnostics()

  /// Opens a file; `-` is standard input. One that cannot be read is a finding.
  init(path: String) {
    var found = Diagnostics()
    sources = SourceText.read(path: path, into: &found).map { [$0] } ?? []
    diagnostics = found
  }

  /// A text that came from elsewhere.
  init(text: String, name: String) { sources = [SourceText(text, file: name)] }

  /// The text of the file; `nil` if there is none.
  var source: SourceText? { sources.first }

  /// One more text that messages may quote.
  mutating func quote(_ source: SourceText) { sources.append(source) }

  /// The file as YAML; what is wrong with it is a finding.
  ///
  /// - Parameter start: what to begin from, for who gives an empty file.
  mutating func document(start: String) -> LocatedNode? {
    source.flatMap { LocatedNode.compose($0, into: &diagnostics, start: start) }
  }

  /// The file as a table; what is wrong with it is a finding.
  mutating func table() -> CSVTable? { source.flatMap { CSVTable($0, into: &diagnostics) } }
}
