import FleetExperiments
import MigrationPhysics
import Testing

/// The scoring maths on rows made by hand.
@Suite struct ValidationScoreTests {
  private func row(
    _ kind: MigrationKind, isCompleted: Bool? = true, said: Double = 1, total: (Double, Double)? = nil,
    blackout: (Double, Double)? = nil, link: Double = 64, margin: Double = 0.1
  ) -> ScoredMigration {
    var migration = MeasuredMigration(
      id: "a", line: 2, inputs: MigrationInputs(kind), outcome: MeasuredOutcome())
    migration.inputs.linkMiB = link
    migration.outcome.isCompleted = isCompleted
    migration.outcome.totalMilliseconds = total.map { $0.0 * 1000 }
    migration.outcome.vcpuGapMilliseconds = blackout.map { $0.0 * 1000 }
    let figure = { (point: Double) in
      RowPrediction.Figure(point: point, low: point * (1 - margin), high: point * (1 + margin))
    }
    var figures: [FidelityFigure: RowPrediction.Figure] = [:]
    figures[.totalTime] = total.map { figure($0.1) }
    figures[.blackout] = blackout.map { figure($0.1) }
    return ScoredMigration(migration, RowPrediction(convergence: said, figures: figures))
  }

  @Test func errorsAreRelativeToWhatWasMeasured() throws {
    let score = ValidationScore([
      row(.liveRAM, total: (10, 11)), row(.liveRAM, total: (10, 9)), row(.liveRAM, total: (10, 14)),
    ])
    let errors = try #require(score.errors(.totalTime, of: .liveRAM))
    #expect(errors.rows == 3)
    #expect(abs(errors.meanAbsolute - 0.2) < 1e-12)
    #expect(abs(errors.medianAbsolute - 0.1) < 1e-12)
    #expect(abs(errors.worstAbsolute - 0.4) < 1e-12)
    #expect(abs(errors.mean - 0.4 / 3) < 1e-12)
    #expect(score.errors(.bytes, of: .liveRAM) == nil && score.errors(.totalTime, of: .warm) == nil)
  }

  @Test func theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    #expect(ValidationScore.Errors([0.4, -0.1, 0.2, 0])?.medianAbsolute == 0.15000000000000002)
    #expect(ValidationScore.Errors([]) == nil)
  }

  @Test func blackoutsCountFromTwentyMillisecondsOnAShapedLink() throws {
    let score = ValidationScore([
      row(.liveRAM, blackout: (0.1, 0.12)), row(.liveRAM, blackout: (0.019, 5)),
      row(.liveRAM, blackout: (0.1, 5), link: 0),
    ])
    let errors = try #require(score.errors(.blackout, of: .liveRAM))
    #expect(errors.rows == 1 && abs(errors.meanAbsolute - 0.2) < 1e-12)
  }

  @Test func convergenceIsCountedAndGradedByBrier() {
    let convergence = ValidationScore([
      row(.liveRAM, said: 0.9), row(.warm, isCompleted: false, said: 0.6), row(.liveDisk, said: 0.2),
      row(.liveRAM, isCompleted: false, said: 0.1),
      // Neither can fail to converge, or nobody knows.
      row(.cold, said: 0), row(.liveRAM, isCompleted: nil, said: 0),
    ]).convergence
    #expect(convergence.rows == 4 && convergence.correct == 2 && convergence.converged == 2)
    #expect(convergence.missedConvergence == 1 && convergence.missedDivergence == 1)
    #expect(abs(convergence.brier - (0.01 + 0.36 + 0.64 + 0.01) / 4) < 1e-12)
  }

  @Test func coverageCountsEachFigureOfCompletedRows() {
    let score = ValidationScore([
      row(.liveRAM, total: (10, 10.5), blackout: (1, 2)), row(.liveRAM, total: (10, 12)),
      row(.liveRAM, isCompleted: false, total: (10, 10)),
    ])
    #expect(score.coverage[.totalTime]?.figures == 2 && score.coverage[.totalTime]?.held == 1)
    #expect(score.overallCoverage.figures == 3 && score.overallCoverage.held == 1)
  }

  @Test func theBootMayBeGiven() throws {
    var migration = MeasuredMigration(
      id: "a", line: 2, inputs: MigrationInputs(.warm), outcome: MeasuredOutcome())
    migration.outcome.tickGapMilliseconds = 9000
    migration.outcome.destinationBootSeconds = 8
    let gap = RowPrediction.Figure(point: 6, low: 4, high: 8)
    let scored = ScoredMigration(
      migration, RowPrediction(convergence: 1, figures: [.cutoverDowntime: gap], bootSeconds: 5))
    #expect(try #require(scored[.cutoverDowntime]).error == 6.0 / 9 - 1)
    #expect(try #require(scored[.cutoverGivenBoot]).error == 0)
  }
}
