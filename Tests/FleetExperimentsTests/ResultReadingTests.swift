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

  @Test func `a number that no study comes to is told by its place`() {
    func read<Result: Decodable>(
      _ file: String, as type: Result.Type, _ change: (inout [String: Any]) -> Void
    ) -> String {
      reason { _ = try self.read(file, as: BoundedResult<Result>.self, changing: change) }
    }
    let course = "Tests/Fixtures/Results/course.json"
    #expect(read(course, as: StudyCourse.self) { _ in } == "read")
    let far = read(course, as: StudyCourse.self) { file in
      var downtimes = file["downtimes"] as? [[String: Any]] ?? []
      downtimes[0]["seconds"] = 1e308
      file["downtimes"] = downtimes
    }
    #expect(far == "'downtimes[0].seconds' is 1e+308, which no study comes to")
    let crowded = read(course, as: StudyCourse.self) { file in
      var spans = file["spans"] as? [[String: Any]] ?? []
      spans[0]["guest"] = Int.max
      file["spans"] = spans
    }
    #expect(crowded == "'spans[0].guest' is 9223372036854775807, which no study comes to")
    func series(_ key: String, _ value: Double) -> String {
      read("Reports/warm-start/summary.json", as: StudyResult.self) { file in
        var all = file["all"] as? [String: Any] ?? [:]
        var series = all["per_replication"] as? [String: Any] ?? [:]
        var values = series[key] as? [Any] ?? []
        values[1] = value
        series[key] = values
        all["per_replication"] = series
        file["all"] = all
      }
    }
    #expect(series("downtime_saved_seconds", -1) == "read")
    for key in ["completed", "transferred_bytes", "downtime_p95_seconds", "downtime_saved_seconds"] {
      #expect(series(key, 1e308) == "'all.per_replication.\(key)[1]' is 1e+308, which no study comes to")
    }
    // What is divided by would make infinity of what is divided.
    for value in [1e-300, 0.5, -1] {
      #expect(
        series("completed", value)
          == "'all.per_replication.completed[1]' is \(value), and a whole number that is not below zero is wanted"
      )
    }
    for key in ["transferred_bytes", "downtime_p99_seconds"] {
      #expect(
        series(key, -9_223_372_036_854_775_808)
          == "'all.per_replication.\(key)[1]' is -9.223372036854776e+18, and nothing below zero is wanted")
    }
  }

  @Test func `lists of replications are as long as each other`() {
    func reading(_ group: String, _ change: @escaping (inout [String: Any]) -> Void) -> String {
      reason {
        _ = try self.read("Reports/warm-start/summary.json", as: StudyResult.self) { file in
          var all = file[group] as? [String: Any] ?? [:]
          var series = all["per_replication"] as? [String: Any] ?? [:]
          change(&series)
          all["per_replication"] = series
          file[group] = all
        }
      }
    }
    func cut(_ series: inout [String: Any], _ key: String) {
      series[key] = Array((series[key] as? [Any] ?? []).prefix(1))
    }
    #expect(reading("all") { _ in } == "read")
    for key in ["completed", "downtime_seconds", "downtime_saved_seconds", "downtime_p95_seconds"] {
      let words = reading("all") { cut(&$0, key) }
      #expect(words.hasPrefix("'all.per_replication.\(key)' has 1 numbers, and 'moves' "), "\(words)")
    }
    for key in ["gave_up", "mean_time_seconds", "not_begun", "time_p50_seconds"] {
      let words = reading("drains") { cut(&$0, key) }
      #expect(words.hasPrefix("'drains.per_replication.\(key)' has 1 numbers, and 'started' "), "\(words)")
    }
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
