import MigrationPhysics
import Testing

@testable import FleetExperiments

/// Fits on rows that were made with known constants.
@Suite struct ProfileFitTests {
  private static let truth: RigProfile = {
    var profile = RigProfile(name: "truth")
    profile[.guestBase] = 64 * 0x1p20
    profile[.pageHeader] = 8
    profile[.linkEfficiency] = 0.95
    profile[.setup] = 0.2
    profile[.iteration] = 0.05
    profile[.inFlight] = 2e6
    profile[.resume] = 0.1
    profile[.hostRate] = 2e8
    return profile
  }()

  /// Guests of several sizes over several links, measured as the true rig would have it, with an error of 1 % in turns.
  ///
  /// - Parameter unshaped: those whose link holds nothing back, by number.
  private static func rows(unshaped: Set<Int> = []) throws -> [MeasuredMigration] {
    var rows: [MeasuredMigration] = []
    for link in [16.0, 32, 64, 128] {
      for fill in [64.0, 128, 384] {
        var inputs = MigrationInputs(.liveRAM)
        inputs.ramMiB = 512
        inputs.fillMiB = fill
        inputs.linkMiB = unshaped.contains(rows.count) ? nil : link
        inputs.workingSetMiB = 32
        inputs.dirtyPagesPerSecond = 500
        let truth = try #require(RowForecaster.coursesWithoutBoot(inputs, under: truth, count: 1).first)
        let factor = rows.count.isMultiple(of: 2) ? 1.01 : 0.99
        var outcome = MeasuredOutcome()
        outcome.isCompleted = true
        outcome.totalMilliseconds = try #require(truth[.totalTime]) * 1000 * factor
        outcome.transferredBytes = try #require(truth[.bytes]) * factor
        outcome.vcpuGapMilliseconds = try #require(truth[.blackout]) * 1000 / factor
        rows.append(
          MeasuredMigration(id: "r\(rows.count)", line: rows.count + 2, inputs: inputs, outcome: outcome))
      }
    }
    return rows
  }

  private static let free: [RigConstant] = [.guestBase, .linkEfficiency, .resume, .deltaTime]

  private static var start: RigProfile {
    var start = truth
    start[.guestBase] *= 0.7
    start[.linkEfficiency] = 0.9
    start[.resume] = 0.14
    start[.deltaTime] = 1e-6
    return start
  }

  @Test func knownConstantsAreFoundWithinTheirErrors() throws {
    let fit = try ProfileFit(try Self.rows(), start: Self.start, free: Self.free, otherStarts: 0)
    for constant in [RigConstant.guestBase, .linkEfficiency, .resume] {
      let error = try #require(fit.profile.standardError(of: constant), "\(constant)")
      #expect(abs(fit.profile[constant] - Self.truth[constant]) <= 3 * error, "\(constant)")
      #expect(error < 0.1 * fit.profile[constant], "\(constant)")
    }
    // No row uses deltas, so nothing tells what one costs.
    #expect(fit.profile.standardError(of: .deltaTime) == nil && fit.profile[.deltaTime] == 1e-6)
  }

  @Test func aSpoiltRunWeighsLittle() throws {
    var rows = try Self.rows()
    rows[4].outcome.totalMilliseconds = 60_000
    let fit = try ProfileFit(rows, start: Self.start, free: Self.free, otherStarts: 0)
    #expect(abs(fit.profile[.linkEfficiency] / 0.95 - 1) < 0.01)
    #expect(fit.downWeighted >= 1)
  }

  @Test func whatCannotBeFittedIsRefused() throws {
    let rows = try Self.rows()
    #expect(throws: ProfileFit.Failure.nothingIdentified) {
      try ProfileFit(rows, start: Self.start, free: [.deltaTime], otherStarts: 0)
    }
    #expect(throws: ProfileFit.Failure.tooFewFigures(0, constants: 4)) {
      var blind = rows
      for index in blind.indices { blind[index].outcome = MeasuredOutcome() }
      _ = try ProfileFit(blind, start: Self.start, free: Self.free, otherStarts: 0)
    }
  }

  @Test func aConfigurationIsPredictedWithoutItself() async throws {
    var rows = try Self.rows()
    // A repeat of the first one, which has to go with it.
    rows.append(rows[0])
    rows[12].id = "again"
    let cross = try CrossValidation(rows, start: Self.truth, free: Self.free, otherStarts: 0)
    #expect(cross.groups.count == 12 && cross.groups[0] == [0, 12])
    let scored = try await cross.run()
    #expect(scored.map(\.migration.id) == rows.map(\.id))
    // Whatever was measured of it, its prediction stays; so does its repeat's.
    let fit = try ProfileFit(rows, start: Self.truth, free: Self.free, otherStarts: 0)
    let expected = try RowForecaster(fit.refit(rows, without: [0, 12])).predict(rows[0].inputs)
    #expect(scored[0].prediction == expected && scored[12].prediction == expected)
    // A fit of the others from the beginning comes to the same constants.
    let others = rows.indices.filter { $0 != 0 && $0 != 12 }.map { rows[$0] }
    let anew = try ProfileFit(others, start: Self.truth, free: Self.free, otherStarts: 0)
    for constant in [RigConstant.guestBase, .linkEfficiency, .resume] {
      let error = try #require(anew.profile.standardError(of: constant))
      let refitted = fit.refit(rows, without: [0, 12])[constant]
      #expect(abs(refitted - anew.profile[constant]) < 0.3 * error, "\(constant)")
    }
  }

  @Test func aFamilyIsPredictedWithoutItself() async throws {
    // Those of one family, and they alone, show what the hosts manage.
    let family = [2, 5, 7]
    var rows = try Self.rows(unshaped: Set(family))
    for index in family { rows[index].family = "unshaped" }
    let free: [RigConstant] = [.linkEfficiency, .hostRate]
    let cross = try CrossValidation(
      rows, start: Self.truth, free: free, leavingOut: .family, otherStarts: 0)
    #expect(cross.groups.count == 10 && cross.groups[2] == family)
    let fit = try ProfileFit(rows, start: Self.truth, free: free, otherStarts: 0)
    #expect(fit.profile.standardError(of: .hostRate) != nil)
    // Where they are left out, nothing of it is left over.
    #expect(fit.refit(rows, without: family)[.hostRate] == .infinity)
    #expect(abs(fit.refit(rows, without: [2])[.hostRate] / 2e8 - 1) < 0.05)
    let scored = try await cross.run()
    #expect(
      scored[5].prediction
        == (try RowForecaster(fit.refit(rows, without: family)).predict(rows[5].inputs)))
  }

  @Test func whatOneConfigurationAloneTellsIsNotTold() throws {
    var rows = try Self.rows()
    // One of them is made with deltas, whose cost no other row shows.
    rows[5].inputs.xbzrle = 1
    rows[5].inputs.writeBytes = 64
    let fit = try ProfileFit(
      rows, start: Self.truth, free: [.linkEfficiency, .deltaHit], otherStarts: 0)
    #expect(fit.profile.standardError(of: .linkEfficiency) != nil)
    #expect(fit.profile.standardError(of: .deltaHit) == nil && fit.profile[.deltaHit] == 1)
  }
}
