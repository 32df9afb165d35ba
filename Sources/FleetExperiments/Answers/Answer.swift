public import FleetSimulation

/// What a scenario says to the question it asks: one entry of its `answer:`.
///
/// A line holds expressions in braces, which are those of `expect:`; a table has one for each column.
///
/// ```
/// - "A host is empty after {p95(drains.time)}, with the new limits after {p95(drains.time in strict)}."
/// - "Worse off: {classes where p95(downtime in strict) > p95(downtime in base)}."
/// - "The slowest copy that fits is {first variant where share(drains.finished) >= 99 %}."
/// - table: { of: variants, columns: { empty after: p95(drains.time), worst pause: max(pause) } }
/// ```
///
/// In a clause behind `where`, and in a column, a metric is about the class, strategy, campaign or variant that is being
/// looked at, unless it names another.
public struct Answer: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case line([Piece])
    case table(AnswerTable)
  }

  enum Piece: Hashable, Sendable {
    case text(String)
    case value(AnswerValue)
  }

  let content: Content

  /// Reads an entry. Which variants, strategies, campaigns and classes there are is seen only when it is evaluated.
  ///
  /// - Throws: ``AnswerError``, which says in which part the mistake is.
  public static func parse(_ answer: ScenarioAnswer) throws(AnswerError) -> Answer {
    switch answer {
    case .line(let text):
      do { return Answer(content: .line(try AnswerParser.pieces(of: text))) } catch {
        throw AnswerError(part: .line, error: error)
      }
    case .table(let table): return Answer(content: .table(try AnswerTable(table)))
    }
  }

  /// The variants that it has to know, without the one that it is asked of; `nil` for all.
  public var variants: [String]? {
    switch content {
    case .table(let table):
      guard table.axis != .variants else { return table.only.isEmpty ? nil : table.only }
      return table.calls.compactMap(\.variant)
    case .line(let pieces):
      var names: [String] = []
      for case .value(let value) in pieces {
        guard value.axis != .variants else { return nil }
        names += value.calls.compactMap(\.variant)
      }
      return names
    }
  }
}

/// What stands in braces.
enum AnswerValue: Hashable, Sendable {
  case expression(ExpectationExpression, offset: Int)
  /// All for which the clause holds; or the first or the last of them.
  case names(AnswerAxis, Choice, ExpectationClaim, offset: Int)

  enum Choice: Hashable, Sendable {
    case all, first, last
  }

  var axis: AnswerAxis? {
    if case .names(let axis, _, _, _) = self { return axis }
    return nil
  }

  var calls: [MetricCall] {
    switch self {
    case .expression(let expression, _): expression.calls
    case .names(_, _, let claim, _): claim.left.calls + claim.right.calls
    }
  }
}

/// A table of expressions, a row for each variant, class, strategy or campaign.
struct AnswerTable: Hashable, Sendable {
  let axis: AnswerAxis
  let columns: [(title: String, expression: ExpectationExpression)]
  let condition: ExpectationClaim?
  /// The rows there are to be; empty for all.
  let only: [String]

  init(_ table: ScenarioAnswer.Table) throws(AnswerError) {
    guard let axis = AnswerAxis(rawValue: table.of) else {
      throw AnswerError(
        part: .axis,
        error: ExpectationError(
          position: 0, message: "a table has no rows of '\(table.of)'",
          remedy: Spelling.remedy(for: table.of, among: AnswerAxis.allCases.map(\.rawValue))))
    }
    self.axis = axis
    only = table.only
    var columns: [(String, ExpectationExpression)] = []
    for (index, column) in table.columns.enumerated() {
      do {
        var parser = ExpectationParser(column.text, try ExpectationToken.tokens(of: column.text))
        columns.append((column.title, try parser.wholeExpression()))
      } catch {
        throw AnswerError(part: .column(index), error: error)
      }
    }
    self.columns = columns
    do {
      condition = try table.condition.map { text throws(ExpectationError) in try Expectation.parse(text).claim
      }
    } catch {
      throw AnswerError(part: .condition, error: error)
    }
  }

  var calls: [MetricCall] {
    columns.flatMap(\.expression.calls) + (condition.map { $0.left.calls + $0.right.calls } ?? [])
  }

  static func == (a: AnswerTable, b: AnswerTable) -> Bool {
    a.axis == b.axis && a.only == b.only && a.condition == b.condition
      && a.columns.map(\.title) == b.columns.map(\.title)
      && a.columns.map(\.expression) == b.columns.map(\.expression)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(axis)
    hasher.combine(columns.map(\.expression))
  }
}

/// Why an entry of `answer:` cannot be read or evaluated, and where.
public struct AnswerError: Error, Hashable, Sendable {
  public enum Part: Hashable, Sendable {
    case line, axis, condition
    case column(Int)
  }

  public let part: Part
  public let error: ExpectationError
}
