internal import Yams

/// A complaint of the YAML parser, said in the words of whoever wrote the file.
struct SyntaxComplaint {
  let diagnostic: Diagnostic

  init(_ error: YamlError, in source: SourceText) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      diagnostic = Self.translate(problem, at: mark, context: context, in: source)
    case .reader(let problem, let offset, _, _):
      let scalars = source.text.prefix(offset ?? 0).unicodeScalars.count
      let isControl = problem.contains("control characters")
      diagnostic = Diagnostic(
        .error, .syntax, at: source.origin(atScalar: scalars),
        isControl ? "a control character that text files do not have" : printable(problem),
        remedy: "delete it; in a quoted text it can be written as an escape such as \"\\u0007\"")
    case .memory:
      diagnostic = Diagnostic(
        .error, .tooManyValues, at: source.start, "the document does not fit into memory",
        remedy: "describe groups with a count instead of listing every member")
    case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded, .duplicatedKeysInMapping:
      diagnostic = Diagnostic(
        .error, .syntax, at: source.start, "the text is not YAML: \(printable("\(error)"))",
        remedy: "compare it with one of the shipped scenarios")
    }
  }

  private static func translate(
    _ problem: String, at mark: Mark, context: YamlError.Context?, in source: SourceText
  ) -> Diagnostic {
    let origin = Origin(file: source.file, line: max(1, mark.line), column: max(1, mark.column))
    if let tab = tabColumn(in: source.line(origin.line), before: origin.column) {
      return Diagnostic(
        .error, .tab, at: Origin(file: source.file, line: origin.line, column: tab),
        "a tab in the indentation",
        remedy: "use spaces: two for each level")
    }
    if problem.contains("another document") {
      return Diagnostic(
        .error, .severalDocuments, at: origin, "a second document begins here",
        remedy: "a file holds one document; remove the '---'")
    }
    if problem.contains("nesting level") {
      return Diagnostic(
        .error, .tooDeep, at: origin, "lists and mappings are nested too deep",
        remedy: "no scenario needs this; is a bracket left open?")
    }
    let words = Self.words.first { problem.contains($0.problem) }
    var message = words?.message ?? "not well-formed: \(printable(problem))"
    let opening = context.map { max(1, $0.mark.line) } ?? origin.line
    if opening != origin.line, words?.namesOpening == true { message += " (it began in line \(opening))" }
    return Diagnostic(
      .error, .syntax, at: origin, message,
      remedy: words?.remedy ?? "look for a missing quote, bracket or colon, or a wrong indent")
  }

  /// The first tab among the blanks that begin the line, or the tab that the parser stopped at.
  private static func tabColumn(in line: Substring?, before column: Int) -> Int? {
    guard let line else { return nil }
    let lead = line.unicodeScalars.prefix { $0 == " " || $0 == "\t" || $0 == "-" }
    guard lead.count >= column - 1, let tab = Array(lead).firstIndex(of: "\t") else { return nil }
    return tab + 1
  }

  private struct Words {
    let problem: String
    let message: String
    let remedy: String
    var namesOpening = false
  }

  private static let words: [Words] = [
    Words(
      problem: "mapping values are not allowed", message: "a ':' cannot stand here",
      remedy: "put a text that contains ': ' in quotes, or correct the indentation"),
    Words(
      problem: "could not find expected ':'", message: "a key without a ':' after it",
      remedy: "write 'key: value'; a text over several lines must be indented", namesOpening: true),
    Words(
      problem: "did not find expected key", message: "this does not continue the mapping above",
      remedy: "indent it like the keys beside it, and close every quote and bracket before it",
      namesOpening: true),
    Words(
      problem: "did not find expected '-'", message: "this does not continue the list above",
      remedy: "begin each item with '- ' at the same indent", namesOpening: true),
    Words(
      problem: "did not find expected ',' or ']'", message: "the list in brackets is not continued or closed",
      remedy: "separate items with ',' and close the list with ']'", namesOpening: true),
    Words(
      problem: "did not find expected ',' or '}'",
      message: "the mapping in braces is not continued or closed",
      remedy: "separate entries with ',' and close the mapping with '}'; put keys with brackets in quotes",
      namesOpening: true),
    Words(
      problem: "block sequence entries are not allowed", message: "a list item ('- ') cannot stand here",
      remedy: "put the list on its own lines below the key"),
    Words(
      problem: "block mapping", message: "a mapping cannot begin here",
      remedy: "put it on its own lines, indented"),
    Words(
      problem: "found unexpected end of stream", message: "a quote is never closed",
      remedy: "close it with the same kind of quote", namesOpening: true),
    Words(
      problem: "found unexpected document indicator", message: "a quote is never closed",
      remedy: "close it with the same kind of quote", namesOpening: true),
    Words(
      problem: "cannot start any token", message: "a value cannot begin with this character",
      remedy: "put the value in quotes"),
    Words(
      problem: "undefined alias", message: "this alias ('*name') has no anchor ('&name') before it",
      remedy: "put a text that begins with '*' in quotes"),
    Words(
      problem: "alphabetic or numeric character", message: "'*' and '&' must be followed by a name",
      remedy: "put a text that begins with '*' or '&' in quotes"),
    Words(
      problem: "escape", message: "this escape is not known in a text in double quotes",
      remedy: "write '\\\\' for one '\\', or use single quotes"),
    Words(
      problem: "expected <document start>", message: "the document has ended before this",
      remedy: "indent it like the lines above"),
    Words(
      problem: "did not find expected node content", message: "a value is missing before this",
      remedy: "write a value, or remove the ',' or ':' before it"),
    Words(
      problem: "invalid leading UTF-8", message: "this is not UTF-8 text", remedy: "save the file as UTF-8"),
  ]
}
