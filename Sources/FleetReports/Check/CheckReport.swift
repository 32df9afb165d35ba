public import FleetExperiments

/// A check for people, for pull requests and for programs.
public enum CheckReport {
  public static func text(_ check: Check, style: TerminalStyle = .plain) -> String {
    CheckDocument(check).document.text(style)
  }

  public static func text(_ unjudged: UnjudgedScenario, style: TerminalStyle = .plain) -> String {
    document(unjudged).text(style)
  }

  /// For a comment on a pull request: only what differs.
  public static func markdown(_ checks: [Check], unjudged: [UnjudgedScenario] = []) -> String {
    let documents = checks.map { CheckDocument($0).document } + unjudged.map(document)
    return mark + "\n\n" + documents.map { $0.markdown() }.joined(separator: "\n")
  }

  private static func document(_ unjudged: UnjudgedScenario) -> Document {
    var document = Document()
    document.add(.title(unjudged.scenario))
    document.add(.paragraph("NOT JUDGED: \(unjudged.why)."))
    return document
  }

  /// How a check in Markdown begins; nobody sees it where it is shown.
  public static let mark = "<!-- made by fleetshift check -->"

  /// What was found, and behind it what was not judged.
  ///
  /// - Parameters:
  ///   - checks: what was found.
  ///   - unjudged: what was not judged.
  ///   - isList: An array, however many there are; otherwise the only one, as an object.
  public static func json(_ checks: [Check], unjudged: [UnjudgedScenario], isList: Bool) throws -> String {
    let entries = checks.map(Entry.check) + unjudged.map(Entry.unjudged)
    if !isList, entries.count == 1, let only = entries.first { return try JSONReport.encode(only) }
    return try JSONReport.encode(entries)
  }

  private enum Entry: Encodable {
    case check(Check)
    case unjudged(UnjudgedScenario)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .check(let check): try check.encode(to: encoder)
      case .unjudged(let scenario): try scenario.encode(to: encoder)
      }
    }
  }

  /// The annotation for GitHub of a scenario that was not judged.
  ///
  /// - Parameters:
  ///   - unjudged: which, and why.
  ///   - place: the file of the scenario.
  public static func annotation(_ unjudged: UnjudgedScenario, at place: AnnotationPlace?) -> String {
    annotation("\(unjudged.scenario) was not judged", unjudged.why, at: place)
  }

  /// Annotations for GitHub: of a scenario that is worse one with all its worse figures, on its file, and one for each
  /// expectation that is broken, on its line. (A step shows ten at the most.)
  ///
  /// - Parameters:
  ///   - check: what was found.
  ///   - place: of a clause, in which file and line it stands; of `nil`, the file of the scenario.
  public static func annotations(
    _ check: Check, place: (_ clause: String?) -> AnnotationPlace?
  ) -> String {
    guard [.worse, .broken].contains(check.outcome) else { return "" }
    let worse = check.findings.filter { $0.verdict == .worse }.map { finding in
      "\(finding.metric.words) of \(finding.group.words): \(finding.value(finding.before)) -> "
        + finding.value(finding.after)
    }
    var text = ""
    if !worse.isEmpty {
      text += annotation("\(check.scenario) is worse", worse.joined(separator: "\n"), at: place(nil))
    }
    for broken in check.broken {
      let what = broken.isNew ? "breaks an expectation" : "breaks what it broke before too"
      text += annotation(
        "\(check.scenario) \(what)", "broken: \(broken.text) (\(broken.words))",
        at: place(broken.text) ?? place(nil))
    }
    return text
  }

  private static func annotation(_ title: String, _ message: String, at place: AnnotationPlace?) -> String {
    let position = place.map { "file=\(escaped($0.file, isProperty: true)),line=\($0.line)," } ?? ""
    return "::error \(position)title=\(escaped(title, isProperty: true))::\(escaped(message))\n"
  }

  /// As GitHub wants it: `%`, line breaks, and in properties `:` and `,`.
  private static func escaped(_ text: String, isProperty: Bool = false) -> String {
    var out = text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    if isProperty { out = out.replacing(":", with: "%3A").replacing(",", with: "%2C") }
    return out
  }
}

/// Where an annotation is shown.
public struct AnnotationPlace: Hashable, Sendable {
  public var file: String
  /// From 1.
  public var line: Int

  public init(file: String, line: Int = 1) { (self.file, self.line) = (file, line) }

  /// The first line of a text that holds a clause, plain or as double quotes write it.
  public init?(of clause: String, in text: String, file: String) {
    let forms = [clause, clause.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")]
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    guard let index = lines.firstIndex(where: { line in forms.contains { line.contains($0) } }) else {
      return nil
    }
    self.init(file: file, line: index + 1)
  }
}
