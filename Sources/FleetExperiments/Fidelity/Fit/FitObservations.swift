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
  let observations: [Observation]

  /// The figures of completed migrations. Of one that was called off nothing but the time limit is known.
  init(_ migrations: [MeasuredMigration]) {
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

  var groups: [Int] { observations.map { FidelityFigure.allCases.firstIndex(of: $0.figure) ?? 0 } }

  /// The logarithm of predicted over measured, per observation; a figure that is not predicted at all counts as far off.
  func residuals(_ profile: RigProfile) -> [Double] {
    let points = inputs.map { RowForecaster.pointWithoutBoot($0, under: profile) }
    return observations.map { observation in
      guard let predicted = points[observation.inputs][observation.figure], predicted > 0
      else { return 1 }
      // The operating system's own hesitation is part of every pause and of none of the model's constants.
      let slack = observation.figure == .blackout || observation.figure == .cutoverDowntime ? 0.010 : 0
      return log((predicted + slack) / (observation.measured + slack))
    }
  }
}
