import FleetExperiments
import Foundation
import MigrationPhysics
import Testing

@testable import ScenarioFormat

/// The shipped profile is what a fit of the shipped migrations comes to.
@Suite struct FitReproductionTests {
  /// With the standard errors, which the file has and the built-in profile does not.
  private static let shipped = ProfileFile(
    path: DatasetFileTests.root.appendingPathComponent("Scenarios/profiles/qemu-tcg.yaml").path
  ).profile

  /// Fewer courses than usual, and only the constants that are told: a debug build is slow. `fleetshift fit` frees all.
  private static func fit(_ start: RigProfile, _ free: [RigConstant]) throws -> ProfileFit {
    try ProfileFit(Calibration.migrations, start: start, free: free, otherStarts: 0, courses: 4)
  }

  @Test func aFitFromTheShippedProfileReturnsToItWithinItsErrors() throws {
    let shipped = try #require(Self.shipped)
    let told = RigConstant.allCases.filter { shipped.standardError(of: $0) != nil }
    #expect(told.count >= 10)
    let fit = try Self.fit(shipped, told)
    for constant in told {
      let error = try #require(shipped.standardError(of: constant))
      let away = (fit.profile[constant] - shipped[constant]) / error
      #expect(abs(away) <= 1, "\(constant): \(away) standard errors away")
    }
  }

  @Test func aFitFromElsewhereComesToItToo() throws {
    let shipped = try #require(Self.shipped)
    let moved: [(RigConstant, Double)] = [
      (.guestBase, 1.25), (.inFlight, 0.8), (.linkEfficiency, 0.97), (.diskEfficiency, 0.97),
      (.throttleExponent, 0.8),
    ]
    var start = shipped
    for (constant, factor) in moved { start[constant] *= factor }
    let fit = try Self.fit(start, moved.map(\.0))
    for (constant, _) in moved {
      let error = try #require(shipped.standardError(of: constant))
      let away = (fit.profile[constant] - shipped[constant]) / error
      #expect(abs(away) <= 1, "\(constant): \(away) standard errors away")
    }
  }
}
