internal import DiscreteEvent
public import MigrationPhysics

/// Leave-one-configuration-out: each configuration predicted by constants fitted on all others.
///
/// Migrations with the same inputs are one configuration and are left out together, whatever their names. Each refit
/// starts from the fit of all of them, frees the constants that it identified, and keeps its weights.
public struct CrossValidation: Sendable {
  private let migrations: [MeasuredMigration]
  private let fit: ProfileFit
  /// The configurations: indices of the migrations in each, in the order of the file.
  let configurations: [[Int]]

  /// - Throws: `ProfileFit.Failure`
  public init(
    _ migrations: [MeasuredMigration], start: RigProfile, free: [RigConstant] = RigConstant.fittedByDefault,
    otherStarts: Int = ProfileFit.usualOtherStarts
  ) throws(ProfileFit.Failure) {
    self.migrations = migrations
    fit = try ProfileFit(migrations, start: start, free: free, otherStarts: otherStarts)
    configurations = Self.configurations(migrations)
  }

  static func configurations(_ migrations: [MeasuredMigration]) -> [[Int]] {
    var places: [MigrationInputs: Int] = [:]
    var found: [[Int]] = []
    for (index, migration) in migrations.enumerated() {
      if let place = places[migration.inputs] {
        found[place].append(index)
      } else {
        places[migration.inputs] = found.count
        found.append([index])
      }
    }
    return found
  }

  /// The predictions, in the order of the file.
  public func run() async throws -> [ScoredMigration] {
    try await withThrowingTaskGroup(of: [(Int, ScoredMigration)].self) { group in
      for configuration in configurations {
        group.addTask { try self.predict(configuration) }
      }
      var scored = [ScoredMigration?](repeating: nil, count: migrations.count)
      for try await rows in group {
        for (index, row) in rows { scored[index] = row }
      }
      return scored.compactMap { $0 }
    }
  }

  private func predict(_ configuration: [Int]) throws -> [(Int, ScoredMigration)] {
    let others = migrations.indices.filter { !configuration.contains($0) }.map { migrations[$0] }
    let forecaster = RowForecaster(try fit.refit(others))
    return try configuration.map { index in
      (index, ScoredMigration(migrations[index], try forecaster.predict(migrations[index].inputs)))
    }
  }
}

extension ProfileFit {
  /// The same constants fitted on fewer migrations, from where this fit ended.
  func refit(_ migrations: [MeasuredMigration]) throws -> RigProfile {
    let observations = FitObservations(migrations)
    let identified = constants.filter { $0.standardError != nil }.map(\.constant)
    var problem = LeastSquares(
      start: identified.map { _ in 0 }, steps: identified.map(\.fitStep)
    ) { logarithms in
      observations.residuals(Self.profile(profile, identified, logarithms))
    }
    let residuals = observations.residuals(profile)
    problem.weights = zip(observations.observations, residuals).map { observation, residual in
      weight(of: residual, observation.figure)
    }
    problem.tolerance = 1e-3
    problem.iterations = 4
    let found = try problem.solve()
    return Self.profile(profile, identified, found.parameters)
  }

  /// Cauchy's weight in the scale of the figure's scatter, as `RobustLeastSquares` has it.
  private func weight(of residual: Double, _ figure: FidelityFigure) -> Double {
    let scale = scatter[figure] ?? 1
    let distance = residual / (2.385 * scale)
    return 1 / ((1 + distance * distance) * scale * scale)
  }
}
