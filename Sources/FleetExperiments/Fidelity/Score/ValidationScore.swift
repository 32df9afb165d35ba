public import MigrationPhysics

/// How far predictions were off over a set of migrations.
public struct ValidationScore: Sendable, Encodable {
  /// Errors of one figure, relative to what was measured.
  public struct Errors: Hashable, Sendable, Encodable {
    public let rows: Int
    public let meanAbsolute: Double
    public let medianAbsolute: Double
    public let worstAbsolute: Double
    /// The mean with its sign: above 0 where too much is predicted.
    public let mean: Double

    enum CodingKeys: String, CodingKey {
      case rows
      case meanAbsolute = "mean_abs_error"
      case medianAbsolute = "median_abs_error"
      case worstAbsolute = "worst_abs_error"
      case mean = "mean_error"
    }

    /// Nil without errors.
    public init?(_ errors: [Double]) {
      guard !errors.isEmpty else { return nil }
      let sizes = errors.map(abs).sorted()
      rows = sizes.count
      meanAbsolute = sizes.reduce(0, +) / Double(sizes.count)
      let middle = sizes.count / 2
      medianAbsolute = sizes.count.isMultiple(of: 2) ? (sizes[middle - 1] + sizes[middle]) / 2 : sizes[middle]
      worstAbsolute = sizes[sizes.count - 1]
      mean = errors.reduce(0, +) / Double(errors.count)
    }
  }

  /// Of one kind of migration.
  public struct Kind: Sendable {
    public let kind: MigrationKind
    public let rows: Int
    public let completed: Int
    public let errors: [FidelityFigure: Errors]
  }

  /// Whether what was said to converge did. "Said" is a probability of a half and more.
  public struct Convergence: Hashable, Sendable, Encodable {
    public var rows = 0
    public var correct = 0
    public var converged = 0
    public var missedConvergence = 0
    public var missedDivergence = 0
    /// The mean squared distance of the probability from what came: 0 is perfect, 0.25 is a coin (Brier, 1950).
    public var brier = 0.0

    enum CodingKeys: String, CodingKey {
      case rows, correct, converged, brier
      case missedConvergence = "converged_against_prediction"
      case missedDivergence = "diverged_against_prediction"
    }
  }

  /// How many of the outcomes the 90 % intervals hold.
  public struct Coverage: Hashable, Sendable {
    public var figures = 0
    public var held = 0
    public var share: Double? { figures == 0 ? nil : Double(held) / Double(figures) }
  }

  public let kinds: [Kind]
  public let convergence: Convergence
  public let coverage: [FidelityFigure: Coverage]

  public init(_ rows: [ScoredMigration]) {
    kinds = MigrationKind.allCases.compactMap { kind in
      let own = rows.filter { $0.migration.inputs.kind == kind }
      guard !own.isEmpty else { return nil }
      var errors: [FidelityFigure: Errors] = [:]
      for figure in FidelityFigure.scored(of: kind) {
        let found = own.filter { figure != .blackout || $0.migration.hasScoredBlackout }
        errors[figure] = Errors(found.compactMap { $0[figure]?.error })
      }
      return Kind(
        kind: kind, rows: own.count,
        completed: own.count { $0.migration.outcome.isCompleted ?? true }, errors: errors)
    }
    convergence = Self.convergence(rows.filter(\.canDiverge))
    var coverage: [FidelityFigure: Coverage] = [:]
    // With the boot given, what is left has no interval of its own.
    for figure in rows.flatMap(\.figures) where figure.figure != .cutoverGivenBoot {
      coverage[figure.figure, default: Coverage()].figures += 1
      if figure.isHeld { coverage[figure.figure, default: Coverage()].held += 1 }
    }
    self.coverage = coverage
  }

  private static func convergence(_ rows: [ScoredMigration]) -> Convergence {
    var result = Convergence()
    result.rows = rows.count
    for row in rows {
      let hasConverged = row.migration.outcome.isCompleted == true
      let said = row.prediction.convergence >= 0.5
      if hasConverged { result.converged += 1 }
      switch (said, hasConverged) {
      case (true, true), (false, false): result.correct += 1
      case (false, true): result.missedConvergence += 1
      case (true, false): result.missedDivergence += 1
      }
      let distance = row.prediction.convergence - (hasConverged ? 1 : 0)
      result.brier += distance * distance
    }
    if !rows.isEmpty { result.brier /= Double(rows.count) }
    return result
  }

  /// Over all figures together.
  public var overallCoverage: Coverage {
    FidelityFigure.allCases.compactMap { coverage[$0] }.reduce(into: Coverage()) {
      $0.figures += $1.figures
      $0.held += $1.held
    }
  }

  public func errors(_ figure: FidelityFigure, of kind: MigrationKind) -> Errors? {
    kinds.first { $0.kind == kind }?.errors[figure]
  }
}

// MARK: - JSON

extension ValidationScore {
  private enum Keys: String, CodingKey {
    case kinds, convergence, coverage
    case overall = "interval_coverage_90"
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    var kinds = container.nestedContainer(keyedBy: Name.self, forKey: .kinds)
    for kind in self.kinds {
      var own = kinds.nestedContainer(keyedBy: Name.self, forKey: Name(kind.kind.rawValue))
      try own.encode(kind.rows, forKey: Name("rows"))
      try own.encode(kind.completed, forKey: Name("completed"))
      for figure in FidelityFigure.allCases {
        try own.encodeIfPresent(kind.errors[figure], forKey: Name(figure.rawValue))
      }
    }
    try container.encode(convergence, forKey: .convergence)
    try container.encodeIfPresent(overallCoverage.share, forKey: .overall)
    var byFigure = container.nestedContainer(keyedBy: Name.self, forKey: .coverage)
    for figure in FidelityFigure.allCases {
      guard let coverage = coverage[figure] else { continue }
      var own = byFigure.nestedContainer(keyedBy: Name.self, forKey: Name(figure.rawValue))
      try own.encode(coverage.figures, forKey: Name("figures"))
      try own.encode(coverage.held, forKey: Name("held"))
    }
  }
}
