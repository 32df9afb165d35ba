import Foundation
import Testing

@testable import FleetExperiments
@testable import FleetSimulation

@Suite struct UnfinishedPartTests {
  private func json(finished: Int, notBegun: Int) throws -> String {
    var ledger = Ledger(strategies: ["warm"], classes: ["all"], campaigns: ["drain"], guests: 1)
    (ledger.drains.started, ledger.drains.finished, ledger.drains.notBegun) = (finished, finished, notBegun)
    for _ in 0..<finished { ledger.drains.time.add(1200) }
    let result = StudyResult(try tinyScenario(), [ledger])
    let verdict = try Expectation.parse("p95(drains.time) < 1 h").evaluate(result)
    #expect(verdict.held)
    return String(decoding: try JSONEncoder().encode(verdict), as: UTF8.self)
  }

  @Test("in JSON it stands beside the figure, from a hundredth on") func inJSON() throws {
    let part = try json(finished: 3, notBegun: 1)
    #expect(part.contains("\"ended\":3") && part.contains("\"not_ended\":1") && part.contains("\"drains\""))
    #expect(try !json(finished: 3, notBegun: 0).contains("unfinished"))
    #expect(try !json(finished: 199, notBegun: 1).contains("unfinished"))
    #expect(try json(finished: 99, notBegun: 1).contains("unfinished"))
  }
}
