/// One thing that is wrong in an input, where it is, and what would be right.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, Sendable {
    case error
    case warning
    /// Nothing is wrong, and whoever wrote it may have meant something else.
    case notice
  }

  package let severity: Severity
  package let code: DiagnosticCode
  package let origin: Origin
  /// What is wrong.
  package let message: String
  /// What would be right; where nothing nearer was said, what the code means.
  package let remedy: String?

  package init(
    _ severity: Severity, _ code: DiagnosticCode, at origin: Origin, _ message: String,
    remedy: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.origin = origin
    self.message = message
    self.remedy = remedy ?? code.explanation
  }
}

/// All that was found wrong in one reading, in the order of the files.
///
/// Reading never stops at the first mistake. What is found twice is kept once, and beyond `limit` findings are only
/// counted.
package struct Diagnostics: Sendable {
  /// The most findings that are shown.
  package let limit: Int
  private var found: Set<Diagnostic> = []
  private var uncounted = 0
  /// Whether anything found so far forbids going on.
  package private(set) var hasErrors = false

  package init(limit: Int = 200) { self.limit = limit }

  package mutating func add(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { hasErrors = true }
    // Far more are kept than shown, so that those shown are the first by position, yet memory stays bounded.
    guard !found.contains(diagnostic) else { return }
    if found.count < max(10_000, limit) { found.insert(diagnostic) } else { uncounted += 1 }
  }

  package mutating func add(
    _ code: DiagnosticCode, at origin: Origin, _ message: String, remedy: String? = nil
  ) {
    add(Diagnostic(.error, code, at: origin, message, remedy: remedy))
  }

  package mutating func note(
    _ code: DiagnosticCode, at origin: Origin, _ message: String, remedy: String? = nil
  ) {
    add(Diagnostic(.notice, code, at: origin, message, remedy: remedy))
  }

  package mutating func warn(
    _ code: DiagnosticCode, at origin: Origin, _ message: String, remedy: String? = nil
  ) {
    add(Diagnostic(.warning, code, at: origin, message, remedy: remedy))
  }

  package mutating func add(contentsOf other: Diagnostics) {
    add(contentsOf: other) { $0 }
  }

  /// Adds what has not been found here already, changed by `change`.
  mutating func add(contentsOf other: Diagnostics, changedBy change: (Diagnostic) -> Diagnostic) {
    for diagnostic in other.ordered where !found.contains(diagnostic) { add(change(diagnostic)) }
    uncounted += other.uncounted
  }

  /// Adds what has not been found here already and is wanted.
  mutating func add(contentsOf other: Diagnostics, where isWanted: (Diagnostic) -> Bool) {
    for diagnostic in other.ordered where isWanted(diagnostic) { add(diagnostic) }
    uncounted += other.uncounted
  }

  /// The findings by position, at most `limit` of them.
  package var sorted: [Diagnostic] { Array(ordered.prefix(limit)) }

  /// How many findings `sorted` leaves out.
  package var omitted: Int { max(0, ordered.count - limit) + uncounted }

  /// Whether nothing is wrong, whatever there may be to notice.
  package var isSound: Bool { found.allSatisfy { $0.severity == .notice } && uncounted == 0 }

  /// Whether more is wrong than anybody reads: what would be right of each need not be sought any more.
  var isFlooded: Bool { found.count >= 5 * limit }

  package var isEmpty: Bool { found.isEmpty }

  /// Beside a mistake nobody cares for notices.
  private var ordered: [Diagnostic] {
    found.filter { !hasErrors || $0.severity != .notice }.sorted {
      ($0.origin, $0.code.rawValue, $0.message, $0.remedy ?? "")
        < ($1.origin, $1.code.rawValue, $1.message, $1.remedy ?? "")
    }
  }
}
