import FleetExperiments
import Foundation
import MigrationPhysics
import Testing

@testable import ScenarioFormat

/// The shipped profile is what a fit of the shipped migrations comes to: `make fit-check` fits anew, from there and from
/// elsewhere, which takes minutes; here it is looked whether any way leads down from it.
@Suite struct FitReproductionTests {
  /// With the standard errors, which the file has and the built-in profile does not.
  private static let shipped = ProfileFile(
    path: DatasetFileTests.root.appendingPathComponent("Scenarios/profiles/qemu-tcg.yaml").path
  ).profile

  private static let told = RigConstant.allCases.filter { shipped?.standardError(of: $0) != nil }

  /// Fewer courses than a fit has: a debug build is slow, and two standard errors are far beyond the stairs they leave.
  private static func badness(_ profile: RigProfile) -> Double {
    ProfileFit.badness(of: profile, on: Calibration.migrations, courses: 8)
  }

  private static let least = shipped.map(badness)

  @Test func aDozenConstantsAreTold() { #expect(Self.told.count >= 12) }

  @Test("two standard errors to either side the measured figures are less likely", arguments: told)
  func noWayLeadsDown(_ constant: RigConstant) throws {
    let (shipped, least) = (try #require(Self.shipped), try #require(Self.least))
    let error = try #require(shipped.standardError(of: constant))
    for step in [-2.0, 2] {
      var moved = shipped
      moved[constant] += step * error
      #expect(Self.badness(moved) > least, "\(constant) by \(step) standard errors")
    }
  }
}
