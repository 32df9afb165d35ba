import Foundation
import TestTools
import Testing

@Suite struct TraceCommandTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private struct Document: Decodable {
    var traceEvents: [Event]
  }

  private struct Event: Decodable {
    var name: String
    var ph: String
    var pid: Int
    var tid: Int
    var ts: Double?
    var dur: Double?
    var args: [String: Argument]?
  }

  private enum Argument: Decodable {
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  private func trace(_ arguments: String...) async throws -> [Event] {
    let path = try bench.tiny()
    let outcome = try await Program.run(
      Program.path, ["trace", path, "-o", bench("trace.json")] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let data = Data(try bench.text("trace.json").utf8)
    return try JSONDecoder().decode(Document.self, from: data).traceEvents
  }

  @Test("one slice for each attempt that the run counts, and what is in it lies within it") func nests()
    async throws
  {
    let events = try await trace()
    let attempts = try await Program.run(
      "run", try bench.tiny(), "--replications", "1", "--attempts", bench("attempts.csv"))
    #expect(attempts.status == 0)
    let rows = try bench.text("attempts.csv").split(separator: "\n").count - 1
    #expect(events.count { $0.ph == "X" && $0.name.hasPrefix("VM ") } == rows)
    var threads: [[Int]: [Event]] = [:]
    for event in events where event.ph == "X" { threads[[event.pid, event.tid], default: []].append(event) }
    for slices in threads.values {
      var open: [Double] = []
      for slice in slices.sorted(by: { ($0.ts ?? 0, -($0.dur ?? 0)) < ($1.ts ?? 0, -($1.dur ?? 0)) }) {
        let (begin, end) = (slice.ts ?? 0, (slice.ts ?? 0) + (slice.dur ?? 0))
        while let last = open.last, last <= begin + 0.01 { open.removeLast() }
        if let last = open.last { #expect(end <= last + 0.01, "\(slice.name) sticks out") }
        open.append(end)
      }
    }
    let named = Set(events.filter { $0.name == "process_name" }.map(\.pid))
    #expect(Set(events.map(\.pid)).isSubset(of: named))
    #expect(events.contains { $0.name == "outage" } && events.contains { $0.name.hasPrefix("copy") })
  }

  @Test("counters never fall below nothing, and end where they began") func counters() async throws {
    let counts = try await trace().filter { $0.name == "migrations under way" }.compactMap {
      event -> Double? in
      guard case .number(let count)? = event.args?["count"] else { return nil }
      return count
    }
    #expect(counts.allSatisfy { $0 >= 0 } && counts.last == 0 && (counts.max() ?? 0) > 0)
  }

  @Test("a window leaves out what lies outside") func window() async throws {
    let all = try await trace().count { $0.ph == "X" }
    let some = try await trace("--until", "1h").count { $0.ph == "X" }
    #expect(some < all)
  }

  @Test("what cannot be is refused") func refusals() async throws {
    let path = try bench.tiny()
    #expect(
      try await Program.run("trace", path, "--from", "2d", "--until", "1d", "-o", bench("t.json")).status
        == 64)
    let lost = try await Program.run("trace", path, "-o", bench("no/such/t.json"))
    #expect(lost.status == 74 && lost.errors.contains("cannot write"))
    #expect(try await Program.run("trace", path, "--until", "soon", "-o", bench("t.json")).status == 64)
  }
}
