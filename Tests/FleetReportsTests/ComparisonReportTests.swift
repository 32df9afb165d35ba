import FleetReports
import Foundation
import Testing

@testable import FleetExperiments

@Suite struct ComparisonReportTests {
  private func metric(
    _ name: String, _ unit: MetricDifference.Unit, _ a: Double, _ b: Double, _ half: Double?, less: Bool
  ) -> MetricDifference {
    var difference = Estimate([b - a])
    if let half { (difference.low, difference.high) = (b - a - half, b - a + half) }
    return MetricDifference(
      name: name, unit: unit, first: Estimate([a]), second: Estimate([b]), difference: difference,
      lessIsBetter: less)
  }

  private func comparison(half: Double? = 14 * 3600, paid: Double = 1212, moved: Double = 56_900)
    -> Comparison
  {
    Comparison(
      scenario: "akamai-warm-year", first: "cold", second: "warm", replications: half == nil ? 1 : 20,
      metrics: [
        metric("downtime", .seconds, 7312 * 3600, paid * 3600, half, less: true),
        metric("data moved", .bytes, 11e15, 11.6e15, half.map { _ in 1e13 }, less: true),
        metric("moves completed", .count, 56_900, moved, half.map { _ in 0 }, less: false),
        metric("failed attempts", .count, 10, 12, half.map { _ in 5 }, less: true),
        metric("brownout", .seconds, 0, 0, half.map { _ in 0 }, less: true),
      ],
      guests: GuestShares(
        better: SampleResult.estimate(0.99, 0.001), equal: SampleResult.estimate(0.004, 0.0002),
        worse: SampleResult.estimate(0.006, 0.0004)))
  }

  @Test func theScreenIsAsRead() {
    #expect(
      ComparisonReport.text(comparison()) == """
        akamai-warm-year: warm against cold
        warm pays 6,100 h less downtime than cold (95 %: 6,086 to 6,114); 99 % of the VMs moved are better off, 0.6 %
        worse.

        Differences
                            cold     warm  difference  95 % interval       relative  verdict
        downtime         7,312 h  1,212 h    -6,100 h  (-6,114 to -6,086)   -83.4 %  better
        data moved         11 PB  11.6 PB     +600 TB  (590 to 610)         +5.45 %  worse
        moves completed   56,900   56,900           0                           0 %  equal
        failed attempts       10       12          +2  (-3 to 7)              +20 %  may be chance
        warm minus cold, means of 20 pairs of replications that draw the same random numbers, in brackets the 95 %
        interval of the difference. A difference whose interval holds zero may be chance.

        VMs moved in both, by downtime per move
        better off  99.00 %  (98.90 to 99.10)
        the same     0.40 %  (0.38 to 0.42)
        worse off    0.60 %  (0.56 to 0.64)

        """)
  }

  @Test("who moved fewer VMs is not praised for it")
  func caveat() {
    let text = ComparisonReport.markdown(comparison(moved: 50_000))
    #expect(text.contains("But warm completed 6,900 moves fewer (50,000 against 56,900)"))
    #expect(!ComparisonReport.markdown(comparison()).contains("But warm"))
  }

  @Test func whatMayBeChanceIsNotClaimed() {
    let text = ComparisonReport.text(comparison(half: 7000 * 3600))
    #expect(text.contains("warm and cold cannot be told apart by downtime: 6,000 h less on average, but"))
    #expect(!text.contains("warm pays"))
  }

  @Test func oneReplicationClaimsNothing() {
    let text = ComparisonReport.text(comparison(half: nil))
    #expect(text.contains("warm paid 6,100 h less downtime than cold in the one replication there is"))
    #expect(text.contains("One pair of replications has no confidence interval"))
    #expect(text.contains("cannot be told"))
    #expect(!text.contains(" %  better"))
  }

  @Test func moreIsSaidToBeMore() {
    #expect(
      ComparisonReport.text(comparison(paid: 7412)).contains(
        "warm pays 100 h more downtime than cold (95 %: 86 to 114)"))
  }

  @Test func markdownIsATable() {
    let text = ComparisonReport.markdown(comparison())
    #expect(
      text.contains("|  | cold | warm | difference | 95 % interval | relative | verdict |\n| :-- | --: |"))
  }

  @Test func jsonReadsBack() throws {
    let text = try ComparisonReport.json(comparison())
    let read = try JSONDecoder().decode(Comparison.self, from: Data(text.utf8))
    #expect(read.metrics == comparison().metrics)
    #expect(text.hasSuffix("}\n"))
  }

  @Test("no line is wider than asked for", arguments: [40, 80, 110])
  func widths(_ width: Int) {
    let screen = ComparisonReport.text(comparison(), style: TerminalStyle(width: width))
    for line in screen.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
  }
}
