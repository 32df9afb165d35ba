import FleetExperiments
import Foundation
import Testing

/// Results that were cut or changed by hand: what does not fit together is refused when it is read, not when it is shown.
@Suite struct ResultReadingTests {
  private let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized

  private func read<Result: Decodable>(
    _ path: String, as type: Result.Type, changing change: (inout [String: Any]) -> Void
  ) throws -> Result {
    let data = try Data(contentsOf: root.appendingPathComponent(path))
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    change(&object)
    return try JSONDecoder().decode(type, from: JSONSerialization.data(withJSONObject: object))
  }

  private func reason(_ body: () throws -> Void) -> String {
    do { try body() } catch DecodingError.dataCorrupted(let context) { return context.debugDescription } catch
    {
      return "\(error)"
    }
    return "read"
  }

  private func sweep(_ change: (inout [String: Any]) -> Void) -> String {
    reason { _ = try read("Tests/Fixtures/Results/sweep.json", as: SweepResult.self, changing: change) }
  }

  private func course(_ change: (inout [String: Any]) -> Void) -> String {
    reason { _ = try read("Tests/Fixtures/Results/course.json", as: StudyCourse.self, changing: change) }
  }

  @Test func `a sweep is read only with all figures of each point`() {
    #expect(sweep { _ in } == "read")
    #expect(
      sweep { $0["replications"] = 4 } == "point 0 has 3 replications, and the sweep 4")
    #expect(sweep { $0["factors"] = ["a"] } == "point 0 has 2 values for 1 factors")
    #expect(
      sweep { $0["metrics"] = ["total(downtime)"] } == "point 0 does not have each of the 1 metrics once")
  }

  @Test func `an answer's table is read only with a cell for each column`() throws {
    func read(_ texts: String, _ values: String) throws {
      let text =
        "{\"of\": \"variant\", \"columns\": [\"a\"], \"rows\": [{\"name\": \"x\", "
        + "\"values\": \(values), \"texts\": \(texts)}]}"
      _ = try JSONDecoder().decode(AnswerResult.Table.self, from: Data(text.utf8))
    }
    #expect(reason { try read("[\"1\"]", "[1]") } == "read")
    let refusal = "the variant 'x' does not have each of the 1 columns once"
    #expect(reason { try read("[]", "[1]") } == refusal)
    #expect(reason { try read("[\"1\"]", "[1, 2]") } == refusal)
  }

  @Test func `a course is read only with the same bins everywhere`() {
    #expect(course { _ in } == "read")
    #expect(course { $0["bin_seconds"] = 0 } == "bins of 0.0 s are no course")
    func moves(_ change: (inout [String: Any]) -> Void) -> String {
      course { file in
        var moves = file["moves"] as? [[String: Any]] ?? []
        if !moves.isEmpty { change(&moves[0]) }
        file["moves"] = moves
      }
    }
    #expect(moves { $0["low"] = [] } == "the moves have not the same bins everywhere")
    #expect(
      course {
        $0["spans"] = [
          ["host": 0, "guest": 0, "strategy": "warm", "outcome": "completed", "began": 2, "ended": 1]
        ]
      }
        == "an attempt ends before it begins")
  }
}
