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

  private static func configurations(_ migrations: [MeasuredMigration]) -> [[Int]] {
    let numbers = MeasuredMigration.configurationNumbers(migrations.map(\.inputs))
    var found = [[Int]](repeating: [], count: (numbers.max() ?? -1) + 1)
    for (index, number) in numbers.enumerated() { found[number].append(index) }
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
    let forecaster = RowForecaster(fit.refit(migrations, without: configuration))
    return try configuration.map { index in
      (index, ScoredMigration(migrations[index], try forecaster.predict(migrations[index].inputs)))
    }
  }
}

extension ProfileFit {
  /// A step of every constant below this, relative to it, is none.
  private static let small = 1e-4
  private static let mostSteps = 12

  /// The same constants fitted on all of its migrations but some, from where this fit ended: Gauss-Newton steps with the
  /// derivatives taken there, and with the weights of a robust loss at each point. What is left out bears on none of it
  /// but the starting point and the scale of the weights.
  func refit(_ migrations: [MeasuredMigration], without left: [Int]) -> RigProfile {
    let identified = constants.filter { $0.standardError != nil }.map(\.constant)
    let slopes = zip(FitObservations(migrations, courses: courses).observations, slopes)
      .compactMap { left.contains($0.inputs) ? nil : $1 }
    let observations = FitObservations(
      migrations.indices.filter { !left.contains($0) }.map { migrations[$0] }, courses: courses)
    var logarithms = [Double](repeating: 0, count: identified.count)
    for _ in 0..<Self.mostSteps {
      let residuals = observations.residuals(Self.profile(profile, identified, logarithms))
      let weights = zip(observations.observations, residuals).map { weight(of: $1, $0.figure) }
      let jackknife = Jackknife(
        slopes: slopes, residuals: residuals, weights: weights,
        configurations: observations.configurations)
      guard let step = jackknife.step(without: nil, identified.count) else { break }
      logarithms = zip(logarithms, step).map { $0 + $1 }
      if step.allSatisfy({ abs($0) < Self.small }) { break }
    }
    return Self.profile(profile, identified, logarithms)
  }

  private func weight(of residual: Double, _ figure: FidelityFigure) -> Double {
    let scale = scatter[figure] ?? 1
    return RobustLeastSquares.weight(of: residual, scale: scale) / (scale * scale)
  }
}
