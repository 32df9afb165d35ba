import DiscreteEvent
import FleetReports
import Foundation
import Testing

@testable import FleetExperiments

@Suite struct ComparisonReportTests {
  private func finding(
    _ metric: PairedMetric, _ a: Double, _ b: Double, _ half: Double?, _ verdict: PairedVerdict,
    in group: PairedGroup = .all
  ) -> PairedFinding {
    var finding = PairedFinding(group, metric, pairs: [(a, b)], stream: RandomStream(seed: 1))
    if let half {
      (finding.difference.low, finding.difference.high) = (b - a - half, b - a + half)
      finding.bootstrap = BootstrapEnds(low: b - a - 0.9 * half, high: b - a + 1.1 * half)
      finding.probability = verdict == .unclear ? 0.4 : 0.0001
    }
    finding.verdict = verdict
    return finding
  }

  private func contrast(
    _ name: String = "warm", half: Double? = 14 * 3600, paid: Double = 1212, moved: Double = 56_900,
    _ verdict: PairedVerdict = .better
  ) -> Comparison.Contrast {
    let small = PairedGroup(kind: .vmClass, name: "small")
    let large = PairedGroup(kind: .vmClass, name: "large")
    return .init(
      name: name,
      findings: [
        finding(.downtime, 7312 * 3600, paid * 3600, half, verdict),
        finding(.bytes, 11e15, 11.6e15, half.map { _ in 1e13 }, half == nil ? .unclear : .worse),
        finding(.completed, 56_900, moved, half.map { _ in 0 }, .equal),
        finding(.failedAttempts, 10, 12, half.map { _ in 5 }, .unclear),
        finding(.brownout, 0, 0, half.map { _ in 0 }, .equal),
        finding(.downtimePerMove, 462.6, 76.7, half.map { _ in 0.9 }, verdict),
        finding(.downtimeMedian, 430, 60, half.map { _ in 0.8 }, verdict),
        finding(.downtimeP99, 900, 912, half.map { _ in 20 }, .unclear),
        finding(.downtimePerMove, 300, 40, half.map { _ in 0.5 }, verdict, in: small),
        finding(.downtimePerMove, 800, 840, half.map { _ in 4 }, half == nil ? .unclear : .worse, in: large),
      ],
      guests: GuestShares(
        better: SampleResult.estimate(0.99, 0.001), equal: SampleResult.estimate(0.004, 0.0002),
        worse: SampleResult.estimate(0.006, 0.0004)))
  }

  private func comparison(_ contrasts: [Comparison.Contrast]) -> Comparison {
    Comparison(
      scenario: "akamai-warm-year", seed: 7,
      replications: contrasts[0].findings[0].bootstrap == nil ? 1 : 20, reference: "cold",
      contrasts: contrasts)
  }

  private func text(_ contrast: Comparison.Contrast) -> String {
    ComparisonReport.text(comparison([contrast]))
  }

  @Test func theScreenIsAsRead() {
    #expect(
      text(contrast())
        == """
        akamai-warm-year: warm against cold
        warm pays 6,100 h less downtime than cold (95 %: 6,086 to 6,114); 99 % of the VMs moved are better off, 0.6 %
        worse. Of a move's downtime the median 6 min 10 s shorter is all that shifts. By class of VM, 1 of 2 pay less
        for a move and 1 more: large +5 %.

        Differences
                            cold     warm  difference  relative  95 % (t)            verdict        95 % (BCa)
        downtime         7,312 h  1,212 h    -6,100 h   -83.4 %  (-6,114 to -6,086)  better         (-6,113 to -6,085)
        data moved         11 PB  11.6 PB     +600 TB   +5.45 %  (590 to 610)        worse          (591 to 611)
        moves completed   56,900   56,900           0       0 %                      equal
        failed attempts       10       12          +2     +20 %  (-3 to 7)           may be chance  (-3 to 8)

        Downtime of a move
                      cold         warm  difference  relative  95 % (t)            verdict        95 % (BCa)
        mean    7 min 43 s   1 min 17 s  -6.432 min   -83.4 %  (-6.447 to -6.417)  better         (-6.445 to -6.415)
        median  7 min 10 s        1 min  -6.167 min     -86 %  (-6.180 to -6.153)  better         (-6.179 to -6.152)
        p99         15 min  15 min 12 s       +12 s   +1.33 %  (-8 to 32)          may be chance  (-6 to 34)
        Median, p95 and p99 are means over the replications of each one's own; those of `run` are of all moves of all
        replications together.
        warm minus cold, means of 20 pairs of replications that draw the same random numbers, with 95 % intervals of
        the difference in its unit: Student's t, and the bootstrap (BCa), which asks for no shape of distribution.
        Verdicts are by t, and count all 8 figures that differ at all (Holm): the chance that any better or worse here
        is a false alarm is below 5 %.

        Classes and campaigns
        VMs    figure                    cold    warm  relative  95 % (t)            verdict
        large  downtime per move  13 min 20 s  14 min      +5 %  (4.5 to 5.5)        worse
        small  downtime per move        5 min    40 s   -86.7 %  (-86.83 to -86.50)  better
        Only what differs beyond chance; of the others 0 figures are the very same, and 0 may differ by chance.

        VMs moved in both, by downtime per move
        better off  99.00 %  (98.90 to 99.10)
        the same     0.40 %  (0.38 to 0.42)
        worse off    0.60 %  (0.56 to 0.64)

        """)
  }

  @Test("several are shown side by side first") func several() {
    let text = ComparisonReport.text(comparison([contrast(), contrast("live", paid: 800)]))
    #expect(text.hasPrefix("akamai-warm-year: 2 others against cold\n"))
    #expect(text.contains("warm pays 6,100 h less") && text.contains("live pays 6,512 h less"))
    #expect(text.components(separatedBy: "those of `run` are of all moves").count == 2)
    #expect(text.contains("At a glance") && text.contains("live: Downtime of a move"))
  }

  @Test("who moved fewer VMs is not praised for it")
  func caveat() {
    #expect(
      ComparisonReport.markdown(comparison([contrast(moved: 50_000)]))
        .contains("But warm completed 6,900 moves fewer (50,000 against 56,900)"))
    #expect(!ComparisonReport.markdown(comparison([contrast()])).contains("But warm"))
  }

  @Test("moves asked for again are told from moves that were left undone") func repeated() {
    func words(_ undone: Comparison.UndoneMoves) -> String {
      var contrast = contrast(moved: 57_900)
      contrast.undone = undone
      return text(contrast).replacing("\n", with: " ")
    }
    let again = words(.init(before: 0, after: 0, repeatedBefore: 10, repeatedAfter: 1010))
    #expect(
      again.contains(
        "warm completed 1,000 moves more (57,900 against 56,900): 1,010 against 10 are of VMs that had been moved "
          + "before; nothing is left undone on either side."), "\(again)")
    #expect(!again.contains("But warm") && !again.contains("has cost nothing yet"))
    #expect(words(.init(before: 7, after: 7)).contains("(57,900 against 56,900); as many are left undone"))
    #expect(words(.init(before: 0, after: 2)).contains("56,900); 2 against 0 are left undone."))
    #expect(words(.init(before: 1000, after: 0)).contains("But warm completed 1,000 moves more"))
  }

  @Test("what a difference rounds to nothing in is no percentage either") func nothing() {
    var small = contrast()
    var median = finding(.downtimeMedian, 11.7, 11.711, 0.5, .unclear)
    median.bootstrap = nil
    small.findings = [median, finding(.downtimeP99, 127, 127.000_06, 0.000_14, .unclear)]
    let text = text(small)
    #expect(text.contains("0 ms       0 %  (-500 to 500)"), "\(text)")
    #expect(!text.contains("0.094") && text.contains("< 0.01 %") && !text.contains("0.0000"), "\(text)")
    // A decrease keeps its sign.
    small.findings[1] = finding(.downtimeP99, 127, 126.999_94, 0.000_14, .unclear)
    #expect(self.text(small).contains("> -0.01 %"), "\(self.text(small))")
  }

  @Test func whatMayBeChanceIsNotClaimed() {
    let text = text(contrast(half: 7000 * 3600, .unclear))
    #expect(text.contains("warm and cold cannot be told apart by downtime: 6,000 h less on average, but"))
    #expect(text.contains("holds zero") && !text.contains("warm pays"))
    // An interval without zero is no proof where many figures are looked at.
    #expect(self.text(contrast("warm", .unclear)).contains("but that may be chance"))
  }

  @Test func oneReplicationClaimsNothing() {
    let text = text(contrast(half: nil, .unclear))
    #expect(text.contains("warm paid 6,100 h less downtime than cold in the one replication there is"))
    #expect(text.contains("One pair of replications has no confidence interval"))
    #expect(text.contains("cannot be told"))
    #expect(!text.contains("  better"))
  }

  @Test("a difference too small for two places of a percentage keeps the digits that its verdict is about")
  func smallDifferences() {
    var small = contrast()
    var tiny = finding(.downtime, 1000, 999.9818, nil, .better)
    (tiny.difference.low, tiny.difference.high) = (-0.0190, -0.0174)
    tiny.bootstrap = BootstrapEnds(low: -0.0190, high: -0.0174)
    (tiny.group, tiny.verdict) = (PairedGroup(kind: .vmClass, name: "small"), .better)
    small.findings = [tiny]
    #expect(text(small).contains("-0.00182 %  (-0.0019 to -0.0017)"), "\(text(small))")
  }

  @Test func moreIsSaidToBeMore() {
    #expect(
      text(contrast(paid: 7412, .worse)).contains("warm pays 100 h more downtime than cold (95 %: 86 to 114)")
    )
  }

  private func slower(_ ends: [Comparison.CampaignEnds] = [], finished: Double = 1) -> Comparison.Contrast {
    var contrast = contrast()
    contrast.findings += [
      finding(.drainTime, 1800, 900, 60, .better), finding(.drainTimeMedian, 1700, 890, 60, .better),
      finding(.drainTimeP95, 3000, 2400, 900, .unclear), finding(.drainsFinished, 1, finished, 0.01, .worse),
      finding(
        .makespan, 21.77 * 3600, 11.59 * 3600, 600, .better,
        in: PairedGroup(kind: .campaign, name: "patch")),
    ]
    contrast.campaigns = ends
    return contrast
  }

  @Test("how long the campaign and its drains take is the planner's own question") func pace() throws {
    let text = text(slower())
    #expect(text.contains("From begin to end patch takes 11.6 h instead of 21.8 h."))
    #expect(text.contains("Drains and campaigns\n"))
    #expect(
      text.contains("drain, median        28 min 20 s  14 min 50 s   -13.5 min   -47.6 %  (-14.5 to -12.5)"))
    #expect(
      text.contains("patch: begin to end       21.8 h       11.6 h    -10.18 h   -46.8 %  (-10.35 to -10.01)")
    )
    #expect(!text.contains("is not compared"))
    // It stands in its own table, and not among the classes as well.
    #expect(text.components(separatedBy: "makespan").count == 1)
    let several = ComparisonReport.text(comparison([slower(), slower()]))
    let glance = try #require(several.components(separatedBy: "warm: Differences").first)
    #expect(glance.contains("patch: begin to end") && glance.contains("21.8 h") && glance.contains("11.6 h"))
  }

  @Test("what did not end is said, lest the times of the rest be taken for all") func unended() {
    let text = text(
      slower([.init(name: "patch", finishedBefore: 1, finishedAfter: 0.4)], finished: 0.5)
    ).replacing("\n", with: " ")
    #expect(text.contains("Drain times are only of the drains that finished."))
    #expect(
      text.contains(
        "patch was over at the horizon in 100 % of the replications of cold and 40 % of warm: how long it takes is not "
          + "compared."))
    #expect(!self.text(slower()).contains("Drain times are only"))
  }

  @Test func markdownIsATable() {
    let text = ComparisonReport.markdown(comparison([contrast()]))
    #expect(
      text.contains(
        "|  | cold | warm | difference | relative | 95 % (t) | verdict | 95 % (BCa) |\n| :-- | --: |"))
  }

  @Test func jsonReadsBack() throws {
    let text = try ComparisonReport.json(comparison([contrast()]))
    let read = try JSONDecoder().decode(Comparison.self, from: Data(text.utf8))
    #expect(read.contrasts[0].findings == contrast().findings)
    #expect(text.contains("fleetshift.comparison/2") && text.hasSuffix("}\n"))
  }

  @Test("no line is wider than asked for", arguments: [40, 80, 110])
  func widths(_ width: Int) {
    let screen = ComparisonReport.text(
      comparison([contrast(), contrast("live")]), style: TerminalStyle(width: width))
    for line in screen.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
  }
}
