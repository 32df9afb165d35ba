import DiscreteEvent
import Testing

@testable import FleetExperiments
@testable import FleetReports

@Suite struct SweepHTMLReportTests {
  /// Two factors: each slot takes ten minutes off, each guest adds one; the second matters less.
  private func result() throws -> SweepResult {
    let factors = [
      try SweepFactor(parsing: "limits.host-out=1,2,3"), try SweepFactor(parsing: "fleet.vms.count=4,5"),
    ]
    let points = try SweepDesign.grid.points(factors, count: nil, seed: 1)
    let question = SweepQuestion(
      scenario: "sample", variant: nil, seed: 1, replications: 2, design: .grid, factors: factors,
      points: points,
      metrics: [
        try MetricExpression(parsing: "total(downtime)"), try MetricExpression(parsing: "total(moves)"),
      ])
    return question.result(
      points.map { point in
        let (slots, guests) = (Double(point[0]) ?? 0, Double(point[1]) ?? 0)
        return [[0, 1].map { 7200 - 600 * slots + 60 * guests + $0 }, [5, 5]]
      })
  }

  private func number(_ value: PlotValue) -> Double {
    if case .number(let number) = value { number } else { .nan }
  }

  @Test("a tornado's bars end at the means of the ends, the widest on top") func tornado() throws {
    let chart = try #require(TornadoChart.make(try result(), 0))
    #expect(
      chart.data.rows.map { $0[0] } == [
        "limits.host-out", "limits.host-out", "fleet.vms.count", "fleet.vms.count",
      ])
    #expect(chart.data.rows.map { $0[2] } == ["1", "3", "4", "5"])
    // Over the other factor, and half a second of luck: 7200 - 600 + 270 + 0.5, and so on.
    let ends = chart.data.rows.map { number($0[3]) * 3600 }
    for (end, mean) in zip(ends, [6870.5, 5670.5, 6240.5, 6300.5]) {
      #expect(abs(end - mean) < 1e-6, "\(end)")
    }
    #expect(chart.data.rows.allSatisfy { abs(number($0[4]) * 3600 - 6270.5) < 1e-6 })
    // Plain numbers on the axis.
    #expect("\(chart.spec)".contains(",.6~r") && !"\(chart.spec)".contains("~g"))
    #expect(
      chart.summary.hasPrefix("From 1 to 3, limits.host-out takes total(downtime) from 1.91 h to 1.58 h"))
  }

  @Test(
    "the ends are those of the quantities, whatever their units; of several kinds, those that were written",
    arguments: [
      (["100 Mbit/s", "1 Gbit/s", "10 Gbit/s"], "100 Mbit/s", "10 Gbit/s"),
      (["1 Gbit/s", "100 Mbit/s", "10 Gbit/s"], "100 Mbit/s", "10 Gbit/s"),
      (["2 GiB", "3000 MB", "1 TiB"], "2 GiB", "1 TiB"), (["90 s", "2 min", "1 h"], "90 s", "1 h"),
      (["50 %", "9 %", "100 %"], "9 %", "100 %"), (["10", "9", "1.5e1"], "9", "1.5e1"),
      (["2 min", "5 GiB", "1 h"], "2 min", "1 h"), (["off", "10 s"], "off", "10 s"),
    ])
  func mixedUnits(levels: [String], low: String, high: String) throws {
    let factor = SweepFactor(path: "x", levels: .list(levels))
    let question = SweepQuestion(
      scenario: "sample", variant: nil, seed: 1, replications: 1, design: .grid, factors: [factor],
      points: levels.map { [$0] }, metrics: [try MetricExpression(parsing: "total(moves)")])
    let chart = try #require(
      TornadoChart.make(question.result(levels.indices.map { [[Double($0 * $0 + 1)]] }), 0))
    #expect(chart.data.rows.map { $0[2] } == [.text(low), .text(high)])
    #expect(chart.summary.hasPrefix("From \(low) to \(high), x takes"))
  }

  /// A sweep of noise: what it comes to hangs on nothing but the replication and chance.
  private func noise(_ stream: inout RandomStream) throws -> SweepResult {
    let factors = [try SweepFactor(parsing: "a=1,2,4"), try SweepFactor(parsing: "b=1,2,3,4,5")]
    let points = try SweepDesign.grid.points(factors, count: nil, seed: 1)
    let question = SweepQuestion(
      scenario: "noise", variant: nil, seed: 1, replications: 6, design: .grid, factors: factors,
      points: points, metrics: [try MetricExpression(parsing: "share(failed)")])
    let luck = (0..<6).map { _ in stream.standardNormal() }
    return question.result(
      points.map { _ in [luck.map { 0.0032 + 0.001 * ($0 + stream.standardNormal()) }] })
  }

  @Test("what no factor moves beyond chance is not ranked, in words, on the page or in JSON") func chance()
    throws
  {
    var stream = RandomStream(seed: 11)
    var alarms = 0
    for _ in 0..<200 {
      let result = try noise(&stream)
      let effects = try #require(result.effects.first)
      if !effects.isChance {
        alarms += 1
        continue
      }
      #expect(effects.factors.isEmpty)
    }
    // 5 % of 200 are 10; three standard errors are 9.
    #expect((1...19).contains(alarms), "\(alarms)")

    var quiet = try noise(&stream)
    while quiet.effects[0].isChance == false { quiet = try noise(&stream) }
    let text = SweepResultReport.text(quiet).replacing("\n", with: " ")
    #expect(text.contains("share(failed): no factor moves it beyond chance (F = "))
    #expect(!text.contains("hangs most") && !text.contains("with interactions"))
    #expect(TornadoChart.make(quiet, 0) == nil && EffectsChart.make(quiet) == nil)
    let json = try SweepResultReport.json(quiet)
    #expect(json.contains("\"beyond_chance\" : false") || json.contains("\"beyond_chance\":false"))
    let page = try SweepHTMLReport(quiet, version: "1", bundle: nil).render()
    #expect(page.contains("no factor moves it beyond chance") && !page.contains("hangs most"))
  }

  @Test("a metric that is the same everywhere has no tornado") func flat() throws {
    #expect(TornadoChart.make(try result(), 1) == nil)
  }

  @Test("of many values the outer fifths of the points are the ends") func continuous() throws {
    let factor = try SweepFactor(parsing: "network.nic=1.0..100.0 Gbit/s")
    // Seven and fifty share no factor: each once, in no order.
    let points = (0..<50).map { ["\(($0 * 7 % 50 + 1) * 2).5 Gbit/s"] }
    let question = SweepQuestion(
      scenario: "sample", variant: nil, seed: 1, replications: 1, design: .lhs, factors: [factor],
      points: points,
      metrics: [try MetricExpression(parsing: "total(moves)")])
    let chart = try #require(
      TornadoChart.make(question.result(points.map { [[Double($0[0].prefix { $0 != " " }) ?? 0]] }), 0))
    #expect(chart.data.rows.map { $0[2] } == ["2.5 Gbit/s … 20.5 Gbit/s", "82.5 Gbit/s … 100.5 Gbit/s"])
    #expect(chart.data.rows.map { number($0[3]) } == [11.5, 91.5])
    #expect(EffectsChart.make(question.result(points.map { _ in [[1]] })) == nil)
  }

  @Test("shares of the variance are those of the analysis, in falling order") func effects() throws {
    let chart = try #require(EffectsChart.make(try result()))
    #expect(chart.data.rows.map { $0[1] } == ["limits.host-out", "fleet.vms.count"])
    #expect(number(chart.data.rows[0][2]) > 99 && number(chart.data.rows[1][3]) < 1)
    #expect(chart.summary.contains("hangs most on limits.host-out"))
  }

  @Test("the page says what was varied, and what a scenario is called cannot become part of it") func page()
    throws
  {
    var result = try result()
    result.scenario = "<script>alert(1)</script>"
    let page = try SweepHTMLReport(result, version: "1", bundle: "/* vega */").render()
    #expect(
      !page.contains("<script>alert") && page.contains("id=\"effects\"") && page.contains("id=\"tornado-1\""))
    #expect(page.contains("6 points") && page.contains("How to get it again") == false)
    let plain = try SweepHTMLReport(result, version: "1", bundle: nil).render()
    #expect(
      plain.contains("make assets") && !plain.contains("class=\"chart\"") && plain.contains("limits.host-out")
    )
  }
}
