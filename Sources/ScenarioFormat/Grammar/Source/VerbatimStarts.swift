internal import Yams

/// Where scalars stand in the text letter by letter, so that a place within one is a place in the file.
///
/// Takes a time that grows with the text, however long its lines are and however often an alias repeats a scalar.
struct VerbatimStarts {
  /// Lines that are too long to be walked through for each of their scalars, by number.
  private var longLines: [Int: [Unicode.Scalar]] = [:]
  /// What long scalars came to, for an alias has the place of what it repeats.
  private var known: [Origin: Origin?] = [:]
  private static let long = 256

  /// The first letter of a scalar behind its quote, if it is written as it is meant; `nil`: it is not.
  mutating func start(of scalar: Yams.Node.Scalar, at origin: Origin, in source: SourceText) -> Origin? {
    let isLong = scalar.string.utf8.count > Self.long
    if isLong, let found = known[origin] { return found }
    let quote = scalar.style == .singleQuoted || scalar.style == .doubleQuoted ? 1 : 0
    guard let line = source.line(origin.line) else { return nil }
    let column = origin.column - 1 + quote
    let isVerbatim: Bool
    if line.utf8.count > Self.long {
      let scalars = longLines[origin.line] ?? Array(line.unicodeScalars)
      longLines[origin.line] = scalars
      isVerbatim = scalars.dropFirst(column).starts(with: scalar.string.unicodeScalars)
    } else {
      isVerbatim = line.unicodeScalars.dropFirst(column).starts(with: scalar.string.unicodeScalars)
    }
    let start = isVerbatim ? origin.advanced(by: quote) : nil
    if isLong { known[origin] = .some(start) }
    return start
  }
}
