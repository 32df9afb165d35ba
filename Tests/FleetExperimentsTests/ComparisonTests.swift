import DiscreteEvent
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
      ledger.byCampaign[0].completed += downtime > 0 ? 1 : 0
      if downtime > 0 { ledger.byCampaign[0].downtime.add(Double(downtime)) }
    }
    return ledger
  }

  private func side(_ name: String, _ ledgers: [Ledger], keepsGuests: Bool = true) throws -> Comparison.Side {
    .init(
      name: name, result: StudyResult(try tinyScenario(), ledgers), ledgers: keepsGuests ? ledgers : nil)
  }

  private func contrast(_ first: [Ledger], _ second: [Ledger]) throws -> Comparison.Contrast {
    try Comparison([try side("a", first), try side("b", second)]).contrasts[0]
  }

  // Replications differ by far more than the variants: only pairing shows the difference.
  private var cold: [Ledger] {
    [ledger([100, 50, 5, 0]), ledger([1000, 500, 5, 0]), ledger([10_000, 5000, 5, 0])]
  }
  private var warm: [Ledger] {
    [ledger([90, 50, 15, 0]), ledger([980, 500.0005, 5, 0]), ledger([9990, 5000, 5, 0])]
  }

  @Test func differencesArePairedByReplication() throws {
    let finding = try #require(try contrast(cold, warm)[.downtime])
    #expect(abs(finding.before - 16_665.0 / 3) < 1e-9)
    // 0, -20, -10: mean -10, s 10, half width 4.30265 * 10 / √3.
    #expect(abs(finding.difference.mean + 10) < 1e-3)
    #expect(abs(try #require(finding.difference.high) - (-10 + 24.8414)) < 1e-2)
    #expect(finding.verdict == .unclear)
    #expect(finding.pairs == PairCounts(better: 2, equal: 1, worse: 0))
    // The bootstrap never leaves the range of the samples.
    let bootstrap = try #require(finding.bootstrap)
    #expect(-20 <= bootstrap.low && bootstrap.low < -10 && -10 < bootstrap.high && bootstrap.high <= 0)
  }

  @Test func quantilesShiftWithinEachReplication() throws {
    // Of three moves the median is the second and the p95 the last.
    let found = try contrast(cold, warm)
    #expect(abs(try #require(found[.downtimeMedian]).difference.mean) < 1e-2)
    #expect(abs(try #require(found[.downtimeP95]).difference.mean + 40.0 / 3) < 0.1)
  }

  /// A replication whose campaign ended after so many seconds, if it did, and whose drains took these.
  private func ledger(ended: Double?, drains: [Double], notBegun: Int = 0) -> Ledger {
    var ledger = ledger([10])
    ledger.courses[0].began = 5
    ledger.courses[0].ended = ended
    ledger.courses[0].outcome = ended == nil ? .underWay : .finished
    ledger.drains.started = drains.count
    ledger.drains.finished = drains.count
    ledger.drains.notBegun = notBegun
    for time in drains { ledger.drains.time.add(time) }
    return ledger
  }

  @Test("campaigns by how long they take, drains by their mean, median and p95, pair by pair") func pace()
    throws
  {
    let slow = [ledger(ended: 105, drains: [10, 20, 90]), ledger(ended: 115, drains: [20, 30, 100])]
    let fast = [ledger(ended: 55, drains: [5, 10, 15]), ledger(ended: 66, drains: [6, 11, 16])]
    let found = try contrast(slow, fast)
    let makespan = try #require(found[.makespan, PairedGroup(kind: .campaign, name: "drain")])
    #expect(makespan.before == 105 && makespan.after == 55.5 && makespan.verdict == .better)
    #expect(abs(try #require(found[.drainTimeMedian]).before - 25) < 1)
    #expect(abs(try #require(found[.drainTimeP95]).before - 95) < 2)
    #expect(found[.drainsFinished]?.verdict == .equal)
    #expect(found.campaigns == [.init(name: "drain", finishedBefore: 1, finishedAfter: 1)])
    // A gate looks at them too.
    #expect(Set(PairedMetric.gating).isSuperset(of: [.makespan, .drainsFinished]))
  }

  @Test("a campaign that did not always end is not compared by the times at which it did") func unended()
    throws
  {
    let all = [ledger(ended: 105, drains: [10]), ledger(ended: 115, drains: [20])]
    let some = [ledger(ended: 55, drains: [5]), ledger(ended: nil, drains: [6], notBegun: 3)]
    let found = try contrast(all, some)
    #expect(!found.findings.contains { $0.metric == .makespan })
    #expect(found.campaigns == [.init(name: "drain", finishedBefore: 1, finishedAfter: 0.5)])
    #expect(found[.drainsFinished]?.after == (1 + 0.25) / 2)
  }

  @Test("what a scenario has none of is not tested, and makes nothing else less sure") func noDrains() throws
  {
    let drainless: Set<PairedMetric> = [
      .drainTime, .drainTimeMedian, .drainTimeP95, .drainsFinished, .drainsGivenUp, .makespan,
    ]
    #expect(try contrast(cold, warm).findings.allSatisfy { !drainless.contains($0.metric) })
    // A result of an older version, which knows no times of its campaigns.
    var old = try side("a", [ledger(ended: 105, drains: [10])], keepsGuests: false)
    old.result.courses?[0].series = nil
    let new = try side("b", [ledger(ended: 55, drains: [10])])
    #expect(try Comparison([old, new]).contrasts[0].findings.allSatisfy { $0.metric != .makespan })
  }

  @Test func sharesAreOfGuestsMovedInBoth() throws {
    let guests = try #require(try contrast(cold, warm).guests)
    // Of three guests each: one better, one equal, one worse; 1, 2 (half a millisecond is none), 0; 1, 2, 0.
    #expect(abs(guests.better.mean - 1.0 / 3) < 1e-12)
    #expect(abs(guests.equal.mean - 5.0 / 9) < 1e-12)
    #expect(abs(guests.worse.mean - 1.0 / 9) < 1e-12)
  }

  @Test func aGuestThatOneVariantDidNotMoveIsNeitherBetterNorWorse() throws {
    let guests = try #require(try contrast([ledger([100, 0, 30])], [ledger([0, 50, 20])]).guests)
    #expect(guests.better.mean == 1)
    #expect(guests.worse.mean == 0)
  }

  @Test func whatCountsIsTheDowntimePerMove() throws {
    var twice = ledger([60])
    twice.guestMoves[0] = 2
    #expect(try #require(try contrast([ledger([40])], [twice]).guests).better.mean == 1)
  }

  @Test func oneReplicationCannotTell() throws {
    let finding = try #require(try contrast([ledger([1])], [ledger([2])])[.downtime])
    #expect(finding.probability == nil && finding.bootstrap == nil && finding.verdict == .unclear)
  }

  @Test func keptResultsDoNotKnowTheirGuests() throws {
    let comparison = try Comparison([try side("a", cold), try side("b", warm, keepsGuests: false)])
    #expect(comparison.contrasts[0].guests == nil)
    #expect(try comparison.contrasts[0][.downtime] == contrast(cold, warm)[.downtime])
  }

  @Test func whatHasNoPartnerIsLeftOut() throws {
    let comparison = try Comparison([try side("a", cold), try side("b", Array(warm.prefix(2)))])
    #expect(comparison.replications == 2)
    let finding = try #require(comparison.contrasts[0][.downtime])
    #expect(abs(finding.difference.mean + 10) < 1e-3 && finding.pairs.all == 2)
  }

  /// Four replications that differ by little from their partners' 100.
  private func near(_ differences: [Float]) -> [Ledger] { differences.map { ledger([100 + $0]) } }

  @Test("with more variants the same difference is less sure") func holmCountsAllContrasts() throws {
    let reference = near([0, 0, 0, 0])
    let clear = near([-3, -2, -2.5, -3.5])
    let two = try Comparison([try side("a", reference), try side("b", clear)])
    let alone = try #require(two.contrasts[0][.downtime])
    #expect(alone.verdict == .better)
    let many = try Comparison(
      [try side("a", reference), try side("b", clear)]
        + (0..<12).map { try side("c\($0)", near([1, -1, 2, -3.0 + Float($0) * 0.1])) })
    let among = try #require(many.contrasts[0][.downtime])
    #expect(among.difference == alone.difference)
    #expect(try #require(among.probability) > 2 * #require(alone.probability))
    #expect(among.verdict == .unclear)
    #expect(many.contrasts.map(\.name).prefix(3) == ["b", "c0", "c1"])
  }

  @Test func whatIsNoPairIsRefusedByName() throws {
    var other = try side("b", warm)
    other.result.seed += 1
    do {
      _ = try Comparison([try side("a", cold), other])
      Issue.record("compared")
    } catch let error as NotComparable {
      #expect(error.description.hasPrefix("'a' and 'b': the seed differs"))
    }
    #expect(throws: NotComparable.self) { try Comparison([try side("a", cold)]) }
  }
}
