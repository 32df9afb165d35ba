internal import FleetExperiments

/// Results side by side, as a page shows them: the first is what the others are held against.
struct ComparedResults {
  let sides: [(name: String, result: StudyResult)]
  let comparison: Comparison

  /// - Throws: `NotComparable` if one is no partner of the first.
  init(_ sides: [(name: String, result: StudyResult)]) throws(NotComparable) {
    self.sides = sides
    comparison = try Comparison(sides.map { Comparison.Side(name: $0.name, result: $0.result) })
  }

  var title: String {
    "\(comparison.scenario): \(comparison.contrasts.map(\.name).joined(separator: ", ")) against \(comparison.reference)"
  }

  /// What the differences mean, and what counts of each result.
  var summary: String {
    var document = Document()
    for contrast in comparison.contrasts {
      document.add(.paragraph(ComparisonSentence(comparison.reference, contrast).text))
    }
    document.add(.table(table.withoutEmptyColumns()))
    return "<section class=\"answer\"><h2>What differs</h2>\n\(document.html(level: 3))</section>\n"
  }

  /// All that was held against each other, and behind it each result by itself.
  var figures: String {
    let each = sides.map { side in
      "<details><summary>All figures of \(HTML.escaped(side.name))</summary>\n"
        + StudyDocument(side.result, isPart: true).document.html(level: 3, hasAnchors: false) + "</details>"
    }
    return ComparisonDocument(comparison, isPart: true).document.html(level: 3) + "\n"
      + each.joined(separator: "\n")
  }

  /// A row for each figure, a column for each result; behind each but the first, what the difference means.
  private var table: Table {
    var columns: [Table.Column] = [.text(""), .number(comparison.reference)]
    for contrast in comparison.contrasts {
      columns += [.number(contrast.name), .text(sides.count == 2 ? "verdict" : "")]
    }
    var table = Table(columns)
    for figure in ComparisonFigure.leading(of: comparison) {
      let findings = comparison.contrasts.map { $0[figure.metric, figure.group] }
      guard let first = findings.lazy.compactMap({ $0 }).first else { continue }
      if findings.allSatisfy({ $0.map { $0.before == 0 && $0.after == 0 } ?? true }) { continue }
      table.add(
        [figure.title, first.value(first.before)]
          + findings.flatMap { [$0.map { $0.value($0.after) }, $0?.verdictWords ?? ""] })
    }
    return table
  }
}

/// A figure that a comparison looks at, and what to call it.
struct ComparisonFigure {
  var title: String
  var metric: PairedMetric
  var group: PairedGroup = .all

  /// Classes by themselves are for a page as long as they are few.
  private static let mostClasses = 12

  /// What somebody who has to choose asks first: how long it takes, what clients pay, all together and by class.
  static func leading(of comparison: Comparison) -> [ComparisonFigure] {
    let findings = comparison.contrasts.flatMap(\.findings)
    let ends = groups(findings.filter { $0.metric == .makespan })
      .map { ComparisonFigure(title: "\($0.name): begin to end", metric: .makespan, group: $0) }
    let classes = groups(findings.filter { $0.metric == .downtimePerMove && $0.group.kind == .vmClass })
      .map { ComparisonFigure(title: "\($0.name): downtime per move", metric: .downtimePerMove, group: $0) }
    let totals: [PairedMetric] = [
      .drainTime, .drainTimeP95, .drainsFinished, .drainsGivenUp, .downtime, .downtimePerMove,
      .downtimeMedian,
      .downtimeP95, .downtimeP99, .completed, .abandonedShare, .failedShare, .bytes, .brownout,
    ]
    return ends
      + totals.map { ComparisonFigure(title: $0 == .downtime ? "downtime, in all" : $0.words, metric: $0) }
      + (classes.count > mostClasses ? [] : classes)
  }

  /// Each once, in the order in which they come.
  private static func groups(_ findings: [PairedFinding]) -> [PairedGroup] {
    var groups: [PairedGroup] = []
    for finding in findings where !groups.contains(finding.group) { groups.append(finding.group) }
    return groups
  }
}
