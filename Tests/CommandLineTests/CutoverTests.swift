import Foundation
import TestTools
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
    let result = try await Program.run(
      "cutover", "run", source, bench("to.raw"), "--strategy", strategy, "--yes")
    #expect(result.status == 0, "\(result)")
    #expect(result.errors.isEmpty)
    #expect(result.output.contains("predicted") && result.output.contains("completed: "))
    for unit in [" kB", " MB", " GB", " bytes"] { #expect(!result.output.contains(unit), "\(result)") }
    #expect(try data(bench("to.raw")) == before)
    #expect(try data(source) == before)
    #expect(try bench.contents == ["source.raw", "to.raw"])
  }

  @Test("JSON has prediction, outcome and passes") func json() async throws {
    let result = try await Program.run(
      "cutover", "run", try image(), bench("to.raw"), "--yes", "--json", "--rate-limit", "100 MB/s",
      "--resize-to",
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
      "--json", "--yes")
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
    let elsewhere = try Workbench()
    let script = try elsewhere.program("stop", "#!/no/such/interpreter\n")
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
      ([source, bench("to.raw"), "--resize-to", "1 MiB"], 65, "a size of 1 MiB would cut off the data"),
      ([source, bench("to.raw"), "--on-pause", "./none"], 66, "there is no program '/"),
      ([source, bench("to.raw"), "--on-start", bench("there.raw")], 66, "--on-start: '"),
      ([source, bench("to.raw"), "--on-pause", script], 66, "is a script for '/no/such/interpreter'"),
    ]
    for (arguments, status, words) in cases {
      let result = try await Program.run(Program.path, ["cutover", "run", "--yes"] + arguments)
      #expect(result.status == status, "\(arguments): \(result)")
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(
        result.errors.hasPrefix("fleetshift: ") && result.errors.contains("\n  help: "), "\(result.errors)")
    }
    #expect(try bench.contents == before && elsewhere.contents == ["stop"])
    #expect(try bench.text("there.raw") == "mine")
  }

  @Test("only what was verified is called so", arguments: ["whole", "written", "none"])
  func verification(_ verify: String) async throws {
    let result = try await Program.run(
      "cutover", "run", try image(), bench("to.raw"), "--yes", "--verify", verify)
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("held, verified;") == (verify != "none"), "\(result)")
    #expect(result.output.contains("nothing was compared") == (verify == "none"), "\(result)")
  }

  @Test("an interrupted cutover can be looked at, and resumed or undone", arguments: [SIGINT, SIGTERM])
  func interruption(signal: Int32) async throws {
    let source = try bench.file("source.raw", String(repeating: "0123456789abcdef", count: 1 << 20))
    let before = try data(source)
    let destination = bench("to.raw")
    let result = try await Program.run(
      "cutover", "run", source, destination, "--yes", "--rate-limit", "1 MB/s",
      signal: Program.Signal(signal, after: 1, behind: destination + ".fleetshift-partial"))
    #expect(result.status == 128 + signal, "\(result)")
    #expect(result.output.contains("cutover resume"))
    // It is no outcome, and nothing to be held against the prediction.
    #expect(
      result.output.contains("\nsuspended in copying after ")
        && result.output.contains("  so far  0 passes done"),
      "\(result)")
    #expect(!result.output.contains("measured\n") && !result.output.contains("in all  "), "\(result)")
    #expect(
      try bench.contents == ["source.raw", "to.raw.fleetshift-journal", "to.raw.fleetshift-partial"])
    let status = try await Program.run("cutover", "status", destination)
    #expect(status.status == 3 && status.output.contains("broken off in copying"), "\(status)")
    let again = try await Program.run("cutover", "run", source, destination, "--yes")
    #expect(again.status == 65 && again.errors.contains("cutover resume"), "\(again)")

    if signal == SIGINT {
      let end = try await Program.run("cutover", "rollback", destination)
      #expect(end.status == 0, "\(end)")
      #expect(try bench.contents == ["source.raw"])
    } else {
      // The rate limit goes with the journal: a resumed pass of 16 MB would take its time.
      let end = try await Program.run("cutover", "resume", destination, "--json", seconds: 60)
      #expect(end.status == 0, "\(end)")
      #expect(end.output.contains("\"resumptions\" : 1") && end.output.contains("\"predicted\" : {"))
      #expect(try bench.contents == ["source.raw", "to.raw"])
      #expect(try data(destination) == before)
      let proof = try await Program.run("cutover", "verify", destination, "--source", source)
      #expect(proof.status == 0, "\(proof)")
    }
    #expect(try data(source) == before)
  }

  @Test("nobody is asked where nobody is") func unasked() async throws {
    let result = try await Program.run("cutover", "run", try image(), bench("to.raw"))
    #expect(result.status == 64 && result.errors.contains("--yes"), "\(result)")
    #expect(try bench.contents == ["source.raw"])
  }

  @Test("a plan is carried out as it was made, and refused when the image has changed") func plans()
    async throws
  {
    let source = try image()
    let plan = bench("plan.json")
    let planned = try await Program.run("cutover", "plan", source, bench("to.raw"), "-o", plan)
    #expect(planned.status == 0 && planned.output.contains("predicted"), "\(planned)")
    #expect(try bench.contents == ["plan.json", "source.raw"])
    let applied = try await Program.run("cutover", "apply", plan)
    #expect(applied.status == 0, "\(applied)")
    #expect(try data(bench("to.raw")) == data(source))
    let again = try await Program.run("cutover", "apply", plan)
    #expect(again.status == 65 && again.errors.contains("exists"), "\(again)")

    try FileManager.default.removeItem(atPath: bench("to.raw"))
    let handle = try #require(FileHandle(forWritingAtPath: source))
    try handle.write(contentsOf: Data("x".utf8))
    try handle.close()
    let stale = try await Program.run("cutover", "apply", plan)
    #expect(stale.status == 65 && stale.errors.contains("out of date"), "\(stale)")
    #expect(try bench.contents == ["plan.json", "source.raw"])
  }

  @Test("hooks are told what to do, in order, and what they say is kept") func hooks() async throws {
    let source = try image()
    let log = bench("log")
    let script = try bench.file(
      "hook.sh",
      """
      echo "$FLEETSHIFT_ACTION $1 $(basename $FLEETSHIFT_DESTINATION) $FLEETSHIFT_RESUMED" >> '\(log)'
      echo said; [ -z "$SECRET" ] || echo leaked
      """)
    func hook(_ argument: String) -> String { "/bin/sh \(script) '\(argument)'" }
    let result = try await Program.run(
      "cutover", "run", source, bench("to.raw"), "--yes", "--json", "--resize-to", "16 MiB", "--on-pause",
      hook("a b"), "--on-start", hook("c"), "--on-rollback", hook("d"), "--on-resize", hook("e"),
      environment: ["SECRET": "1"])
    #expect(result.status == 0, "\(result)")
    #expect(try bench.text("log") == "shut-down a b to.raw 0\nresize e to.raw 0\nstart c to.raw 0\n")
    #expect(result.output.contains("\"output\" : \"said\\n\""))
    #expect(!result.output.contains("leaked"))
  }

  @Test("hooks are found from wherever a plan is carried out, and missed before anything is made")
  func hooksElsewhere() async throws {
    let source = try image()
    let (plan, elsewhere) = (bench("plan.json"), try Workbench())
    _ = try bench.program("stop", "#!/bin/sh\ntouch '\(bench("stopped"))'\n")
    let planned = try await Program.run(
      "cutover", "plan", "source.raw", "to.raw", "--on-pause", "./stop", "-o", plan, in: bench.path)
    #expect(planned.status == 0, "\(planned)")
    try FileManager.default.moveItem(atPath: bench("stop"), toPath: bench("away"))
    let refused = try await Program.run("cutover", "apply", plan, in: elsewhere.path)
    #expect(refused.status == 66 && refused.errors.contains("--on-pause: there is no program"), "\(refused)")
    #expect(try bench.contents == ["away", "plan.json", "source.raw"])
    try FileManager.default.moveItem(atPath: bench("away"), toPath: bench("stop"))
    let applied = try await Program.run("cutover", "apply", plan, in: elsewhere.path)
    #expect(applied.status == 0, "\(applied)")
    #expect(try bench.contents == ["plan.json", "source.raw", "stop", "stopped", "to.raw"])
    #expect(try data(bench("to.raw")) == data(source))
  }

  @Test("a plan is written over nothing but a plan") func planPlaces() async throws {
    let source = try image()
    let before = try data(source)
    let hook = try bench.program("start", "#!/bin/sh\n")
    for place in [source, hook, bench("to.raw")] {
      let result = try await Program.run(
        "cutover", "plan", source, bench("to.raw"), "--on-start", hook, "-o", place)
      #expect(result.status == 65 && result.errors.contains("'\(place)'"), "\(result)")
    }
    #expect(try data(source) == before)
    #expect(try bench.contents == ["source.raw", "start"])
    for _ in 0..<2 {
      let result = try await Program.run("cutover", "plan", source, bench("to.raw"), "-o", bench("p.json"))
      #expect(result.status == 0, "\(result)")
    }
  }

  @Test("a copy that was cut off is no copy, and a file is none of itself") func verifySizes() async throws {
    let source = try image()
    let copy = bench("copy.raw")
    try FileManager.default.copyItem(atPath: source, toPath: copy)
    func verify(_ arguments: String...) async throws -> (status: Int32, text: String) {
      let result = try await Program.run(
        Program.path, ["cutover", "verify", copy, "--source", source] + arguments)
      return (result.status, result.output + result.errors)
    }
    #expect(try await verify().status == 0)
    for size in [6 << 20, 9 << 20] {
      #expect(truncate(copy, size) == 0)
      let found = try await verify()
      #expect(found.status == 2 && found.text.contains("has \(size) bytes"), "\(found)")
      #expect(try await verify("--resized").status == 0)
    }
    #expect(truncate(copy, 8 << 20) == 0)
    let handle = try #require(FileHandle(forWritingAtPath: copy))
    try handle.seek(toOffset: 5000)
    try handle.write(contentsOf: Data([0xAA]))
    try handle.close()
    let found = try await verify()
    #expect(found.status == 2 && found.text.contains("at byte 5000"), "\(found)")
    let folder = try await Program.run("cutover", "run", source, bench("folder/"), "--yes")
    #expect(folder.status == 64 && folder.errors.contains("names a directory"), "\(folder)")
    let itself = try await Program.run("cutover", "verify", source, "--source", source)
    #expect(itself.status == 64 && itself.errors.contains("are one file"), "\(itself)")
  }

  @Test("a guest that was stopped, and that nothing brings back, is told of before and after") func leftDown()
    async throws
  {
    let source = try image()
    let hooks = ["--on-pause", "true", "--on-start", "false"]
    let result = try await Program.run(
      Program.path, ["cutover", "run", source, bench("to.raw"), "--yes"] + hooks)
    #expect(result.status == 74)
    let lines = ["stopped by 'true'", "started by 'false'", "each within 5 min"]
    #expect(result.output.contains(lines.joined(separator: "\n             ")), "\(result)")
    #expect(result.output.contains("--on-rollback is missing"), "\(result)")
    #expect(result.output.contains("THE GUEST MAY BE DOWN"), "\(result)")
    let back = try await Program.run(
      Program.path, ["cutover", "run", source, bench("to.raw"), "--yes", "--on-rollback", "true"] + hooks)
    #expect(back.status == 74)
    #expect(!back.output.contains("missing") && !back.output.contains("DOWN"), "\(back)")
  }

  @Test("a hook that fails or hangs brings the guest back") func failingHooks() async throws {
    let source = try image()
    let back = bench("back")
    let elsewhere = try Workbench()
    let cases: [([String], String)] = [
      (["--on-pause", "false"], "failed_guest"), (["--on-start", "false"], "failed_guest"),
      // What brings it back has the same time, and a machine may be busy.
      (["--on-pause", "sleep 60", "--hook-timeout", "5 s"], "failed_guest"),
      // Its first bytes are those of a program, and no kernel runs it.
      (["--on-pause", try elsewhere.program("stop", "\u{7F}ELF")], "failed_guest"),
    ]
    for (arguments, outcome) in cases {
      try? FileManager.default.removeItem(atPath: back)
      let result = try await Program.run(
        Program.path,
        ["cutover", "run", source, bench("to.raw"), "--yes", "--json", "--on-rollback", "touch \(back)"]
          + arguments)
      #expect(result.status == 74, "\(arguments) \(result)")
      #expect(result.output.contains("\"outcome\" : \"\(outcome)\""), "\(result)")
      #expect(try bench.contents == ["back", "source.raw"])
    }
    // A start that had to be killed may have done its work: nobody can say, so nothing is touched.
    let result = try await Program.run(
      "cutover", "run", source, bench("to.raw"), "--yes", "--json", "--on-start", "sleep 60",
      "--hook-timeout",
      "200 ms")
    #expect(result.output.contains("lost_destination_unknown"), "\(result)")
    #expect(try bench.contents == ["back", "source.raw", "to.raw", "to.raw.fleetshift-journal"])
  }

  @Test("killed again and again, it loses nothing that the guest was told is written") func kills()
    async throws
  {
    let source = try bench.file("source.raw", String(repeating: "0123456789abcdef", count: 6 << 16))
    let destination = bench("to.raw")
    try await KilledCutover.run(source, to: destination)
    #expect(try data(destination) == data(source))
    #expect(try bench.contents == ["source.raw", "to.raw"])
  }
}
