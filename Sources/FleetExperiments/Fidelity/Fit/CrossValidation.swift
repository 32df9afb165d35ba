internal import DiscreteEvent
public import MigrationPhysics

/// Leave-one-group-out: each group of migrations predicted by constants fitted on all others.
///
/// Each refit starts from the fit of all of them, frees the constants that it identified, and keeps its scales.
public struct CrossValidation: Sendable {
  /// What is left out together.
  public enum Group: String, Sendable, Codable, CaseIterable {
    /// Migrations with the same inputs, whatever their names.
    case configuration
    /// Those that their maker put into one family: all that use a feature, say. How the model does on what it has never
    /// seen the like of. A migration without a family is left out with those of its configuration.
    case family
  }

  private let migrations: [MeasuredMigration]
  private let fit: ProfileFit
  /// The groups: indices of the migrations in each, in the order of the file.
  let groups: [[Int]]

  /// - Throws: `ProfileFit.Failure`
  public init(
    _ migrations: [MeasuredMigration], start: RigProfile, free: [RigConstant] = RigConstant.fittedByDefault,
    leavingOut group: Group = .configuration, otherStarts: Int = ProfileFit.usualOtherStarts
  ) throws(ProfileFit.Failure) {
    self.migrations = migrations
    fit = try ProfileFit(migrations, start: start, free: free, otherStarts: otherStarts)
    groups = Self.groups(migrations, group)
  }

  private static func groups(_ migrations: [MeasuredMigration], _ group: Group) -> [[Int]] {
    let numbers = MeasuredMigration.configurationNumbers(migrations.map(\.inputs))
    var places: [String: Int] = [:]
    var found: [[Int]] = []
    for (index, number) in numbers.enumerated() {
      let family = group == .family ? migrations[index].family : ""
      let name = family.isEmpty ? "\(number)" : "family \(family)"
      if let place = places[name] {
        found[place].append(index)
      } else {
        places[name] = found.count
        found.append([index])
      }
    }
    return found
  }

  /// The predictions, in the order of the file.
  public func run() async throws -> [ScoredMigration] {
    try await withThrowingTaskGroup(of: [(Int, ScoredMigration)].self) { group in
      for rows in groups {
        group.addTask { try self.predict(rows) }
      }
      var scored = [ScoredMigration?](repeating: nil, count: migrations.count)
      for try await rows in group {
        for (index, row) in rows { scored[index] = row }
      }
      return scored.compactMap { $0 }
    }
  }

  private func predict(_ rows: [Int]) throws -> [(Int, ScoredMigration)] {
    let forecaster = RowForecaster(fit.refit(migrations, without: rows))
    return try rows.map { index in
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
  /// but the starting point and the scale of the weights: a constant that nothing else tells is what it is in a world
  /// without overheads.
  func refit(_ migrations: [MeasuredMigration], without left: [Int]) -> RigProfile {
    let told = constants.filter { $0.standardError != nil }.map(\.constant)
    let all = zip(FitObservations(migrations, courses: courses).observations, slopes)
    let kept = told.indices.filter { index in
      let weights = all.map { observation, slopes in
        let size = slopes[index] / min(scatter[observation.figure] ?? 1, observation.figure.mostScatter)
        return (isLeft: left.contains(observation.inputs), information: size * size)
      }
      let whole = weights.reduce(0) { $0 + $1.information }
      let rest = weights.reduce(0) { $0 + ($1.isLeft ? 0 : $1.information) }
      return rest > Jackknife.alone * whole
    }
    var profile = profile
    let ideal = RigProfile(name: "")
    for (index, constant) in told.enumerated() where !kept.contains(index) {
      profile[constant] = ideal[constant]
    }
    let identified = kept.map { told[$0] }
    let slopes = all.compactMap { observation, slopes in
      left.contains(observation.inputs) ? nil : kept.map { slopes[$0] }
    }
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
    let scale = min(scatter[figure] ?? 1, figure.mostScatter)
    return RobustLeastSquares.weight(of: residual, scale: scale) / (scale * scale)
  }
}
