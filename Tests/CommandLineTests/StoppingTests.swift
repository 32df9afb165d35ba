import Foundation
import TestTools
import Testing

@Suite struct StoppingTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private func stopping(_ json: String) throws -> (replications: Int, looks: [Int]) {
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let stopping = try #require(object["stopping"] as? [String: Any])
    return (try #require(object["replications"] as? Int), try #require(stopping["looks"] as? [Int]))
  }

  @Test("replications are added until it is sure enough, however many threads, with a folder and without")
  func enough() async throws {
    let path = try bench.tiny()
    let rule = ["--until", "ci(total(downtime)) < 3 %", "--until", "by class: ci(downtime.p95) < 1 h"]
    let arguments = ["run", path, "--format", "json"] + rule
    let one = try await Program.run(Program.path, arguments + ["--threads", "1"])
    let two = try await Program.run(Program.path, arguments + ["--threads", "2"])
    #expect(one.status == 0, "\(one.errors)")
    #expect(one.output == two.output)
    let found = try stopping(one.output)
    #expect(found.looks.count > 1 && found.looks.last == found.replications, "\(found)")
    // As many replications by number come to the same.
    let plain = try await Program.run(
      "run", path, "--replications", "\(found.replications)", "--format", "markdown")
    let markdown = try await Program.run(Program.path, ["run", path, "--format", "markdown"] + rule)
    #expect(
      markdown.output.contains("Stopped at look \(found.looks.count), for ci(total(downtime)) \\< 3 % ("))
    #expect(markdown.output.contains("by class: ci(downtime.p95) \\< 1 h (all 2 classes)"))
    let table = { (text: String) in
      text.components(separatedBy: "## Moves").last?.components(separatedBy: "## How").first
    }
    #expect(table(plain.output) == table(markdown.output))

    let kept = try await Program.run(Program.path, arguments + ["--out", bench("kept")])
    #expect(kept.output == one.output, "\(kept.errors)")
    #expect(try bench.text("kept/summary.json") == one.output)
    let again = try await Program.run("run", "--resume", "--out", bench("kept"), "--format", "json")
    #expect(again.output == one.output, "\(again.errors)")
    #expect(try await Program.run("export", bench("kept"), "--to", "csv", "--table", "metrics").status == 0)
  }

  @Test("killed anywhere and resumed, it stops at the same place with the same bytes") func killed()
    async throws
  {
    let path = try bench.tiny(horizon: "200 d")
    let arguments = ["run", path, "--until", "ci(total(downtime)) < 4 %", "--format", "json"]
    let whole = try await Program.run(Program.path, arguments + ["--out", bench("whole")])
    #expect(whole.status == 0, "\(whole.errors)")
    let broken = try await Program.run(
      Program.path, arguments + ["--out", bench("broken")], signal: Program.Signal(SIGKILL, after: 1))
    if broken.status != 0 {
      // Killed before anything was begun, it is begun.
      let isBegun = FileManager.default.fileExists(atPath: bench("broken/manifest.json"))
      let words = isBegun ? ["run", "--resume", "--format", "json"] : arguments
      let resumed = try await Program.run(Program.path, words + ["--out", bench("broken")])
      #expect(resumed.status == 0, "\(resumed.errors)")
    }
    for file in ["manifest.json", "summary.json", "summary.md", "course.json"] {
      #expect(try bench.text("whole/" + file) == bench.text("broken/" + file), "\(file)")
    }
  }

  @Test("where the most there may be is not enough: 2, with the figure, and the result") func notEnough()
    async throws
  {
    let path = try bench.tiny()
    let run = try await Program.run(
      "run", path, "--until", "ci(total(downtime)) < 0.01 %", "--max-replications", "12")
    #expect(run.status == 2 && run.output.contains("12 replications"), "\(run.errors)")
    #expect(run.errors.contains("12 replications are not enough for 'ci(total(downtime)) < 0.01 %': it is "))
    #expect(run.output.contains("not for the rule"))
  }

  @Test(
    "mistakes are pointed at, before anything is simulated",
    arguments: [
      (
        ["--until", "ci(total(downtme)) < 2 %"], "there is no metric called 'downtme'",
        "--until ci(total(downtme)) < 2 %\n                   ^"
      ),
      (["--until", "total(downtime) < 2 h"], "more replications do not make that true", "^"),
      (
        ["--until", "ci(total(downtime of nobody)) < 2 %"],
        "there is no strategy, campaign or class called 'nobody'", "^"
      ),
      (["--until", "ci(total(downtime in nobody)) < 2 %"], "there is no variant called 'nobody'", "^"),
      (
        ["--until", "ci(total(downtime)) < 2 %", "--replications", "5"], "looks for the first time after 5",
        "--replications from 10"
      ),
      (["--max-replications", "50"], "--max-replications goes with --until", "Usage:"),
      (["--expect", "p95(downtime) < 30"], "a time is compared with a number", "^"),
      (["--expect", "total(moves of nobody) > 1"], "there is no strategy", "^"),
    ])
  func mistakes(_ arguments: [String], _ message: String, _ more: String) async throws {
    let run = try await Program.run(Program.path, ["run", try bench.tiny()] + arguments)
    #expect(run.status == 64 && run.output.isEmpty, "\(run.status) \(run.errors)")
    #expect(run.errors.contains(message) && run.errors.contains(more), "\(run.errors)")
  }

  @Test("expectations of the command line are judged like the scenario's") func expect() async throws {
    let path = try bench.tiny()
    let good = try await Program.run(
      "run", path, "--expect", "by class: p95(downtime) < 1 h", "--expect", "failed / moves < 50 %")
    #expect(good.status == 0 && good.output.contains("by class: p95(downtime) < 1 h"), "\(good.errors)")
    let bad = try await Program.run(
      "run", path, "--out", bench("kept"), "--expect", "by class: p95(downtime) < 1 s")
    #expect(bad.status == 2 && bad.output.contains("not 2 of 2 classes: "))
    // It is kept with the run.
    #expect(try await Program.run("run", "--resume", "--out", bench("kept")).output == bad.output)
    // In a scenario it needs no quotes.
    let scenario = try bench.tiny("expect: [\"failed / moves < 50 %\", total(moves) > 0]", name: "e1.yaml")
    #expect(try await Program.run("run", scenario).status == 0)
    let plain = try bench.tiny("expect:\n  - by class: p95(downtime) < 1 h", name: "e2.yaml")
    let run = try await Program.run("run", plain)
    #expect(run.status == 0 && run.output.contains("all 2 classes"), "\(run.errors)")
    let typo = try bench.tiny("expect:\n  - by class: p95(downtme) < 1 h", name: "e3.yaml")
    let lint = try await Program.run("lint", typo)
    #expect(lint.status == 65 && lint.output.contains(":25:19:"), "\(lint.output)")
  }

  @Test("progress for programs is a JSON object a line, on standard error") func progress() async throws {
    let path = try bench.tiny()
    let run = try await Program.run("run", path, "--progress", "json", "--replications", "20")
    let plain = try await Program.run("run", path, "--replications", "20", "--progress", "none")
    #expect(run.status == 0 && run.output == plain.output && plain.errors.isEmpty)
    let lines = run.errors.split(separator: "\n")
    #expect(!lines.isEmpty)
    for line in lines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      #expect(object["schema"] as? String == "fleetshift.progress/1")
      #expect(
        Set(object.keys) == [
          "schema", "event", "done", "of", "share", "attempts", "seconds", "seconds_left",
        ])
    }
    let summary = try #require(
      try JSONSerialization.jsonObject(
        with: Data(
          try await Program.run("run", path, "--replications", "20", "--format", "json").output.utf8))
        as? [String: Any])
    let totals = try #require(summary["totals"] as? [String: Any])
    let mean = try #require((totals["attempts"] as? [String: Any])?["mean"] as? Double)
    let last = try #require(lines.last)
    #expect(last.contains("{\"attempts\":\(Int((mean * 20).rounded())),"), "\(last)")
    #expect(
      last.contains(#""event":"done""#) && last.contains(#""done":20"#) && last.contains(#""share":1.0"#))
    let kept = try await Program.run("run", path, "--progress", "json", "--out", bench("kept"))
    #expect(kept.errors.contains(#""event":"done""#) && kept.errors.contains(#""of":3"#))
    #expect(!(kept.errors.split(separator: "\n").last?.contains("{\"attempts\":0,") ?? true))
    // Interrupted, those count that have ended in replications that have not.
    for command in ["run '\(try bench.long())' --out '\(bench("long"))'", "compare '\(try bench.long())'"] {
      let stopped = try await Program.shell(
        """
        "$FLEETSHIFT" \(command) --progress json --threads 2 2> '\(bench("err"))' &
        until grep -q '"attempts":[1-9]' '\(bench("err"))'; do sleep 0.1; done
        kill -TERM $!
        wait $!
        """, seconds: 120)
      #expect(stopped.status == (command.hasPrefix("run") ? 3 : 143), "\(stopped)")
      let end = try bench.text("err").split(separator: "\n").first { $0.contains("stopped") } ?? ""
      #expect(end.contains(#""done":0,"#) && !end.contains(#"{"attempts":0,"#), "\(end)")
    }
  }
}
