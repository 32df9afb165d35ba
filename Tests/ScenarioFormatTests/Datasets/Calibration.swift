import FleetExperiments
import Foundation
import MigrationPhysics

@testable import ScenarioFormat

/// The shipped migrations and how the shipped profile predicts them: read and predicted once for all tests.
enum Calibration {
  static let path = DatasetFileTests.shipped("calibration.csv")
  static let migrations = DatasetFile(path: path).migrations
  static let scored: [ScoredMigration] = predicted(migrations)
  static let score = ValidationScore(scored)

  static func predicted(
    _ migrations: [MeasuredMigration], _ profile: RigProfile = .qemuTCG, samples: Int = 200
  )
    -> [ScoredMigration]
  {
    let forecaster = RowForecaster(profile, samples: samples)
    return migrations.compactMap { migration in
      (try? forecaster.predict(migration.inputs)).map { ScoredMigration(migration, $0) }
    }
  }

  /// The shipped table with every column but the inputs emptied.
  static func blanked() throws -> String {
    let inputs = Set(DatasetColumn.inputs.map(\.name) + [DatasetColumn.Text.id, DatasetColumn.Text.kind])
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let header = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let rows = lines.dropFirst().map { line in
      zip(header, line.split(separator: ",", omittingEmptySubsequences: false))
        .map { inputs.contains($0) ? String($1) : "" }.joined(separator: ",")
    }
    return ([header.joined(separator: ",")] + rows).joined(separator: "\n")
  }
}
