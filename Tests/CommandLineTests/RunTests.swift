import Foundation
import TestTools
import Testing

@Suite struct RunTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("a scenario is run, and printed as text, JSON and Markdown") func formats() async throws {
    let path = try bench.tiny()
    let text = try await Program.run("run", path)
    #expect(text.status == 0)
    #expect(text.errors.isEmpty)
    #expect(text.output.contains("tiny") && text.output.contains("warm"))
    #expect(!text.output.contains("\u{1b}"))
    let summary = try json(try await Program.run("run", path, "--format", "json").output)
    #expect(summary["schema"] as? String == "fleetshift.summary/1")
    #expect(summary["scenario"] as? String == "tiny")
    #expect(summary["replications"] as? Int == 3)
    #expect(summary["seed"] as? Int == 7)
    let markdown = try await Program.run("run", path, "--format", "markdown", "--variant", "cold")
    #expect(markdown.output.contains("| "))
    #expect(markdown.output.contains("fleetshift run \(path) --variant cold --seed 7 --replications 3"))
  }

  @Test(
    "threads cannot be seen, and two runs are the same to the byte", arguments: ["text", "json", "markdown"])
  func sameBytes(format: String) async throws {
    let path = try bench.tiny()
    var outputs: [String] = []
    for threads in ["1", "2", "1"] {
      let rows = bench("rows-\(outputs.count).csv")
      let result = try await Program.run(
        "run", path, "--format", format, "--threads", threads, "--attempts", rows)
      #expect(result.status == 0)
      outputs.append(result.output + (try bench.text("rows-\(outputs.count).csv")))
    }
    #expect(outputs[0].count > 1000)
    #expect(outputs[0] == outputs[1])
    #expect(outputs[0] == outputs[2])
    let other = try await Program.run("run", path, "--format", format, "--seed", "8")
    #expect(!outputs[0].hasPrefix(other.output))
  }

  @Test("options change what they name") func options() async throws {
    let path = try bench.tiny()
    let summary = try json(
      try await Program.run(
        "run", path, "--format", "json", "--seed", "9", "--replications", "2", "--variant", "patient"
      )
      .output)
    #expect(summary["seed"] as? Int == 9)
    #expect(summary["replications"] as? Int == 2)
    #expect(summary["variant"] as? String == "patient")
    let base = try await Program.run("run", path, "--variant", "base")
    #expect(base.status == 0)
    #expect(base.output == (try await Program.run("run", path).output))
    let unknown = try await Program.run("run", path, "--variant", "warmer")
    #expect(unknown.status == 65)
    #expect(unknown.errors.contains("has no variant 'warmer': it has cold, patient."))
    #expect(unknown.output.isEmpty)
  }

  @Test("there is a row for each attempt") func attempts() async throws {
    let path = try bench.tiny()
    let result = try await Program.run("run", path, "--format", "json", "--attempts", bench("rows.csv"))
    let totals = try #require(try json(result.output)["totals"] as? [String: Any])
    let mean = try #require((totals["attempts"] as? [String: Any])?["mean"] as? Double)
    let lines = try bench.text("rows.csv").split(separator: "\n")
    #expect(lines.first?.hasPrefix("replication,move,guest,class,campaign,strategy,attempt") == true)
    #expect(Double(lines.count - 1) == (mean * 3).rounded())
    #expect(lines.dropFirst().map { $0.prefix(1) } == lines.dropFirst().map { $0.prefix(1) }.sorted())
    #expect(try bench.contents == ["rows.csv", "tiny.yaml"])
  }

  @Test("--out writes both summaries, the same as printed, and replaces old ones") func out() async throws {
    let path = try bench.tiny()
    for _ in 0..<2 {
      let result = try await Program.run("run", path, "--format", "json", "--out", bench("a/b"))
      #expect(result.status == 0, "\(result.errors)")
      #expect(try bench.text("a/b/summary.json") == result.output)
    }
    let markdown = try await Program.run("run", path, "--format", "markdown")
    #expect(try bench.text("a/b/summary.md") == markdown.output)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench("a/b")).sorted() == [
        "course.json", "manifest.json", "shards", "summary.json", "summary.md",
      ])
  }

  @Test("what cannot be written ends with 74 before anything is simulated, and leaves nothing")
  func unwritable() async throws {
    let path = try bench.long()
    _ = try bench.file("file", "mine")
    try FileManager.default.createDirectory(atPath: bench("folder"), withIntermediateDirectories: false)
    #expect(mkfifo(bench("pipe"), 0o600) == 0)
    let before = try bench.contents
    for option in [
      ["--out", bench("file")], ["--out", bench("file/below")], ["--attempts", bench("none/rows.csv")],
      ["--attempts", bench("file/rows.csv")], ["--attempts", bench("folder")], ["--attempts", bench("pipe")],
    ] {
      let result = try await Program.run(Program.path, ["run", path] + option)
      #expect(result.status == 74, "\(option): \(result)")
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("cannot write"))
    }
    #expect(try bench.contents == before)
    #expect(try bench.text("file") == "mine")
  }

  @Test("a full disk is noticed") func fullDisk() async throws {
    let path = try bench.tiny()
    for command in ["run '\(path)'", "schema", "lint '\(path)'", "run --explain-defaults"] {
      let result = try await Program.shell("\"$FLEETSHIFT\" \(command) > /dev/full")
      #expect(result.status == 74, "\(command)")
      #expect(result.errors.contains("No space left"))
    }
  }

  @Test("a broken expectation ends with 2, with the result still printed") func expectations() async throws {
    let held = try bench.tiny("expect: ['total(moves) >= 1']", name: "held.yaml")
    #expect(try await Program.run("run", held).status == 0)
    let path = try bench.tiny("expect: ['total(moves) >= 1', 'total(moves) >= 1000000']")
    let result = try await Program.run("run", path, "--format", "json", "--out", bench("out"))
    #expect(result.status == 2)
    let verdicts = try #require(try json(result.output)["expectations"] as? [[String: Any]])
    #expect(verdicts.map { $0["held"] as? Bool } == [true, false])
    #expect(try bench.text("out/summary.json") == result.output)
  }

  @Test("two variants are compared, in each format") func compare() async throws {
    let path = try bench.tiny()
    let text = try await Program.run("compare", path, "--variants", "base,cold")
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("base") && text.output.contains("cold"))
    let one = try await Program.run(
      "compare", path, "--variants", "base,cold", "--format", "json", "--threads", "1")
    let two = try await Program.run(
      "compare", path, "--variants", "base,cold", "--format", "json", "--threads", "2")
    #expect(one.output == two.output)
    #expect(try json(one.output)["schema"] != nil)
    #expect(
      try await Program.run("compare", path, "--variants", "cold,patient", "--format", "markdown").status == 0
    )
    let unknown = try await Program.run("compare", path, "--variants", "base,warmer")
    #expect(unknown.status == 65)
    #expect(unknown.errors.contains("it has cold, patient"))
  }
}
