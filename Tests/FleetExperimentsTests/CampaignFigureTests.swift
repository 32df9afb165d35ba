import Foundation
import MigrationPolicy
import Quantities
import Testing

@testable import FleetExperiments
@testable import FleetSimulation

/// The figures of campaigns in results, and by the clauses that ask for them.
@Suite struct CampaignFigureTests {
  private func result(
    replications: Int = 3, _ edit: (inout Scenario) -> Void = { _ in }
  ) throws -> (StudyResult, Scenario) {
    var scenario = try tinyScenario()
    edit(&scenario)
    let ledgers = try (0..<replications).map { number in
      var simulation = try Simulation(scenario, replication: number)
      simulation.run()
      return simulation.finished()
    }
    return (StudyResult(scenario, ledgers), scenario)
  }

  private func verdict(_ text: String, _ result: (StudyResult, Scenario)) throws -> ExpectationResult {
    try Expectation.parse(text).evaluate(result.0, names: ExpectationNames(of: result.1))
  }

  @Test("the end of a campaign is a date with an interval, and a clause can hold it")
  func end() throws {
    let result = try result()
    let course = try #require(result.0.courses?.first)
    #expect(course.name == "host-upgrade" && course.outcomes == ["finished": 3])
    #expect(course.ended?.low != nil && course.ended == course.makespan)
    // Four hosts, one after the other, half an hour of work each.
    #expect((course.ended?.mean ?? 0) > 2 * 3600)
    #expect(try verdict("end(host-upgrade) <= 20 d", result).held)
    #expect(try !verdict("end(host-upgrade) <= 2 h", result).held)
    #expect(try verdict("makespan(host-upgrade) <= latest-end(host-upgrade)", result).held)
    #expect(try verdict("total(hosts-done of host-upgrade) is 4", result).held)
    #expect(try verdict("p95(drain-time) <= 1 d", result).held)
  }

  @Test("a campaign that is not over has no end, and the clause says in how many replications")
  func notOver() throws {
    let result = try result { $0.horizon = .hours(1) }
    let verdict = try verdict("end(host-upgrade) <= 20 d", result)
    #expect(!verdict.held && verdict.actual == "not over in 3 of 3 replications")
    #expect(try self.verdict("total(finished of host-upgrade) < 1 %", result).held)
  }

  @Test("a stopped campaign names its condition") func stopped() throws {
    let result = try result { scenario in
      scenario.campaigns[0].stopIf = [StopCondition(.downtime, over: .time(.seconds(1)))]
    }
    #expect(result.0.courses?.first?.stoppedBy == ["downtime > 1 s": 3])
  }

  @Test("the fleet as a whole, and what nobody lost") func fleet() throws {
    let result = try result()
    for text in [
      "total(lost) is 0", "total(host-outages) is 0", "max(hosts-out) is 1", "min(headroom) > 10 %",
      "total(repeat-moves) >= 0", "total(slot-waste) >= 0 s", "total(blocked.no_room) is 0",
      "total(deadline-misses of host-upgrade) is 0", "total(return-misses) is 0", "total(in-place) is 0",
      "total(host-downtime) <= 0 s",
    ] {
      let verdict = try verdict(text, result)
      #expect(verdict.held, "\(text): \(verdict.actual)")
    }
  }

  @Test("deadlines that were missed are counted") func deadline() throws {
    let result = try result { $0.campaigns[0].deadline = CampaignDeadline(after: .minutes(1)) }
    #expect(try verdict("total(deadline-misses) is 4", result).held)
  }

  @Test("what makes no sense is refused with a remedy") func refused() throws {
    func remedy(_ text: String) -> String {
      do {
        _ = try Expectation.parse(text)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(remedy("end <= 3 d").contains("write end(NAME)"))
    #expect(remedy("mean(end) <= 3 d").contains("end is of one campaign"))
    #expect(remedy("min(downtime) <= 3 s").contains("the least downtime is not known"))
    #expect(remedy("p95(lost) <= 3").contains("write total(lost)"))
    #expect(remedy("end(host-upgrade) <= 3").contains("a time is compared with a number"))
  }

  @Test("they are in the JSON form, and come back from it") func json() throws {
    let result = try result().0
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(result)
    let back = try JSONDecoder().decode(StudyResult.self, from: data)
    #expect(back.courses == result.courses && back.outages == result.outages && back.fleet == result.fleet)
    let text = String(decoding: data, as: UTF8.self)
    for key in ["\"campaigns\":", "\"end_seconds\":", "\"least_headroom\":", "\"slot_waste_seconds\":"] {
      #expect(text.contains(key), "\(key)")
    }
  }
}
