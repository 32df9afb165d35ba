import Foundation
import Testing

@testable import FleetExperiments
@testable import FleetReports

@Suite struct HTMLReportTests {
  private func page(_ result: StudyResult = SampleResult.full(), bundle: String? = "/* vega */") throws
    -> String
  {
    try HTMLReport(
      result, course: nil, question: "How <many> & why?", command: "fleetshift run 'a b.yaml'", version: "1",
      bundle: bundle
    ).render()
  }

  @Test("what a scenario says cannot become part of the page") func escapes() throws {
    var result = SampleResult.full()
    result.scenario = "<script>alert(1)</script>"
    result.expectations = [ExpectationResult(text: "a < \"b\"", held: false, actual: "</li>")]
    let page = try page(result)
    #expect(!page.contains("<script>alert"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(page.contains("How &lt;many&gt; &amp; why?"))
    #expect(page.contains("a &lt; &quot;b&quot;") && page.contains("&lt;/li&gt;"))
  }

  @Test("nothing in the data ends the element that holds it") func embeds() {
    #expect(HTML.embedded(json: #"{"a":"</script><!--"}"#) == #"{"a":"<\/script><\!--"}"#)
  }

  @Test("verdicts are said in words, not in colour alone") func verdicts() throws {
    var result = SampleResult.full()
    result.expectations = [
      ExpectationResult(text: "p95(downtime) <= 1 s", held: false, actual: "12 s"),
      ExpectationResult(text: "total(moves) > 0", held: true, actual: "57,012"),
    ]
    let page = try page(result)
    #expect(page.contains("1 of 2 expectations is broken"))
    #expect(page.contains("<b>broken</b> <code>p95(downtime) &lt;= 1 s</code>"))
    #expect(page.contains("<b>held</b>"))
  }

  @Test("a quantile of downtime is what so many moves cost at most") func quantiles() throws {
    // Of the sample's completed moves a hundredth is over 4,000 s, a twentieth over 725 s.
    #expect(try page().contains("95 % of moves cost clients 12 min 5 s at most"))
  }

  @Test("without the library there are tables and no chart, and the page says why") func plain() throws {
    let page = try page(bundle: nil)
    #expect(page.contains("make assets"))
    #expect(!page.contains("class=\"chart\""))
    #expect(page.contains("<table>"))
  }

  @Test("how to read a chart is said only where it is drawn", arguments: [nil, "/* vega */"])
  func howToRead(bundle: String?) throws {
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent(
      "../../../Fixtures/Results/course.json"
    ).standardized
    let course = try JSONDecoder().decode(StudyCourse.self, from: Data(contentsOf: file))
    let page = try HTMLReport(
      SampleResult.full(), course: course, question: "", command: "", version: "1", bundle: bundle
    ).render()
    #expect(page.contains("Moves over time"))
    for words in ["Drag across the chart", "The axis is logarithmic", "A bar is one attempt"] {
      #expect(page.contains(words) == (bundle != nil), "\(words)")
    }
    #expect(page.contains("Of the first replication, until these hosts"))
  }

  @Test("a chart is described, and its rows can be read and saved") func accessible() throws {
    let page = try page()
    #expect(page.contains("role=\"img\" aria-label=\"Of 7,312 h that cold moves would have cost, 6,112 h"))
    #expect(page.contains("data-chart=\"saved\"") && page.contains("<th scope=\"col\""))
    #expect(page.contains("<html lang=\"en\">") && page.contains("Skip the charts"))
  }

  @Test("nothing is asked of a network") func offline() throws {
    let page = try page()
    #expect(page.contains("default-src 'none'"))
    #expect(!page.contains("src=\"http") && !page.contains("href=\"http"))
  }

  @Test("the saving adds up: from the baseline by each strategy to what was paid") func waterfall() throws {
    let chart = try #require(SavingChart.make(SampleResult.full()))
    let levels = chart.data.rows.map { row -> (Double, Double) in
      guard case .number(let from) = row[3], case .number(let to) = row[4] else { return (.nan, .nan) }
      return (from, to)
    }
    for (step, next) in zip(levels.dropFirst(), levels.dropFirst(2).dropLast()) { #expect(step.1 == next.0) }
    #expect(levels[levels.count - 2].1 == levels[levels.count - 1].1)
  }
}
