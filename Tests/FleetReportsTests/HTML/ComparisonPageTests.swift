import Foundation
import Testing

@testable import FleetExperiments
@testable import FleetReports

@Suite("The page of two results") struct ComparisonPageTests {
  /// Four replications that differ by little, and a campaign that is over in each.
  private func result(
    _ variant: String?, downtime: Double, hours: Double, moves: Double = 100, completed: Double = 100
  ) -> StudyResult {
    func each(_ value: Double) -> [Double] { (0..<4).map { value * (1 + 0.001 * Double($0)) } }
    func same(_ value: Double) -> [Double] { Array(repeating: value, count: 4) }
    var result = SampleResult.full()
    result.variant = variant
    result.replications = 4
    result.question = "Which way?"
    let series = GroupSeries(
      moves: same(moves), completed: same(completed), abandoned: same(0), attempts: same(moves),
      failedAttempts: same(0), transferredBytes: each(1e12), downtimeSeconds: each(downtime),
      savedSeconds: each(7200), brownoutSeconds: same(0), downtimeMedian: each(2), downtimeP95: each(3),
      downtimeP99: each(4))
    result.totals.series = series
    result.byClass = NamedGroups(
      ["linode-8gb", "linode-32gb"].map { name in
        var group = result.totals
        group.series = series
        return (name, group)
      })
    let none = Estimate([0])
    result.courses = [
      CampaignResult(
        name: "patch", outcomes: ["finished": 4], stoppedBy: [:], hosts: none, hostsDone: none,
        hostsRetired: none, hostsDied: none, deadlineMisses: none, toReturn: none, returned: none,
        returnMisses: none, lost: none, rebuilt: none, rebuiltFromImage: none,
        series: CampaignSeries(makespanSeconds: each(hours * 3600)))
    ]
    return result
  }

  private func report(_ others: StudyResult...) throws -> HTMLReport {
    var report = HTMLReport(
      result(nil, downtime: 1400, hours: 21), course: nil, question: "Which way?", command: "run",
      version: "1",
      bundle: "/* vega */")
    try report.compare("base", with: others.map { ($0.variant ?? "", $0) })
    return report
  }

  @Test("says what is compared, and both results' figures: the end, all downtime, the classes") func page()
    throws
  {
    let page = try report(result("two", downtime: 1500, hours: 11)).render()
    #expect(page.contains("<h1>akamai-warm-year: two against base</h1>"))
    #expect(page.contains("two pays 100.15 s more downtime than base"))
    #expect(page.contains("From begin to end patch takes 11 h instead of 21 h."))
    #expect(page.contains("<th scope=\"col\" class=\"n\">base</th><th scope=\"col\" class=\"n\">two</th>"))
    for row in [
      "patch: begin to end</th><td class=\"n\">21 h</td><td class=\"n\">11 h</td><td>better</td>",
      "downtime, in all</th><td class=\"n\">23.4 min</td><td class=\"n\">25 min</td><td>worse</td>",
      "linode-8gb: downtime per move</th>",
    ] {
      #expect(page.contains(row), "\(row)")
    }
    // What got the first is told by who has it; of the other it is what the result knows itself.
    #expect(
      page.contains("run\nfleetshift run akamai-warm-year.yaml --variant two --seed 2025 --replications 4"))
    #expect(page.contains("All figures of base") && page.contains("All figures of two"))
    #expect(page.contains("base: 1 of 2 expectations is broken") && page.contains("two: 1 of 2"))
  }

  @Test("the chart has the same words as the tables, and counts in English") func chart() throws {
    let report = try report(result("two", downtime: 1400, hours: 11, moves: 110, completed: 110))
    let chart = try #require(report.charts.first)
    #expect(chart.title == "Against base")
    let verdicts = Set(chart.data.rows.compactMap(\.last))
    #expect(
      verdicts.isSubset(of: [.text("better"), .text("equal"), .text("different"), .text("may be chance")]))
    let completed = chart.data.rows.first { $0[1] == .text("moves completed") }
    #expect(completed?.last == .text("different"))
    #expect(chart.summary.contains(" and 0 are worse, beyond chance."))
    let one = try self.report(result("two", downtime: 1400, hours: 11)).charts.first
    #expect(one?.summary.contains(" figures 1 is better and 0 are worse") == true, "\(one?.summary ?? "")")
    #expect("\(one?.spec ?? [:])".contains("may be chance") && !"\(one?.spec ?? [:])".contains("unclear"))
  }

  @Test("what is no partner is refused") func refusal() throws {
    var other = result("two", downtime: 1, hours: 1)
    other.seed += 1
    #expect(throws: NotComparable.self) { try report(other) }
  }

  @Test("a single result: its answer comes first, and nothing twice") func answer() throws {
    var single = result(nil, downtime: 1400, hours: 21)
    single.answers = [AnswerResult(text: "This way.", values: nil)]
    let page = try HTMLReport(
      single, course: nil, question: "Which way?", command: "run", version: "1", bundle: nil
    ).render()
    let parts = page.components(separatedBy: "This way.")
    #expect(parts.count == 2 && parts[0].contains("Which way?") && !parts[0].contains("class=\"card\""))
    #expect(page.components(separatedBy: "Which way?").count == 2)
    #expect(!page.contains("Expectations: 1 held, 1 broken"))
  }

  @Test("what columns have in common stands over them once, and numbers at the right") func titles() {
    var table = Table([.number("n"), .number("p50", of: "pause"), .number("max", of: "pause"), .text("word")])
    table.add(["1", "2", "3", "x"])
    let html = table.html()
    #expect(
      html.contains(
        "<tr><th scope=\"col\" rowspan=\"2\" class=\"n\">n</th><th scope=\"colgroup\" colspan=\"2\" class=\"g\">pause</th>"
          + "<th scope=\"col\" rowspan=\"2\">word</th></tr><tr><th scope=\"col\" class=\"n\">p50</th>"
          + "<th scope=\"col\" class=\"n\">max</th></tr>"))
    #expect(html.contains("<th scope=\"row\" class=\"n\">1</th>"))
  }

  @Test("failed and refused attempts are a part of all attempts and refusals, not of moves") func failedCard()
    throws
  {
    // 172 beside 56,900 that completed.
    let page = try HTMLReport(
      SampleResult.full(), course: nil, question: "", command: "", version: "1", bundle: nil
    ).render()
    #expect(page.contains("0.3 % of all attempts and refusals"))
    #expect(!page.contains("of the moves asked for"))
  }

  @Test("a chart and its sentence are about the same attempts, and numbers are written as everywhere")
  func words()
    throws
  {
    let span = StudyCourse.AttemptSpan(
      host: 1, guest: 2, strategy: "live", outcome: "completed", began: 0, ended: 9)
    let course = StudyCourse(
      binSeconds: 3600, moves: [],
      downtimes: [.init(strategy: "live", seconds: 1, downtimeFrom: 1, downtimeTo: 2, count: 3)],
      failures: [],
      traffic: [.init(link: "within here", bytes: [3600e6])], spans: Array(repeating: span, count: 1005))
    let downtime = try #require(DowntimeChart.make(course, SampleResult.full()))
    #expect(
      downtime.summary
        == "What one attempt cost clients. live: half below 1.7 s, 95 % below 3.1 s, the worst 7.5 s; "
        + "warm: half below 1 min 4 s, 95 % below 2 min, the worst 1.5 h. All attempts of a move together: the worst 25 h."
    )
    #expect(
      try #require(HostChart.make(course)).summary.hasPrefix("1,005 attempts from the first 1 host that"))
    // A copy that waits for its window is spread over that wait, too: no rate of a link is claimed.
    let traffic = try #require(TrafficChart.make(course))
    #expect(
      traffic.summary
        == "Most goes within here: 3.6 GB; the busiest 1 h has 1 MB/s on average, with each attempt's data spread over "
        + "all its time, waits included: while it copies, a link carries more.")
    #expect(traffic.note.contains("How fast a copy ran does not show here"))
  }
}
