internal import FleetExperiments
internal import MigrationPhysics

/// What is to be said of predictions held against measurements.
struct ValidationDocument {
  let validation: Validation
  private(set) var document = Document()

  /// - Parameter showsRows: whether each row is listed, or the summary alone.
  init(_ validation: Validation, showsRows: Bool) {
    self.validation = validation
    document.add(.title("\(validation.dataset), predicted with \(validation.profile)"))
    if showsRows {
      for kind in validation.given.score.kinds {
        document.add(
          "Rows: \(kind.kind.rawValue)", Self.rows(validation.given.rows, of: kind.kind),
          note: Self.note(of: kind.kind))
      }
    }
    document.add("Errors by kind, with the profile as it is", Self.errors(validation.given.score))
    document.add(.note(Self.errorNote))
    document.add("Converges or not", Self.convergence(validation.given.score))
    document.add(.note(Self.convergenceNote))
    document.add("Outcomes within the 90 % interval", Self.coverage(validation.given.score))
    guard let part = validation.crossValidated else { return }
    document.add("Errors by kind, cross-validated", Self.errors(part.score))
    document.add(.note(Self.note(of: validation.leftOut)))
    document.add("Converges or not, cross-validated", Self.convergence(part.score))
    document.add("Outcomes within the 90 % interval, cross-validated", Self.coverage(part.score))
  }

  private static func note(of leftOut: CrossValidation.Group) -> String {
    switch leftOut {
    case .configuration:
      "Each configuration is predicted by constants fitted on all other configurations; repeats of it are left out "
        + "together."
    case .family:
      "Each family is predicted by constants fitted on all other families. A constant that no other tells is what it is "
        + "in a world without overheads."
    }
  }

  private static let errorNote =
    "Error: predicted over measured, less one. Blackouts count from 20 ms on a shaped link. Rows that did not "
    + "complete have no figures to compare."
  private static let convergenceNote =
    "Said: a probability of a half and more. Brier: the mean squared distance of that probability from what came; "
    + "0 is perfect, 0.25 a coin."

  // MARK: - Rows

  private static func rows(_ rows: [ScoredMigration], of kind: MigrationKind) -> Table {
    let figures = FidelityFigure.scored(of: kind)
    var columns: [Table.Column] = [.text("id")]
    if kind != .cold && kind != .reboot {
      columns += [
        .number("chance", of: "converges"), Table.Column(title: "did", alignment: .left, group: "converges"),
      ]
    }
    for figure in figures {
      columns += [
        .number("measured", of: figure.words), .number("predicted", of: figure.words),
        .number("error", of: figure.words),
      ]
    }
    var table = Table(columns)
    for row in rows where row.migration.inputs.kind == kind {
      var cells: [String?] = [row.migration.id]
      if kind != .cold && kind != .reboot {
        cells += [
          Self.percent(row.prediction.convergence),
          row.migration.outcome.isCompleted.map { $0 ? "yes" : "no" },
        ]
      }
      for figure in figures {
        let scored = row[figure]
        cells += [
          scored.map { Self.text($0.measured, figure) },
          (scored?.predicted ?? row.prediction.figures[figure]).map { Self.text($0.point, figure) },
          scored.map { Self.signedPercent($0.error) },
        ]
      }
      table.add(cells)
    }
    return table
  }

  private static func note(of kind: MigrationKind) -> String? {
    switch kind {
    case .liveRAM: "Chance: to converge within the time given; beside it whether it did."
    case .liveDisk: "Total time is from the start of the disk's copy to the guest's first sign of life."
    case .warm, .cold, .reboot:
      "Total time is from the start of the copy to the guest's first sign of life. Given boot: with the boot of the "
        + "destination as it was measured in place of the profile's."
    }
  }

  // MARK: - Summaries

  private static func errors(_ score: ValidationScore) -> Table {
    var table = Table([
      .text("kind"), .text("figure"), .number("rows"), .number("mean", of: "absolute error"),
      .number("median", of: "absolute error"), .number("worst", of: "absolute error"), .number("mean error"),
    ])
    for kind in score.kinds {
      for figure in FidelityFigure.scored(of: kind.kind) {
        guard let errors = kind.errors[figure] else { continue }
        table.add([
          kind.kind.rawValue, figure.words, "\(errors.rows)", percent(errors.meanAbsolute),
          percent(errors.medianAbsolute), percent(errors.worstAbsolute), signedPercent(errors.mean),
        ])
      }
    }
    return table
  }

  private static func convergence(_ score: ValidationScore) -> Table {
    let found = score.convergence
    guard found.rows > 0 else { return Table([.text("")]) }
    var table = Table([
      .text(""), .number("said to converge"), .number("said not to"), .number("rows"),
    ])
    let diverged = found.rows - found.converged
    table.add([
      "converged", "\(found.converged - found.missedConvergence)", "\(found.missedConvergence)",
      "\(found.converged)",
    ])
    table.add([
      "did not", "\(found.missedDivergence)", "\(diverged - found.missedDivergence)", "\(diverged)",
    ])
    table.add(["right", "", "", "\(found.correct)"])
    table.add(["Brier score", "", "", Figure.text(found.brier, .count, digits: 2)])
    return table
  }

  private static func coverage(_ score: ValidationScore) -> Table {
    var table = Table([.text("figure"), .number("outcomes"), .number("held"), .number("share")])
    for figure in FidelityFigure.allCases {
      guard let coverage = score.coverage[figure] else { continue }
      table.add([figure.words, "\(coverage.figures)", "\(coverage.held)", coverage.share.map(percent)])
    }
    let all = score.overallCoverage
    table.add(["all", "\(all.figures)", "\(all.held)", all.share.map(percent)])
    return table
  }

  // MARK: - Words

  static func text(_ value: Double, _ figure: FidelityFigure) -> String {
    figure.isBytes ? Figure.text(value, .bytes) : Figure.span(value)
  }

  /// With one digit after the point: errors are compared down a column.
  static func percent(_ share: Double) -> String {
    // An absurd error is still a number; where it ends does not matter.
    let tenths = Int((min(max(share, -1e6), 1e6) * 1000).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
  }

  static func signedPercent(_ share: Double) -> String {
    let text = percent(abs(share))
    return text == "0.0 %" ? text : (share < 0 ? "-" : "+") + text
  }
}

extension FidelityFigure {
  var words: String {
    switch self {
    case .totalTime: "total time"
    case .bytes: "data"
    case .blackout: "blackout"
    case .bulkTime: "bulk copy"
    case .cutoverDowntime: "downtime"
    case .cutoverGivenBoot: "downtime, boot given"
    }
  }
}
