import Foundation
import Testing

@Suite struct CutoverTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// A sparse image of 8 MiB with some data at its start and in its middle.
  private func image(_ name: String = "source.raw") throws -> String {
    let path = try bench.file(name, "")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    let piece = Data((0..<(1 << 16)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
    try handle.write(contentsOf: piece)
    try handle.seek(toOffset: 4 << 20)
    try handle.write(contentsOf: piece + piece)
    try handle.truncate(atOffset: 8 << 20)
    try handle.close()
    return path
  }

  private func data(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  @Test("an image is moved, whole and equal, by each strategy", arguments: ["warm", "reboot", "cold"])
  func moves(strategy: String) async throws {
    let source = try image()
    let before = try data(source)
    let result = try await Program.run("cutover", "run", source, bench("to.raw"), "--strategy", strategy)
    #expect(result.status == 0, "\(result)")
    #expect(result.errors.isEmpty)
    #expect(result.output.contains("predicted") && result.output.contains("completed: "))
    #expect(try data(bench("to.raw")) == before)
    #expect(try data(source) == before)
    #expect(try bench.contents == ["source.raw", "to.raw"])
  }

  @Test("JSON has prediction, outcome and passes") func json() async throws {
    let result = try await Program.run(
      "cutover", "run", try image(), bench("to.raw"), "--json", "--rate-limit", "100 MB/s", "--resize-to",
      "16 MiB")
    #expect(result.status == 0, "\(result)")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(document["schema"] as? String == "fleetshift.cutover/1")
    #expect(document["outcome"] as? String == "completed")
    #expect(document["verified"] as? Bool == true)
    for key in ["predicted", "measured"] {
      let measures = try #require(document[key] as? [String: Any])
      for name in ["seconds", "bytes", "pause_seconds"] { #expect(measures[name] != nil, "\(key).\(name)") }
    }
    #expect((document["passes"] as? [Any])?.isEmpty == false)
    #expect(try data(bench("to.raw")).count == 16 << 20)
  }

  @Test("a rehearsal loses no acknowledged write") func rehearsal() async throws {
    let source = try image()
    let result = try await Program.run(
      "cutover", "run", source, bench("to.raw"), "--rehearse-writes", "5 MiB/s", "--rate-limit", "2 MB/s",
      "--json")
    #expect(result.status == 0, "\(result)")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let evidence = try #require(document["rehearsal"] as? [String: Any])
    #expect((evidence["writes"] as? Int ?? 0) > 0)
    #expect(evidence["lost"] as? Int == 0)
    #expect(try data(bench("to.raw")) == data(source))
  }

  @Test("what cannot be done is refused by its own code, with a remedy, and leaves nothing") func refusals()
    async throws
  {
    let source = try image()
    _ = try bench.file("there.raw", "mine")
    let before = try bench.contents
    let cases: [([String], Int32, String)] = [
      ([bench("none.raw"), bench("to.raw")], 66, "there is no image"),
      ([source, bench("none/to.raw")], 66, "there is no directory"),
      ([source, bench("there.raw")], 65, "exists"), ([source, source], 65, "the same file"),
      ([bench.path, bench("to.raw")], 65, "not a regular file"),
      ([source, bench("to.raw"), "--strategy", "live"], 65, "memory"),
      ([source, bench("to.raw"), "--strategy", "hot"], 64, "there is no strategy 'hot'"),
      ([source, bench("to.raw"), "--rate-limit", "100"], 64, "has no unit"),
      ([source, bench("to.raw"), "--rate-limit", "0 MB/s"], 64, "not above zero"),
      ([source, bench("to.raw"), "--resize-to", "20 G"], 64, "ambiguous"),
      ([source, bench("to.raw"), "--rehearse-writes", "fast"], 64, "does not begin with a number"),
      ([source, bench("to.raw"), "--resize-to", "1 MiB"], 65, "would cut off the data"),
    ]
    for (arguments, status, words) in cases {
      let result = try await Program.run(Program.path, ["cutover", "run"] + arguments)
      #expect(result.status == status, "\(arguments): \(result)")
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(
        result.errors.hasPrefix("fleetshift: ") && result.errors.contains("\n  help: "), "\(result.errors)")
    }
    #expect(try bench.contents == before)
    #expect(try bench.text("there.raw") == "mine")
  }

  @Test("an interrupted cutover leaves the source, and no destination") func interruption() async throws {
    let source = try bench.file("source.raw", String(repeating: "0123456789abcdef", count: 1 << 20))
    let before = try data(source)
    let result = try await Program.run(
      "cutover", "run", source, bench("to.raw"), "--rate-limit", "1 MB/s", signal: (SIGINT, 5))
    #expect(result.status == 130, "\(result)")
    #expect(try bench.contents == ["source.raw"])
    #expect(try data(source) == before)
  }
}
