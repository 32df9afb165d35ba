public import FleetExperiments
internal import MigrationPhysics

/// Predictions held against measurements, for people and for programs.
public enum ValidationReport {
  public static func text(_ validation: Validation, style: TerminalStyle = .plain) -> String {
    ValidationDocument(validation, showsRows: true).document.text(style)
  }

  public static func text(_ verdicts: [CaseVerdict], dataset: String, style: TerminalStyle = .plain) -> String
  {
    CaseDocument(verdicts, dataset: dataset, showsPoints: true).document.text(style)
  }

  public static func markdown(_ validation: Validation) -> String {
    ValidationDocument(validation, showsRows: true).document.markdown()
  }

  public static func markdown(_ verdicts: [CaseVerdict], dataset: String) -> String {
    CaseDocument(verdicts, dataset: dataset, showsPoints: true).document.markdown()
  }

  /// Keys sorted, a line break at the end. Errors and shares are fractions, times seconds, data bytes.
  public static func json(_ validation: Validation) throws -> String {
    try JSONReport.encode(ValidationJSON(validation))
  }

  public static func json(_ verdicts: [CaseVerdict], dataset: String) throws -> String {
    try JSONReport.encode(CasesJSON(verdicts, dataset: dataset))
  }
}

/// The versioned form: `fleetshift.validation/1`.
private struct ValidationJSON: Encodable {
  let validation: Validation

  init(_ validation: Validation) { self.validation = validation }

  private enum Keys: String, CodingKey {
    case schema, dataset, profile, rows
    case crossValidated = "cross_validated"
    case notCovered = "not_covered"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode("fleetshift.validation/1", forKey: .schema)
    try container.encode(validation.dataset, forKey: .dataset)
    try container.encode(validation.profile, forKey: .profile)
    try container.encode(validation.given.rows.map(RowJSON.init), forKey: .rows)
    try container.encode([NotCovered](), forKey: .notCovered)
    try container.encodeIfPresent(
      validation.crossValidated.map { PartJSON(part: $0, leftOut: validation.leftOut) },
      forKey: .crossValidated)
    try validation.given.score.encode(to: encoder)
  }
}

private struct PartJSON: Encodable {
  let part: Validation.Part
  let leftOut: CrossValidation.Group

  private enum Keys: String, CodingKey {
    case rows
    case leftOut = "left_out"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(part.rows.map(RowJSON.init), forKey: .rows)
    try container.encode(leftOut, forKey: .leftOut)
    try part.score.encode(to: encoder)
  }
}

private struct RowJSON: Encodable {
  let row: ScoredMigration

  struct FigureJSON: Encodable {
    let predicted: Double
    let low: Double
    let high: Double
    let median: Double
    let measured: Double?
    let error: Double?
  }

  private enum Keys: String, CodingKey {
    case id, line, kind, converged, figures
    case probability = "convergence_probability"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(row.migration.id, forKey: .id)
    try container.encode(row.migration.line, forKey: .line)
    try container.encode(row.migration.inputs.kind, forKey: .kind)
    try container.encode(row.prediction.convergence, forKey: .probability)
    try container.encodeIfPresent(row.migration.outcome.isCompleted, forKey: .converged)
    var figures: [FidelityFigure: FigureJSON] = [:]
    for figure in FidelityFigure.scored(of: row.migration.inputs.kind) {
      let scored = row[figure]
      guard let predicted = scored?.predicted ?? row.prediction.figures[figure] else { continue }
      figures[figure] = FigureJSON(
        predicted: predicted.point, low: predicted.low, high: predicted.high, median: predicted.median,
        measured: scored?.measured,
        error: scored?.error)
    }
    try container.encode(figures, forKey: .figures)
  }
}

private struct NotCovered: Encodable {
  let id: String
  let why: String
}

private struct CasesJSON: Encodable {
  struct Case: Encodable {
    let id: String
    let quality: PublishedCase.Quality
    let profile: String
    let note: String
    let worst: Double?
    let worstDowntime: Double?
    let points: [PointJSON]

    enum CodingKeys: String, CodingKey {
      case id, quality, profile, note, worst, points
      case worstDowntime = "worst_downtime"
    }
  }

  struct PointJSON: Encodable {
    let figure: CaseVerdict.Point.Figure
    let label: String
    let measured: Double
    let predicted: Double
    let error: Double
    let heldOut: Bool
    let fittedOn: Bool

    enum CodingKeys: String, CodingKey {
      case figure, label, measured, predicted, error
      case heldOut = "held_out"
      case fittedOn = "fitted_on"
    }
  }

  var schema = "fleetshift.validation/1"
  let dataset: String
  var cases: [Case] = []
  var notCovered: [NotCovered] = []
  let quality: [PublishedCase.Quality: CaseScore]

  enum CodingKeys: String, CodingKey {
    case schema, dataset, cases, quality
    case notCovered = "not_covered"
  }

  init(_ verdicts: [CaseVerdict], dataset: String) {
    self.dataset = dataset
    var scores: [PublishedCase.Quality: CaseScore] = [:]
    for quality in PublishedCase.Quality.allCases {
      let own = verdicts.filter { $0.published.quality == quality }
      if !own.isEmpty { scores[quality] = CaseScore(own) }
    }
    quality = scores
    for verdict in verdicts {
      switch verdict.coverage {
      case .covered(let points, let profile, let note):
        cases.append(
          Case(
            id: verdict.published.id, quality: verdict.published.quality, profile: profile, note: note,
            worst: verdict.worst, worstDowntime: verdict.worstDowntime,
            points: points.map {
              PointJSON(
                figure: $0.figure, label: $0.label, measured: $0.measured, predicted: $0.predicted,
                error: $0.error, heldOut: $0.isHeldOut, fittedOn: $0.isFittedOn)
            }))
      case .notCovered(let why): notCovered.append(NotCovered(id: verdict.published.id, why: why))
      }
    }
  }
}
