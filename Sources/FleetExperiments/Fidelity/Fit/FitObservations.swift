internal import Foundation
internal import MigrationPhysics

/// The measured figures that a fit looks at, and how far a profile is off them.
struct FitObservations: Sendable {
  /// One figure of one migration.
  struct Observation: Sendable {
    let inputs: Int
    let figure: FidelityFigure
    let measured: Double
  }

  let inputs: [MigrationInputs]
  /// Courses of each migration that stand for all.
  private(set) var courses: Int
  let observations: [Observation]

  /// The figures of completed migrations. Of one that was called off nothing but the time limit is known.
  init(_ migrations: [MeasuredMigration], courses: Int) {
    self.courses = courses
    inputs = migrations.map(\.inputs)
    observations = migrations.enumerated().flatMap { index, migration in
      FidelityFigure.scored(of: migration.inputs.kind).compactMap { figure in
        Self.fitted(figure, of: migration).map {
          Observation(inputs: index, figure: figure, measured: $0)
        }
      }
    }
  }

  /// What of a figure is the rig's own: how long the guest takes to boot is not.
  private static func fitted(_ figure: FidelityFigure, of migration: MeasuredMigration) -> Double? {
    guard let measured = migration.measured(figure), measured > 0 else { return nil }
    switch figure {
    case .cutoverGivenBoot: return nil
    case .totalTime where migration.inputs.kind.boots, .cutoverDowntime:
      return migration.outcome.destinationBootSeconds.map { measured - $0 }.flatMap { $0 > 0 ? $0 : nil }
    default: return measured
    }
  }

  func with(courses: Int) -> FitObservations {
    var other = self
    other.courses = courses
    return other
  }

  var groups: [Int] { observations.map { FidelityFigure.allCases.firstIndex(of: $0.figure) ?? 0 } }

  /// Per observation, which configuration it is of: migrations with the same inputs are one.
  var configurations: [Int] {
    let numbers = MeasuredMigration.configurationNumbers(inputs)
    return observations.map { numbers[$0.inputs] }
  }

  /// The logarithm of predicted over measured, per observation, as the mean over the courses that chance may take: so
  /// it hardly has steps, where a single course is a staircase in the constants.
  ///
  /// A course that is called off has its time and data up to then, which is what the measured one has at least; a
  /// figure that no course has counts as far off.
  func residuals(_ profile: RigProfile) -> [Double] {
    let courses = inputs.map { RowForecaster.coursesWithoutBoot($0, under: profile, count: self.courses) }
    return observations.map { observation in
      // The operating system's own hesitation is part of every pause and of none of the model's constants.
      let slack = observation.figure == .blackout || observation.figure == .cutoverDowntime ? 0.010 : 0
      var (sum, count) = (0.0, 0)
      for course in courses[observation.inputs] {
        guard let predicted = course[observation.figure], predicted > 0 else { continue }
        sum += log((predicted + slack) / (observation.measured + slack))
        count += 1
      }
      return count > 0 ? sum / Double(count) : 1
    }
  }
}
