import MigrationPhysics
import Testing

@testable import FleetExperiments
@testable import FleetSimulation

@Suite struct ComparisonTests {
  /// A replication of four guests with these downtimes.
  private func ledger(_ downtimes: [Float]) -> Ledger {
    var ledger = Ledger(strategies: ["cold"], classes: ["all"], campaigns: ["drain"], guests: downtimes.count)
    for (guest, downtime) in downtimes.enumerated() {
      ledger.guestDowntime[guest] = downtime
      ledger.guestMoves[guest] = downtime > 0 ? 1 : 0
      ledger.byCampaign[0].downtimeSeconds += Double(downtime)
    }
    return ledger
  }

  private func comparison() -> Comparison {
    // Replications differ by far more than the variants: only pairing shows the difference.
    let cold = [ledger([100, 50, 5, 0]), ledger([1000, 500, 5, 0]), ledger([10_000, 5000, 5, 0])]
    let warm = [ledger([90, 50, 15, 0]), ledger([980, 500.0005, 5, 0]), ledger([9990, 5000, 5, 0])]
    return Comparison("tiny", ("cold", cold), ("warm", warm))
  }

  @Test func differencesArePairedByReplication() throws {
    let metric = try #require(comparison().metrics.first { $0.name == "downtime" })
    #expect(abs(metric.first.mean - 16_665.0 / 3) < 1e-9)
    // 0, -20, -10: mean -10, s 10, half width 4.30265 * 10 / √3.
    #expect(abs(metric.difference.mean + 10) < 1e-3)
    #expect(abs(try #require(metric.difference.high) - (-10 + 24.8414)) < 1e-2)
    #expect(metric.isSignificant == false)
    #expect(metric.lessIsBetter == true)
  }

  @Test func sharesAreOfGuestsMovedInBoth() {
    let guests = comparison().guests
    // Of three guests each: one better, one equal, one worse; 1, 2 (half a millisecond is none), 0; 1, 2, 0.
    #expect(abs(guests.better.mean - 1.0 / 3) < 1e-12)
    #expect(abs(guests.equal.mean - 5.0 / 9) < 1e-12)
    #expect(abs(guests.worse.mean - 1.0 / 9) < 1e-12)
  }

  @Test func aGuestThatOneVariantDidNotMoveIsNeitherBetterNorWorse() {
    let comparison = Comparison("tiny", ("a", [ledger([100, 0, 30])]), ("b", [ledger([0, 50, 20])]))
    #expect(comparison.guests.better.mean == 1)
    #expect(comparison.guests.worse.mean == 0)
  }

  @Test func whatCountsIsTheDowntimePerMove() {
    var twice = ledger([60])
    twice.guestMoves[0] = 2
    let comparison = Comparison("tiny", ("a", [ledger([40])]), ("b", [twice]))
    #expect(comparison.guests.better.mean == 1)
  }

  @Test func oneReplicationCannotTell() throws {
    let comparison = Comparison("tiny", ("a", [ledger([1])]), ("b", [ledger([2])]))
    #expect(try #require(comparison.metrics.first).isSignificant == nil)
  }

  @Test func aDifferenceIsSignificantIfItsIntervalLeavesOutZero() throws {
    let (a, b) = ([ledger([10]), ledger([100]), ledger([50])], [ledger([9]), ledger([98.5]), ledger([49])])
    #expect(try #require(Comparison("t", ("a", a), ("b", b)).metrics.first).isSignificant == true)
  }

  @Test func unequalNumbersOfReplicationsAreRefused() async {
    await #expect(processExitsWith: .failure) {
      let ledger = Ledger(strategies: [], classes: [], campaigns: [], guests: 0)
      _ = Comparison("tiny", ("a", [ledger]), ("b", [ledger, ledger]))
    }
  }
}
