import FleetSimulation
import Testing

@testable import FleetExperiments

@Suite struct AnswerTests {
  private func result(_ variant: String?, moves: Double, p95: Double, failed: [Double]) throws -> StudyResult
  {
    var result = StudyResult(
      try tinyScenario(), [Ledger(AttemptNames(strategies: [], classes: [], campaigns: []))])
    result.variant = variant
    result.totals.moves = Estimate([moves])
    result.drains.time = Spread(count: 4, mean: p95 / 2, p50: p95 / 2, p95: p95, p99: p95, max: p95)
    result.byClass = NamedGroups(
      failed.enumerated().map { number, failed in
        var group = result.totals
        group.moves = Estimate([100])
        group.abandoned = Estimate([failed])
        return (["small", "large, old", "huge"][number], group)
      })
    return result
  }

  private func results() throws -> VariantResults {
    VariantResults(
      try result(nil, moves: 200, p95: 7200, failed: [1, 5, 0]),
      among: [
        try result("strict", moves: 100, p95: 3600, failed: [2, 5, 9]),
        try result("lax", moves: 50, p95: 1800, failed: [0, 0, 0]),
      ])
  }

  @Test(arguments: [
    ("no figures at all", "no figures at all"),
    ("empty after {p95(drains.time)}", "empty after 2 h"),
    ("{p95(drains.time in strict)}, was {p95(drains.time in base)}", "1 h, was 2 h"),
    ("{p95(drains.time) / p95(drains.time in lax)} times as fast", "4 times as fast"),
    ("{total(moves) - total(moves in strict)} fewer", "100 fewer"),
    ("{(total(moves) + 2 * 50) / 3} on average", "100 on average"),
    ("{share(abandoned of small in strict) - 1 %} more", "1 % more"),
    ("worse: {classes where share(abandoned in strict) > share(abandoned in base)}", "worse: small and huge"),
    ("bad: {classes where total(abandoned) > 0}", "bad: small and large, old"),
    ("none: {classes where total(abandoned) > 1000}", "none: none"),
    ("{first variant where p95(drains.time) < 90 min}", "strict"),
    ("{last variant where p95(drains.time) > 20 min}", "lax"),
    ("{p95(pause)}", "nothing"),
  ])
  func `a line says what its figures are`(line: String, said: String) throws {
    let text = try Answer.parse(.line(line)).evaluate(results()).text
    #expect(text == said)
  }

  @Test(arguments: [
    ("an {open brace", 3, "a brace is opened and never closed"),
    ("a closed} one", 8, "a brace is closed that was never opened"),
    ("is {p59(drains.time)}", 4, "there is no function called 'p59'"),
    ("is {p95(drains.time) + 5}", 21, "a time + a number has no meaning"),
    ("is {p95(drains.time) p95(pause)}", 21, "'p95' comes after the end of the expression"),
    ("{classes where total(moves)}", 27, "nothing to compare with"),
  ])
  func `a mistake is pointed at within the line`(line: String, position: Int, message: String) {
    #expect {
      try Answer.parse(.line(line))
    } throws: { error in
      guard let error = error as? AnswerError else { return false }
      return error.error.position == position && error.error.message == message && error.part == .line
    }
  }

  @Test func `names that nothing goes by are pointed at`() throws {
    let answer = try Answer.parse(.line("was {p95(drains.time in strickt)}"))
    let results = try results()
    #expect {
      try answer.evaluate(results)
    } throws: { error in
      (error as? AnswerError)?.error.position == 24
        && (error as? AnswerError)?.error.remedy == "did you mean strict?"
    }
  }

  @Test func `a table has a row for each variant or class`() throws {
    var table = ScenarioAnswer.Table()
    table.of = "variants"
    table.columns = [
      ScenarioAnswer.Column(title: "p95", text: "p95(drains.time)"),
      ScenarioAnswer.Column(title: "less", text: "total(moves in base) - total(moves)"),
    ]
    let variants = try #require(try Answer.parse(.table(table)).evaluate(results()).table)
    #expect(variants.rows.map(\.name) == ["base", "strict", "lax"])
    #expect(variants.rows.map(\.texts) == [["2 h", "0"], ["1 h", "100"], ["30 min", "150"]])
    table.only = ["lax"]
    #expect(try Answer.parse(.table(table)).evaluate(results()).table?.rows.map(\.name) == ["lax"])
    table.of = "classes"
    table.only = []
    table.columns = [ScenarioAnswer.Column(title: "left", text: "share(abandoned in strict)")]
    table.condition = "total(abandoned in strict) > 3"
    let classes = try #require(try Answer.parse(.table(table)).evaluate(results()).table)
    #expect(classes.rows.map(\.texts) == [["5 %"], ["9 %"]])
  }

  @Test func `it knows which variants it needs`() throws {
    #expect(try Answer.parse(.line("{total(moves in strict) + total(moves)}")).variants == ["strict"])
    #expect(try Answer.parse(.line("{first variant where total(moves) > 1}")).variants == nil)
  }
}
