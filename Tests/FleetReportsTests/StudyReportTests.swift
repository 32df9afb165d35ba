import FleetReports
import Foundation
import Testing

@testable import FleetExperiments

@Suite struct StudyReportTests {
  @Test func theScreenIsAsRead() { #expect(TextReport.render(SampleResult.full()) == Golden.text) }

  @Test func theMarkdownIsAsRead() { #expect(MarkdownReport.render(SampleResult.full()) == Golden.markdown) }

  @Test("one replication: no interval, and the screen says so; sections of which nothing came are left out")
  func oneReplication() { #expect(TextReport.render(SampleResult.single()) == Golden.single) }

  @Test("no line is wider than asked for", arguments: [40, 60, 80, 100, 110])
  func widths(_ width: Int) {
    let screen = TextReport.render(SampleResult.full(), style: TerminalStyle(width: width))
    for line in screen.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
  }

  @Test func noWindowMakesItWider() {
    #expect(TerminalStyle(width: 300) == TerminalStyle.plain)
    #expect(TerminalStyle(width: 3).width == 40)
  }

  @Test("a narrow window still shows every figure")
  func nothingIsLost() {
    func figures(_ text: String) -> Set<Substring> {
      Set(
        text.split { $0 == " " || $0 == "\n" }.filter {
          $0.contains(where: \.isNumber) && !$0.contains("…") && !$0.contains("gb")
        })
    }
    let narrow = figures(TextReport.render(SampleResult.full(), style: TerminalStyle(width: 60)))
    #expect(figures(Golden.text).subtracting(narrow) == [])
  }

  @Test func colourOnlyAddsColour() {
    let screen = TextReport.render(SampleResult.full(), style: .colour)
    #expect(screen.contains("\u{1b}[1;31mBROKEN\u{1b}[0m"))
    #expect(screen.replacing(/\u{1b}\[[0-9;]*m/, with: "") == Golden.text)
  }

  @Test func namesCannotBreakOut() {
    var result = SampleResult.single()
    result.scenario = "a\nb\u{1b}[31m|c"
    let title = TextReport.render(result).prefix { $0 != "\n" }
    #expect(title == "a b [31m|c")
    let markdown = MarkdownReport.render(result)
    #expect(markdown.hasPrefix(#"# a b \[31m\|c"#))
    result.scenario = "it's; rm"
    #expect(
      MarkdownReport.render(result).contains(#"fleetshift run 'it'\''s; rm.yaml' --seed 1 --replications 1"#))
  }

  // MARK: - JSON

  @Test func oneResultIsAnObjectAndSeveralAreAnArray() throws {
    let (full, single) = (SampleResult.full(), SampleResult.single())
    let one = try JSONReport.render([full])
    #expect(one.hasPrefix("{\n") && one.hasSuffix("}\n"))
    #expect(try JSONReport.render([full]) == one)
    let two = try JSONReport.render([full, single])
    let decoded = try JSONDecoder().decode([StudyResult].self, from: Data(two.utf8))
    #expect(decoded.map(\.scenario) == ["akamai-warm-year", "tiny"])
  }

  @Test func whatIsReadBackIsWhatWasWritten() throws {
    let text = try JSONReport.render([SampleResult.full()])
    let result = try JSONDecoder().decode(StudyResult.self, from: Data(text.utf8))
    #expect(try JSONReport.render([result]) == text)
    #expect(result.totals == SampleResult.full().totals)
    #expect(result.drains == SampleResult.full().drains)
    #expect(result.expectations == SampleResult.full().expectations)
  }

  @Test("the keys that others rely on")
  func keys() throws {
    let data = Data(try JSONReport.render([SampleResult.full()]).utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "all", "baseline", "busy", "by_campaign", "by_class", "by_strategy", "drains", "expectations",
        "guests",
        "horizon_seconds", "host_failures", "hosts", "incidents", "link_failures", "replications", "scenario",
        "schema",
        "seed",
        "tickets", "totals", "unfinished", "variant",
      ])
    #expect(object["schema"] as? String == "fleetshift.summary/1")
    let totals = try #require(object["totals"] as? [String: Any])
    #expect(
      totals.keys.sorted() == [
        "abandoned", "attempts", "baseline_downtime_seconds", "brownout_seconds", "completed",
        "downtime_saved_seconds", "downtime_seconds", "failed_attempts", "moves", "transferred_bytes",
        "wasted_bytes",
      ])
    let warm = try #require((object["by_strategy"] as? [String: Any])?["warm"] as? [String: Any])
    let downtime = try #require(warm["downtime_seconds"] as? [String: Any])
    #expect(downtime.keys.sorted() == ["count", "max", "mean", "p50", "p95", "p99"])
    #expect(warm["failures"] is [String: Any] && warm["total_time_seconds"] is [String: Any])
    let moves = try #require(totals["moves"] as? [String: Any])
    #expect(moves.keys.sorted() == ["high", "low", "mean"])
    #expect(moves["mean"] as? Double == 57_012)
  }

  @Test func oneReplicationHasNullForItsInterval() throws {
    #expect(try JSONReport.render([SampleResult.single()]).contains("\"low\" : null"))
  }
}
