import DiscreteEvent
import Testing

@testable import FleetExperiments
@testable import FleetSimulation

@Suite("A change held against what was before") struct CheckTests {
  /// A result of ten replications in which `small` and `large` VMs pay what `downtime` says, seconds a move.
  private func result(
    replications: Int = 10, seed: UInt64 = 7, _ downtime: (_ replication: Int, _ vmClass: Int) -> Double
  ) throws -> StudyResult {
    var scenario = try tinyScenario()
    scenario.seed = seed
    let ledgers = (0..<replications).map { replication in
      var ledger = Ledger(
        strategies: ["warm", "cold"], classes: ["small", "large"], campaigns: ["host-upgrade"], guests: 8)
      for vmClass in 0..<2 {
        var cell = Cell()
        cell.requested = 20
        cell.completed = 20
        cell.attempts = 20
        cell.downtimeSeconds = 20 * downtime(replication, vmClass)
        for _ in 0..<20 { cell.downtime.add(downtime(replication, vmClass)) }
        ledger.byClass[vmClass] = cell
      }
      ledger.byCampaign[0] = ledger.byClass[0]
      ledger.byCampaign[0].downtimeSeconds += ledger.byClass[1].downtimeSeconds
      ledger.byCampaign[0].downtime.merge(ledger.byClass[1].downtime)
      ledger.byCampaign[0].requested = 40
      ledger.byCampaign[0].completed = 40
      return ledger
    }
    return StudyResult(scenario, ledgers)
  }

  private func check(
    tolerance: Double = 0.01, _ before: (Int, Int) -> Double, _ after: (Int, Int) -> Double
  ) throws -> Check {
    try Check(before: result(before), after: result(after), tolerance: tolerance)
  }

  /// Why two results are no pair; empty if they are one.
  private func refusal(_ before: StudyResult, _ after: StudyResult) -> String {
    do {
      _ = try Check(before: before, after: after)
      return ""
    } catch { return error.description }
  }

  private func verdict(_ check: Check, _ name: String) throws -> PairedVerdict {
    try #require(check.findings.first { $0.group.name == name && $0.metric == .downtimePerMove }).verdict
  }

  /// Replications differ far more than the variants do.
  private static func base(_ replication: Int, _ vmClass: Int) -> Double {
    Double(50 + 40 * replication + 10 * vmClass)
  }

  @Test("the very same is the same") func same() throws {
    let check = try check(Self.base, Self.base)
    #expect(check.outcome == .same && check.findings.allSatisfy { $0.verdict == .equal })
    #expect(check.differing.isEmpty)
  }

  @Test("one class that is worse breaks the check, though the others are better") func oneClass() throws {
    let check = try check(Self.base) { replication, vmClass in
      Self.base(replication, vmClass) + (vmClass == 0 ? -20 : 10) + 0.1 * Double(replication % 3)
    }
    #expect(check.outcome == .worse)
    #expect(try verdict(check, "large") == .worse)
    #expect(try verdict(check, "small") == .better)
    #expect(check.differing.first?.verdict == .worse)
    let finding = try #require(
      check.findings.first { $0.group.name == "large" && $0.metric == .downtimePerMove })
    #expect(abs(finding.difference.mean - 10.09) < 1e-9 && (finding.probability ?? 1) < 1e-6)
  }

  @Test("surely worse, but within what is tolerated") func tolerated() throws {
    let worse: (Int, Int) -> Double = { Self.base($0, $1) * 1.008 }
    let check = try check(Self.base, worse)
    #expect(check.outcome == .moved)
    #expect(try verdict(check, "large") == .tolerated)
    #expect(try self.check(tolerance: 0.005, Self.base, worse).outcome == .worse)
  }

  @Test("of nothing before, any is too much") func fromNothing() throws {
    let check = try check({ _, _ in 0 }, { _, _ in 0.001 })
    #expect(check.outcome == .worse)
  }

  @Test("what may be chance is not reported") func chance() throws {
    // Up by 30 in five replications and down by 29 in five.
    let check = try check(Self.base) { Self.base($0, $1) + ($0.isMultiple(of: 2) ? 30 : -29) }
    #expect(check.outcome == .same)
    #expect(try verdict(check, "large") == .unclear)
  }

  @Test("a difference that one test would call sure is not, of many looked at") func manyTests() throws {
    // p = 0.03 by itself; with two classes and the whole Holm asks for 0.05 / 3.
    let noise = [4.6, -2.4, 5.6, 2.6, -1.4, 6.6, 1.6, -0.4, 3.6, 4.6]
    let check = try check(Self.base) { Self.base($0, $1) + noise[$0] + Double($1) * 0.001 * Double($0) }
    let finding = try #require(
      check.findings.first { $0.group.name == "small" && $0.metric == .downtimePerMove })
    let alone = try #require(PairedTest(noise)).probability
    #expect(alone < 0.05 && alone > 0.05 / 3, "\(alone)")
    #expect((finding.probability ?? 0) > 2 * alone && finding.verdict == .unclear)
  }

  @Test("an expectation that is not met breaks it, whatever else") func expectations() throws {
    var before = try result(Self.base)
    var after = before
    after.expectations = [ExpectationResult(text: "total(moves) > 1", held: false, actual: "0")]
    #expect(try Check(before: before, after: after).outcome == .worse)
    before.expectations = [ExpectationResult(text: "total(moves) > 1", held: true, actual: "2")]
    #expect(try Check(before: before, after: after).outcome == .worse)
  }

  @Test("what was broken before too is no news, and broken all the same") func brokenBefore() throws {
    var before = try result(Self.base)
    before.expectations = [ExpectationResult(text: "total(moves) > 9", held: false, actual: "3")]
    var after = before
    after.expectations[0].actual = "4"
    let check = try Check(before: before, after: after)
    #expect(check.outcome == .broken)
    #expect(check.broken.map(\.heldBefore) == [false] && check.broken.map(\.actualBefore) == ["3"])
    // One more that held, and it is the change that is to blame.
    before.expectations.append(ExpectationResult(text: "total(moves) > 3", held: true, actual: "4"))
    after.expectations.append(ExpectationResult(text: "total(moves) > 3", held: false, actual: "3"))
    #expect(try Check(before: before, after: after).outcome == .worse)
    // Something else that is worse is worse.
    var worse = try result { Self.base($0, $1) + 20 }
    worse.expectations = before.expectations
    #expect(try Check(before: before, after: worse).outcome == .worse)
  }

  @Test("a class or a campaign that only one side has is no pair, whoever else is better") func lone() throws
  {
    let before = try result(Self.base)
    func reason(_ change: (inout StudyResult) -> Void) -> String {
      var after = before
      change(&after)
      return refusal(before, after)
    }
    let renamed = reason { $0.byClass.groups[1].name = "huge" }
    #expect(
      renamed.hasPrefix(
        "the classes of VMs differ: 'large' is only in the one before, 'huge' is only in the one after"))
    #expect(reason { $0.byClass.groups.removeLast() }.contains("'large' is only in the one before"))
    #expect(
      reason { $0.byCampaign.groups[0].name = "rollout" }.hasPrefix("the campaigns differ: 'host-upgrade'"))
    #expect(reason { $0.byClass.groups.reverse() }.isEmpty)
  }

  @Test("results that are no pair are refused, with the reason") func refusals() throws {
    let before = try result(Self.base)
    func reason(_ after: StudyResult) -> String { refusal(before, after) }
    #expect(reason(try result(seed: 8, Self.base)) == "the seed differs: 7 before, 8 after")
    #expect(
      reason(try result(replications: 9, Self.base))
        == "the number of replications differs: 10 before, 9 after")
    var other = before
    other.scenario = "other"
    #expect(reason(other) == "the scenario differs: 'tiny' before, 'other' after")
    other = before
    other.horizonSeconds = 86_400
    #expect(
      reason(other) == "the horizon differs: 2.00 d before, 1 d after"
        || reason(other).hasPrefix("the horizon differs"))
    other = before
    other.totals.series = nil
    #expect(reason(other).contains("older version"))
    let one = try result(replications: 1, Self.base)
    #expect(reason(one) == "the number of replications differs: 10 before, 1 after")
    do {
      _ = try Check(before: one, after: one)
      Issue.record("a single pair was judged")
    } catch {
      #expect(error.description == "a single pair of replications cannot tell a change from chance")
      #expect(error.remedy == "make both with --replications of 2 at least, better 10")
    }
  }

  @Test("a result whose lists are cut is no pair, wherever it was cut") func cut() throws {
    let before = try result(Self.base)
    func reason(_ change: (inout StudyResult) -> Void) -> String {
      var cut = before
      change(&cut)
      return refusal(cut, before)
    }
    let short = try result(replications: 4, Self.base)
    let words = "has numbers of 4 replications, and there are 10"
    #expect(reason { _ in } == "")
    #expect(
      reason { $0.totals.series = short.totals.series }
        == "in one of the results the group of all moves \(words)")
    #expect(
      reason { $0.byClass.groups[1].result.series = short.totals.series }
        == "in one of the results the class 'large' \(words)")
    #expect(
      reason { $0.drains.series = short.drains.series }
        == "in one of the results what is said of drains \(words)")
    #expect(
      reason { $0.courses?[0].series = short.courses?[0].series }
        == "in one of the results the campaign 'host-upgrade' \(words)")
  }

  @Test("policies that are the same but for their luck seldom raise an alarm") func falseAlarms() throws {
    var stream = RandomStream(seed: 21)
    var alarms = 0
    for _ in 0..<300 {
      let noise = (0..<20).map { _ in (stream.standardNormal(), stream.standardNormal()) }
      let before: (Int, Int) -> Double = { 100 + noise[$0].0 + noise[$0 + 10].0 * Double($1) }
      let after: (Int, Int) -> Double = { 100 + noise[$0].1 + noise[$0 + 10].1 * Double($1) }
      let check = try check(tolerance: 0, before, after)
      if check.outcome == .worse { alarms += 1 }
    }
    // One side of 5 %: 7.5 of 300 expected, 16 or more in one series of 400.
    #expect(alarms < 16, "\(alarms)")
  }
}
