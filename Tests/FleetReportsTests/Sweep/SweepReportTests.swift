import FleetExperiments
import Foundation
import Testing

@testable import FleetReports

/// What is said of metrics that some replications do not have.
@Suite struct SweepReportTests {
  /// Two points of three replications each; with two slots the campaign was not over in one of them.
  private func result(
    _ metrics: [(text: String, points: [[Double?]])]
  ) throws -> SweepResult {
    let factor = try SweepFactor(parsing: "limits.host-out=2,3")
    let question = SweepQuestion(
      scenario: "sample", variant: nil, seed: 1, replications: 3, design: .grid, factors: [factor],
      points: [["2"], ["3"]], metrics: try metrics.map { try MetricExpression(parsing: $0.text) })
    return question.result([0, 1].map { point in metrics.map { $0.points[point] } })
  }

  private func cut() throws -> SweepResult {
    try result([
      ("makespan(patch)", [[360_000, nil, 364_000], [180_000, 180_500, 181_000]]),
      ("total(moves)", [[5, 6, 7], [8, 9, 10]]),
    ])
  }

  /// On one line, however it was folded.
  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test("a mean of some replications says of how many, and that the others were not over") func partial()
    throws
  {
    let result = try cut()
    let text = words(SweepResultReport.text(result))
    #expect(text.contains("h (2 of 3)") && !text.contains("(3 of 3)"), "\(text)")
    #expect(
      text.contains(
        "makespan(patch) is missing in 1 of 6 replications, in which it was not over by the horizon: "
          + "the mean of all is larger than that of the rest"), "\(text)")
    #expect(!text.contains("total(moves) is missing"), "\(text)")
    // Its shares of variance would be those of what happened to end.
    #expect(result.effects.map(\.metric) == ["total(moves)"])
    #expect(TornadoChart.make(result, 0) == nil && TornadoChart.make(result, 1) != nil)
    #expect(text.contains("so nothing is said of what it hangs on"), "\(text)")
    let page = try SweepHTMLReport(result, version: "1", bundle: nil).render()
    #expect(page.contains("(2 of 3)") && page.contains("missing in 1 of 6 replications"))
  }

  @Test("of a metric that simply did not happen nothing is said of the horizon") func rare() throws {
    let text = words(
      SweepResultReport.text(try result([("p95(downtime of cold)", [[3, nil, 4], [5, 6, 7]])])))
    #expect(
      text.contains(
        "p95(downtime of cold) is missing in 1 of 6 replications, in which nothing of the kind happened"),
      "\(text)")
    #expect(!text.contains("horizon"))
  }

  @Test("CSV and JSON have the number of replications that a mean is of") func files() throws {
    let result = try cut()
    let lines = SweepResultReport.csv(result).split(separator: "\n").map { $0.split(separator: ",") }
    let place = try #require(lines[0].firstIndex(of: "makespan(patch) replications"))
    #expect(lines[1][place] == "2" && lines[2][place] == "3")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(try SweepResultReport.json(result).utf8))
        as? [String: Any])
    let points = try #require(json["points"] as? [[String: Any]])
    #expect(points.map { $0["replications_used"] as? [Int] } == [[2, 3], [3, 3]])
    // It is reckoned from the figures, and an older file does without.
    let again = try JSONDecoder().decode(
      SweepResult.self, from: Data(try SweepResultReport.json(result).utf8))
    #expect(again.points.map(\.metrics) == result.points.map(\.metrics))
  }

  @Test("a metric that no replication has keeps its column, and a sentence says why") func missing() throws {
    let text = words(
      SweepResultReport.text(
        try result([
          ("makespan(patch)", [[nil, nil, nil], [nil, nil, nil]]),
          ("p95(downtime of cold)", [[nil, nil, nil], [nil, nil, nil]]),
        ])))
    #expect(text.contains("limits.host-out makespan(patch) p95(downtime of cold) 2 – – 3 – –"), "\(text)")
    #expect(text.contains("makespan(patch): not over in any replication of any point"), "\(text)")
    #expect(text.contains("p95(downtime of cold): nothing of the kind happened at any point"), "\(text)")
  }

  @Test("where only whole numbers are, the interval of a break-even holds the pair it lies between")
  func whole() async throws {
    let equation = try MetricEquation(parsing: "total(moves) = 12")
    let found = try await BreakEven.search(
      equation, path: "limits.host-out", in: SweepRange(low: 1, high: 8, unit: "", isWhole: true)
    ) { text in
      let x = Double(text) ?? .nan
      return ([-0.1, 0, 0.1].map { 4 * x - 1 + $0 }, [12, 12, 12])
    }
    #expect(found.below.text == "3" && found.above.text == "4")
    let text = words(SweepResultReport.text(found))
    #expect(
      text.contains(
        "Break-even lies between limits.host-out 3 and 4; other replications would put it between 3 and 4 "
          + "(95 %)"), "\(text)")
    #expect(try #require(found.low) == 3 && (try #require(found.high)) == 4)
  }
}
