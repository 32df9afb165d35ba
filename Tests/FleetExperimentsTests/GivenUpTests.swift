import Testing

@testable import FleetExperiments
@testable import FleetSimulation

/// Who gives hosts up is sooner done with the rest: no merit, and no clause about it holds without a word.
@Suite struct GivenUpTests {
  private static let count = 10

  /// Ten replications of a campaign over eight hosts, of which so many were emptied, in so many seconds each and in all.
  private func result(emptied: Double, each: Double, makespan: Double) throws -> StudyResult {
    let ledgers = (0..<Self.count).map { _ in
      Ledger(strategies: ["warm"], classes: ["small"], campaigns: ["host-upgrade"], guests: 8)
    }
    var result = StudyResult(try tinyScenario(), ledgers)
    func all(_ value: (Double) -> Double) -> [Double] { (0..<Self.count).map { value(Double($0)) } }
    var series = try #require(result.drains.series)
    series.started = all { _ in 8 }
    series.finished = all { _ in emptied }
    series.gaveUp = all { _ in 8 - emptied }
    series.meanTimeSeconds = all { each + $0 }
    (series.timeMedian, series.timeP95) = (all { each + $0 }, all { each + 2 * $0 })
    result.drains.series = series
    result.courses?[0].series = CampaignSeries(
      makespanSeconds: all { makespan + $0 }, hostsDone: all { _ in emptied })
    return result
  }

  private func verdicts(_ before: StudyResult, _ after: StudyResult) throws -> [PairedMetric: PairedVerdict] {
    let contrast = try Comparison([.init(name: "a", result: before), .init(name: "b", result: after)])
      .contrasts[0]
    let timed = contrast.findings.filter { $0.metric.isDrainTime || $0.metric == .makespan }
    return Dictionary(uniqueKeysWithValues: timed.map { ($0.metric, $0.verdict) })
  }

  @Test("time is no gain where fewer hosts were emptied, and no loss where more were at the same pace")
  func fewer() throws {
    let (all, half) = (
      try result(emptied: 8, each: 1_000, makespan: 20_000),
      try result(emptied: 4, each: 500, makespan: 12_000)
    )
    for (before, after) in [(all, half), (half, all)] {
      let found = try verdicts(before, after)
      #expect(found.count == 4 && found.values.allSatisfy { $0 == .different }, "\(found)")
    }
    let check = try Check(before: all, after: half)
    #expect(!check.findings.contains { $0.metric == .makespan && $0.verdict == .better })
  }

  @Test("it is where as many were, or more in less time") func asMany() throws {
    let slow = try result(emptied: 6, each: 1_000, makespan: 20_000)
    for emptied in [6.0, 8] {
      let fast = try result(emptied: emptied, each: 500, makespan: 8_000)
      #expect(try verdicts(slow, fast).values.allSatisfy { $0 == .better })
      #expect(try verdicts(fast, slow).values.allSatisfy { $0 == .worse })
    }
  }

  @Test("one more host forgives no doubled time, nor does another campaign's host") func oneMore() throws {
    let fast = try result(emptied: 7, each: 1_000, makespan: 20_000)
    var slow = try result(emptied: 7, each: 2_000, makespan: 40_000)
    // In one replication of ten, or in all.
    slow.drains.series?.finished[3] = 8
    #expect(try verdicts(fast, slow).values.allSatisfy { $0 == .worse })
    #expect(
      try verdicts(fast, try result(emptied: 8, each: 2_000, makespan: 40_000)).values.allSatisfy {
        $0 == .worse
      })
    // An eighth more time for a seventh more hosts.
    let more = try result(emptied: 8, each: 1_120, makespan: 22_500)
    #expect(try verdicts(fast, more).values.allSatisfy { $0 == .different })
    // A gain is none as soon as one host is missing.
    #expect(try verdicts(more, fast).values.allSatisfy { $0 == .different })
    // The fleet has emptied more, and this campaign has not.
    var others = more
    others.courses?[0].series?.hostsDone = (0..<Self.count).map { _ in 7 }
    #expect(try verdicts(fast, others)[.makespan] == .worse)
    // An older result knows of the fleet only.
    others.courses?[0].series?.hostsDone = nil
    #expect(try verdicts(fast, others)[.makespan] == .different)
  }

  @Test("a clause about a campaign's end says how many hosts it had not done") func clauses() throws {
    var result = try result(emptied: 4, each: 500, makespan: 8_000)
    var course = try #require(result.courses?[0])
    course.outcomes = ["finished": Self.count]
    (course.hosts, course.hostsDone) = (Estimate([8]), Estimate([4.3]))
    (course.ended, course.makespan) = (Estimate([9_000]), Estimate([8_000]))
    result.courses = [course]
    for function in ["end", "makespan"] {
      let verdict = try Expectation.parse("\(function)(host-upgrade) < 2 d").evaluate(
        result, names: ExpectationNames(of: try tinyScenario()))
      #expect(
        verdict.held && verdict.unfinished?.words == "over, but 3.7 of 8 hosts were not done", "\(verdict)")
    }
    course.hostsDone = Estimate([8])
    result.courses = [course]
    let whole = try Expectation.parse("makespan(host-upgrade) < 2 d").evaluate(
      result, names: ExpectationNames(of: try tinyScenario()))
    #expect(whole.held && whole.unfinished == nil)
  }
}
