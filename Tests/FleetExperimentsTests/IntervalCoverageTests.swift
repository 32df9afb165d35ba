import DiscreteEvent
import Testing

@testable import FleetExperiments
@testable import FleetSimulation

/// Whether what compare and check claim is as sure as they say. `make trials` does the same with thousands of runs of
/// the program.
@Suite("How often intervals and verdicts are right") struct IntervalCoverageTests {
  private static let repetitions = 500
  /// 93 to 97 % of them.
  private static let right = 465...485

  private let template: StudyResult

  init() throws {
    var ledger = Ledger(
      strategies: ["warm"], classes: ["small", "large"], campaigns: ["host-upgrade"], guests: 0)
    for cell in [\Ledger.byClass[0], \Ledger.byClass[1], \Ledger.byCampaign[0]] {
      ledger[keyPath: cell].requested = 20
      ledger[keyPath: cell].completed = 20
    }
    template = StudyResult(try tinyScenario(), [ledger])
  }

  /// A result of so many replications whose moves cost what `downtime` says.
  private func result(_ replications: Int, _ downtime: (_ group: Int, _ replication: Int) -> Double)
    -> StudyResult
  {
    var result = template
    result.replications = replications
    // Of these there are numbers of the sample's one replication.
    (result.courses, result.drains.series) = (nil, nil)
    for index in result.byCampaign.groups.indices { result.byCampaign.groups[index].result.series = nil }
    func series(_ old: GroupSeries?, _ group: Int) -> GroupSeries? {
      var series = old
      let downtimes = (0..<replications).map { downtime(group, $0) }
      series?.moves = Array(repeating: 20, count: replications)
      series?.completed = Array(repeating: 20, count: replications)
      series?.abandoned = downtimes.map { 3 - $0 / 1_000 }
      series?.failedAttempts = downtimes.map { $0 / 300 }
      series?.downtimeSeconds = downtimes.map { 20 * $0 }
      series?.savedSeconds = downtimes.map { -$0 }
      series?.transferredBytes = downtimes.map { 1e9 * $0 }
      series?.brownoutSeconds = downtimes
      series?.downtimeMedian = downtimes
      series?.downtimeP95 = downtimes.map { 2 * $0 }
      series?.downtimeP99 = downtimes.map { 3 * $0 }
      return series
    }
    result.totals.series = series(result.totals.series, 0)
    for index in result.byClass.groups.indices {
      result.byClass.groups[index].result.series = series(
        result.byClass.groups[index].result.series, 1 + index)
    }
    return result
  }

  private func stream(_ repetition: Int) -> RandomStream {
    RandomStream(StreamKey(seed: 5, entity: UInt64(repetition), purpose: .sizes))
  }

  /// Replications differ by far more than the variants, in both alike; what is left of each is its own.
  private func coverage(
    pairs: Int, noise: (inout RandomStream) -> Double
  ) throws -> (student: Int, bootstrap: Int) {
    var (student, bootstrap) = (0, 0)
    let truth = 20 * 7.0
    for repetition in 0..<Self.repetitions {
      var stream = stream(repetition)
      let common = (0..<pairs).map { _ in 500 + 200 * stream.standardNormal() }
      let own = (0..<pairs).map { _ in (noise(&stream), noise(&stream)) }
      let before = result(pairs) { common[$1] + own[$1].0 }
      let after = result(pairs) { common[$1] + own[$1].1 + 7 }
      let found = try ResultPair(before, after).findings(
        ofAll: [.downtime], ofGroups: [], bootstraps: true)
      let finding = try #require(found.first)
      let (low, high) = (try #require(finding.difference.low), try #require(finding.difference.high))
      let ends = try #require(finding.bootstrap)
      if low <= truth && truth <= high { student += 1 }
      if ends.low <= truth && truth <= ends.high { bootstrap += 1 }
    }
    return (student, bootstrap)
  }

  @Test("of 500 known differences 93 to 97 % lie in the 95 % interval: t and BCa") func normal() throws {
    let held = try coverage(pairs: 20) { 10 * $0.standardNormal() }
    #expect(Self.right.contains(held.student), "t: \(held.student)")
    #expect(Self.right.contains(held.bootstrap), "BCa: \(held.bootstrap)")
  }

  @Test("with ten pairs and skewed sides t does, and BCa does not: verdicts rest on t") func skewed() throws {
    // The square of a normal number has a skewness of 2.8.
    let held = try coverage(pairs: 10) {
      let normal = $0.standardNormal()
      return 10 * normal * normal
    }
    #expect(Self.right.contains(held.student), "t: \(held.student)")
    // No claim, but what the documentation admits: 89 % of 4,000 by another program, within three standard errors.
    #expect((424...466).contains(held.bootstrap), "BCa: \(held.bootstrap)")
  }

  @Test("policies that differ in their luck alone raise fewer than 5 % alarms, whatever is looked at")
  func falseAlarms() throws {
    var (alarms, claims) = (0, 0)
    for repetition in 0..<Self.repetitions {
      var stream = stream(10_000 + repetition)
      func luck() -> StudyResult {
        // Of a group that is twice another's the luck is the same: tests are not independent.
        let values = (0..<10).map { _ in 500 + 200 * stream.standardNormal() }
        let others = (0..<10).map { _ in 100 * stream.standardNormal() }
        return result(10) { $0 == 2 ? values[$1] + others[$1] : values[$1] }
      }
      let (before, after) = (luck(), luck())
      let check = try Check(before: before, after: after, tolerance: 0)
      if check.outcome == .worse { alarms += 1 }
      if check.findings.contains(where: { $0.verdict == .better || $0.verdict == .worse }) { claims += 1 }
    }
    #expect(alarms < 25, "\(alarms) of \(Self.repetitions)")
    #expect(claims < 25, "\(claims) of \(Self.repetitions)")
    // A procedure that never says anything would pass, too.
    #expect(claims > 0)
  }

  @Test("a real fleet: what is said of ten pairs is true of hundreds") func fleet() async throws {
    let (groups, pairs) = (40, 10)
    var (warm, scenario) = (try tinyScenario(), try tinyScenario(chain: ["cold"]))
    (warm.seed, scenario.seed) = (99, 99)
    let ledgers = try #require(
      try await Study([warm, scenario], replications: groups * pairs, threads: 2).run(
        progress: StudyProgress()))
    let truth =
      zip(ledgers[0], ledgers[1]).reduce(0) {
        $0 + $1.1.total.downtimeSeconds - $1.0.total.downtimeSeconds
      } / Double(groups * pairs)
    var held = 0
    for group in 0..<groups {
      let part = (group * pairs)..<((group + 1) * pairs)
      let comparison = try Comparison([
        .init(name: "warm", result: StudyResult(warm, Array(ledgers[0][part]))),
        .init(name: "cold", result: StudyResult(scenario, Array(ledgers[1][part]))),
      ])
      let difference = try #require(comparison.contrasts[0][.downtime]).difference
      if try #require(difference.low) <= truth, try truth <= #require(difference.high) { held += 1 }
    }
    // 95 % of 40 is 38; fewer than 34 come once in a hundred such tests.
    #expect(held >= 34, "\(held) of \(groups)")
  }
}
