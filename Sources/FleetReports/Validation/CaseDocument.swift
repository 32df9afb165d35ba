internal import FleetExperiments

/// What is to be said of published cases.
struct CaseDocument {
  private(set) var document = Document()

  /// - Parameter showsPoints: whether each figure is listed, or the cases alone.
  init(_ verdicts: [CaseVerdict], dataset: String, showsPoints: Bool) {
    document.add(.title("\(dataset): published cases"))
    if showsPoints { document.add("Figures", Self.points(verdicts)) }
    document.add("Covered", Self.covered(verdicts), note: Self.note)
    document.add("Bounds", Self.bounds(verdicts))
    addWords(verdicts)
  }

  private static let note =
    "Worst: the error of the figure that is off by the most. Time and data are held to bounds, downtimes to none. Of "
    + "downtimes only those count from which no constant of the rig was reckoned; the others are fitted on. A case "
    + "without a downtime has none published, or one that its inputs do not tell: see what to know of it."

  private static func points(_ verdicts: [CaseVerdict]) -> Table {
    var table = Table([
      .text("case"), .text("figure"), .text("of"), .number("measured"), .number("predicted"),
      .number("error"), .text(""),
    ])
    for verdict in verdicts {
      for point in verdict.points {
        table.add([
          verdict.published.id, point.figure.rawValue, point.label, text(point.measured, point.figure),
          text(point.predicted, point.figure), ValidationDocument.signedPercent(point.error),
          point.isHeldOut ? "held out" : point.isFittedOn ? "fitted on it" : "",
        ])
      }
    }
    return table
  }

  private static func covered(_ verdicts: [CaseVerdict]) -> Table {
    var table = Table([
      .text("case"), .text("quality"), .number("figures", of: "time and data"),
      .number("worst", of: "time and data"), .number("figures", of: "downtime"),
      .number("worst", of: "downtime"), .text("profile"),
    ])
    for verdict in verdicts {
      guard case .covered(_, let profile, _) = verdict.coverage else { continue }
      table.add([
        verdict.published.id, verdict.published.quality.rawValue, "\(verdict.bounded.count)",
        verdict.worst.map(ValidationDocument.percent), count(verdict.scoredDowntimes.count),
        verdict.worstDowntime.map(ValidationDocument.signedPercent), profile,
      ])
    }
    return table
  }

  /// What to know of each, as text: a sentence does not fit a column.
  private mutating func addWords(_ verdicts: [CaseVerdict]) {
    document.add(.heading("What to know of the covered ones"))
    for verdict in verdicts {
      guard case .covered(_, _, let note) = verdict.coverage else { continue }
      document.add(.paragraph("\(verdict.published.id): \(note)."))
    }
    document.add(.heading("Not covered, and why"))
    for verdict in verdicts {
      guard case .notCovered(let why) = verdict.coverage else { continue }
      document.add(.paragraph("\(verdict.published.id) (\(verdict.published.quality.rawValue)): \(why)."))
    }
  }

  private static func bounds(_ verdicts: [CaseVerdict]) -> Table {
    var table = Table([
      .text("quality"), .number("cases"), .number("covered"), .number("within 10 %", of: "cases"),
      .number("within 5 %", of: "cases"), .number("fitted on", of: "downtimes"),
      .number("compared", of: "downtimes"),
      .number("within 10 %", of: "downtimes"), .number("median error", of: "downtimes"),
      .number("worst", of: "downtimes"),
    ])
    for quality in PublishedCase.Quality.allCases {
      let own = verdicts.filter { $0.published.quality == quality }
      guard !own.isEmpty else { continue }
      let score = CaseScore(own)
      table.add([
        quality.rawValue, "\(own.count)", "\(score.covered)", "\(score.within10)", "\(score.within5)",
        count(score.downtimes.fittedOn), count(score.downtimes.figures),
        score.downtimes.figures == 0 ? nil : "\(score.downtimes.within10)",
        score.downtimes.median.map(ValidationDocument.percent),
        score.downtimes.worst.map(ValidationDocument.percent),
      ])
    }
    return table
  }

  /// Nought is shown as nothing.
  private static func count(_ number: Int) -> String? { number == 0 ? nil : "\(number)" }

  private static func text(_ value: Double, _ figure: CaseVerdict.Point.Figure) -> String {
    figure == .bytes ? Figure.text(value, .bytes) : Figure.span(value)
  }
}
