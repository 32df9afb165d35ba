import FleetExperiments
import Foundation
import MigrationPhysics
import Testing

@testable import ScenarioFormat

/// The shipped profile held against the shipped migrations.
@Suite struct FidelityTests {
  @Test func predictionsSeeNoOutcome() throws {
    let blind = DatasetFile(text: try Calibration.blanked(), name: "blanked.csv")
    #expect(blind.problems == "")
    #expect(blind.migrations.allSatisfy { $0.outcome == MeasuredOutcome() })
    let predictions = Calibration.predicted(blind.migrations).map(\.prediction)
    #expect(predictions.count == 73)
    #expect(predictions == Calibration.scored.map(\.prediction))
  }

  @Test func theBoundsOfInSampleErrorHold() throws {
    let score = Calibration.score
    let live = MigrationKind.liveRAM
    let time = try #require(score.errors(.totalTime, of: live))
    #expect(time.meanAbsolute <= 0.05 && time.medianAbsolute <= 0.02, "\(time)")
    let bytes = try #require(score.errors(.bytes, of: live))
    #expect(bytes.meanAbsolute <= 0.03 && bytes.medianAbsolute <= 0.015, "\(bytes)")
    let blackout = try #require(score.errors(.blackout, of: live))
    #expect(blackout.meanAbsolute <= 0.15 && blackout.medianAbsolute <= 0.08, "\(blackout)")
    for (kind, most) in [(MigrationKind.warm, 0.02), (.cold, 0.015), (.reboot, 0.02)] {
      let bulk = try #require(score.errors(.bulkTime, of: kind))
      #expect(bulk.meanAbsolute <= most, "\(kind) \(bulk)")
    }
  }

  @Test func convergenceIsForetold() {
    let convergence = Calibration.score.convergence
    #expect(convergence.rows == 64)
    #expect(convergence.brier <= 0.04, "\(convergence)")
    #expect(convergence.correct >= 63)
  }

  @Test func nineOfTenOutcomesLieInTheirIntervals() throws {
    let share = try #require(Calibration.score.overallCoverage.share)
    #expect(share >= 0.85 && share <= 0.95, "\(share)")
  }

  /// Each term of the model earns its place: without it the figure that it bears on is off by more. (A link's efficiency
  /// does not on this rig, whose link carries all of its rate within the standard error.)
  @Test(arguments: [
    (RigConstant.guestBase, 0.0, FidelityFigure.bytes), (.lastPages, 0, .blackout),
    (.sweepPhase, 0.05, .totalTime),
    (.inFlight, 0, .blackout), (.zeroScan, 0, .totalTime), (.hostRate, .infinity, .totalTime),
    (.throttleExponent, 2, .bytes), (.iteration, 0, .blackout),
  ])
  func aTermThatIsRemovedIsMissed(_ constant: RigConstant, _ ideal: Double, _ figure: FidelityFigure) throws {
    let rows = Calibration.migrations.filter { $0.inputs.kind == .liveRAM }
    var without = RigProfile.qemuTCG
    without[constant] = ideal
    let whole = try #require(
      ValidationScore(Calibration.predicted(rows, samples: 24)).errors(figure, of: .liveRAM))
    let lacking = try #require(
      ValidationScore(Calibration.predicted(rows, without, samples: 24)).errors(figure, of: .liveRAM))
    #expect(lacking.meanAbsolute > 1.05 * whole.meanAbsolute, "\(constant): \(lacking) against \(whole)")
  }

  @Test func publishedCasesLieWithinTheirBounds() throws {
    let validation = CaseValidation(ProfileCatalog())
    let verdicts = CaseFile(path: DatasetFileTests.shipped("cases.yaml")).cases.map(validation.verdict)
    #expect(verdicts.count == 45)
    let best = verdicts.filter { $0.published.quality == .all }
    let score = CaseScore(best)
    #expect(score.covered >= 14)
    #expect(score.within10 == score.covered, "\(best.map { ($0.published.id, $0.worst) })")
    #expect(3 * score.within5 >= 2 * score.covered)
    let downtimes = best.flatMap(\.downtimes)
    #expect(downtimes.count >= 12 && downtimes.count { abs($0.error) <= 0.1 } >= 9)
    // A figure that a constant was reckoned from proves nothing, and is not counted.
    let fitted = best.filter { $0.downtimes.contains(where: \.isFittedOn) }.map(\.published.id)
    #expect(fitted == ["akoush10-xen-bounds", "qthesis-precopy-4t", "qthesis-postcopy"])
    #expect(score.downtimes.fittedOn == 6 && score.downtimes.figures == downtimes.count - 6)
    #expect(score.downtimes.within10 >= 5)
    #expect(try #require(score.downtimes.worst) <= 0.45)
    let specweb = try #require(best.first { $0.published.id == "clark05-specweb" })
    #expect(specweb.worstDowntime == specweb.downtimes[0].error && specweb.downtimes.count == 1)
    for verdict in verdicts {
      if case .notCovered(let why) = verdict.coverage { #expect(why.count > 10, "\(verdict.published.id)") }
    }
  }

  @Test func aCaseOfAnotherNameIsPredictedByItsForm() throws {
    let text = """
      cases:
      - id: never-seen
        group: precopy
        source: sxm
        quality: A
        inputs: { vm_memory_GiB: [2, 16], nonzero_sent_MiB: [700, 2000], link: 1 GbE }
        outputs: { total_time_s: [6.7, 22.2] }
      - { id: never-fitted, group: cold, source: somebody, quality: A, inputs: { vm_memory_GB: 4, bandwidth_MB_s: 100 }, outputs: { downtime_s: 40 } }
      - { id: never-known, group: other, source: somebody, quality: A, inputs: { colour: red } }
      """
    let verdicts = CaseFile(text: text, name: "c.yaml").cases.map(CaseValidation(ProfileCatalog()).verdict)
    #expect(verdicts[0].points.map(\.label) == ["total, 2 GiB", "total, 16 GiB"])
    #expect(try #require(verdicts[0].worst) < 0.05)
    guard case .notCovered(let unfitted) = verdicts[1].coverage,
      case .notCovered(let unknown) = verdicts[2].coverage
    else {
      Issue.record("both were covered")
      return
    }
    #expect(unfitted.contains("no profile was fitted on the rig of 'somebody'"))
    #expect(unknown.contains("colour"))
  }
}
