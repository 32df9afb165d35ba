public import FleetExperiments

/// A sweep's result for people and for programs.
public enum SweepResultReport {
  public static func text(_ result: SweepResult, style: TerminalStyle = .plain) -> String {
    SweepDocument.make(result).text(style)
  }

  /// What stands in each in Markdown, near its beginning.
  public static let marks = [SweepDocument.sameChance]

  public static func markdown(_ result: SweepResult) -> String { SweepDocument.make(result).markdown() }

  /// Schema `fleetshift.sweep/1`.
  public static func json(_ result: SweepResult) throws -> String { try JSONReport.encode(result) }

  /// A line for each point: its values, and of each metric the mean, the ends of its interval and how many replications
  /// it is of; times in seconds, data in bytes.
  public static func csv(_ result: SweepResult) -> String {
    let titles = result.metrics.flatMap { ["\($0)", "\($0) low", "\($0) high", "\($0) replications"] }
    return lines(["point"] + result.factors + titles, result.points.enumerated()) { index, point in
      let cells = zip(point.metrics, point.used).flatMap { estimate, used in
        [estimate?.mean, estimate?.low, estimate?.high].map { $0.map { "\($0)" } ?? "" } + ["\(used)"]
      }
      return [["\(index)"] + point.values + cells]
    }
  }

  /// A line for each replication of each point.
  public static func replications(_ result: SweepResult) -> String {
    lines(["point", "replication"] + result.factors + result.metrics, result.points.enumerated()) {
      index, point in
      (0..<result.replications).map { replication in
        ["\(index)", "\(replication)"] + point.values
          + point.replications.map { $0[replication].map { "\($0)" } ?? "" }
      }
    }
  }

  private static func lines<S: Sequence>(
    _ header: [String], _ points: S, _ rows: (Int, SweepResult.Point) -> [[String]]
  ) -> String where S.Element == (offset: Int, element: SweepResult.Point) {
    var text = header.map(AttemptCSV.quoted).joined(separator: ",") + "\n"
    for (index, point) in points {
      for row in rows(index, point) { text += row.map(AttemptCSV.quoted).joined(separator: ",") + "\n" }
    }
    return text
  }

  // MARK: - Break-even

  public static func text(_ search: BreakEven, style: TerminalStyle = .plain) -> String {
    breakEven(search).text(style)
  }

  public static func markdown(_ search: BreakEven) -> String { breakEven(search).markdown() }

  /// Schema `fleetshift.break-even/1`.
  public static func json(_ search: BreakEven) throws -> String { try JSONReport.encode(search) }

  private static func breakEven(_ search: BreakEven) -> Document {
    let kind = (try? MetricEquation(parsing: search.equation))?.kind ?? .count
    var document = Document()
    document.add(.title("\(search.equation), by \(search.path)"))
    var table = Table([
      .number(search.path), .number("left side"), .number("right side"), .number("difference"), .text(""),
    ])
    for point in search.points {
      let difference = Figure.text(point.difference, kind, isSigned: true)
      table.add([
        point.text, Figure.text(point.left, kind, digits: 4), Figure.text(point.right, kind, digits: 4),
        difference.mean, difference.interval ?? "",
      ])
    }
    document.add(
      "Simulated", table,
      note: "Means over replications, all with the same chance; in brackets the 95 % interval.")
    document.add(.paragraph(sentence(search)))
    return document
  }

  private static func sentence(_ search: BreakEven) -> String {
    let place =
      search.below.value == search.above.value
      ? "at \(search.path) \(search.below.text)"
      : "between \(search.path) \(search.below.text) and \(search.above.text)"
    guard let low = search.low, let high = search.high, high > low else { return "Break-even lies \(place)." }
    let unit = search.unit.isEmpty ? "" : " \(search.unit)"
    let isWhole = [search.below, search.above].allSatisfy { $0.value == $0.value.rounded() }
    let words = Figure.place(search.value, low, high, isWhole: isWhole)
    // Digits that other replications would change say nothing.
    let about = search.above.value - search.below.value < (high - low) / 2
    return
      "Break-even lies \(about ? "at about \(search.path) \(words.value)\(unit)" : place); other replications "
      + "would put it between \(words.low) and \(words.high)\(unit) (95 %)."
  }
}
