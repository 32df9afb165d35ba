import Foundation
import TestTools
import Testing

/// What an output may be put in the place of, and what not.
@Suite struct OutputTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// A kept run, a dataset and a gate; every file of the bench with what it holds.
  private func prepared() async throws -> [String: Data] {
    let path = try bench.tiny("expect: ['total(moves) >= 1']")
    let kept = try await Program.run("run", path, "--replications", "2", "--out", bench("kept"))
    try #require(kept.status == 0, "\(kept.errors)")
    try bench.file("gate.yaml", "tolerance: 1 %\n")
    try bench.file("set.csv", "id,kind\n")
    try bench.file("rig.yaml", "name: mine\n")
    for (link, target) in [("link", "tiny.yaml"), ("nowhere", "kept/new"), ("folder", "kept")] {
      try FileManager.default.createSymbolicLink(atPath: bench(link), withDestinationPath: target)
    }
    try FileManager.default.linkItem(atPath: path, toPath: bench("hard"))
    return try files()
  }

  private func files() throws -> [String: Data] {
    let found = FileManager.default.enumerator(atPath: bench.path)
    var files: [String: Data] = [:]
    while let name = found?.nextObject() as? String {
      files[name] = FileManager.default.contents(atPath: bench(name)) ?? Data()
    }
    return files
  }

  @Test(
    "a full disk is told once, with what to do, however many replications meet it",
    .enabled(if: Program.mayMount, "no file system may be mounted here"))
  func fullDisk() async throws {
    let path = try bench.tiny()
    let result = try await Program.shell(
      """
      mkdir full
      unshare --mount /bin/bash -c '
        mount -t tmpfs -o size=8k none full
        "$FLEETSHIFT" run \(path) --replications 8 --threads 4 --attempts full/a.csv; status=$?
        ls -A full
        exit $status'
      """, in: bench.path)
    #expect(result.status == 74 && result.output.isEmpty, "\(result)")
    #expect(result.errors.components(separatedBy: "cannot write").count == 2, "\(result)")
    #expect(result.errors.contains("help: see that there is room"), "\(result)")
  }

  @Test("an output is never what is read, by no name, nor a part of a kept run") func inputs() async throws {
    let before = try await prepared()
    for line in [
      "report kept -o kept/summary.json", "report kept -o kept/page.html", "report folder -o kept/page.html",
      "report kept/summary.json -o kept/summary.json", "report kept/summary.json -o folder/course.json",
      "report kept -o nowhere", "report kept/ -o ./kept/../kept/manifest.json",
      "export kept --to csv -o kept/summary.json", "export kept --to jsonl -o kept/manifest.json",
      "export kept --to sqlite -o kept/index.sqlite", "export kept --to sqlite -o kept/shards/x",
      "trace tiny.yaml -o tiny.yaml", "trace tiny.yaml -o link", "trace link -o tiny.yaml",
      "trace tiny.yaml -o hard", "trace tiny.yaml -o kept/summary.md", "trace - -o tiny.yaml < tiny.yaml",
      "run tiny.yaml --attempts link", "run tiny.yaml --attempts kept/course.json",
      "check kept tiny.yaml --markdown tiny.yaml", "check kept kept --junit kept/summary.json",
      "check kept kept --policy gate.yaml --junit gate.yaml", "check kept kept --junit new --markdown ./new",
      "check tiny.yaml --baseline kept --junit kept/new", "fit set.csv -o set.csv",
      "fit set.csv --start rig.yaml -o rig.yaml",
      "calibrate tiny.yaml --free limits.host-out=1..4 --force -o tiny.yaml",
    ] {
      let result = try await Program.shell("\"$FLEETSHIFT\" \(line)", in: bench.path)
      #expect(result.status == 64 && result.output.isEmpty, "\(line): \(result)")
      #expect(result.errors.split(separator: "\n").count == 2, "\(line): \(result.errors)")
      #expect(result.errors.contains("\n  help: "), "\(line): \(result.errors)")
    }
    #expect(try files() == before)
  }

  @Test(
    "a run and a sweep replace files of their names only where those are such, and tell before they simulate")
  func foreignFolders() async throws {
    try bench.tiny()
    let run = try await Program.shell("\"$FLEETSHIFT\" run tiny.yaml --out ours", in: bench.path)
    #expect(run.status == 0, "\(run.errors)")
    for (name, kind) in [
      ("manifest.json", "manifest of fleetshift"), ("summary.json", "result of fleetshift"),
      ("summary.md", "summary of fleetshift"), ("course.json", "course of a run"),
      ("replications.csv", "table of a sweep"), ("index.sqlite", "database of `fleetshift export`"),
      ("submission.json", "note of `fleetshift sweep submit`"),
    ] {
      try FileManager.default.createDirectory(atPath: bench("foreign"), withIntermediateDirectories: true)
      for content in ["x\n", "{\"schema\": \"other/1\"}\n", "# Minutes of a meeting\n"] {
        _ = try bench.file("foreign/\(name)", content)
        for line in [
          "run tiny.yaml --out foreign", "sweep tiny.yaml --over limits.host-out=1,2 -o foreign",
          "sweep plan tiny.yaml --over limits.host-out=1,2 -o foreign",
        ] {
          let result = try await Program.shell("\"$FLEETSHIFT\" \(line)", in: bench.path)
          #expect(result.status == 64 && result.output.isEmpty, "\(line): \(result)")
          #expect(
            result.errors
              == "fleetshift: 'foreign/\(name)' exists and is no \(kind)\n  help: name another folder\n")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench("foreign")) == [name])
        #expect(try bench.text("foreign/\(name)") == content)
      }
      try FileManager.default.removeItem(atPath: bench("foreign"))
    }
    // What was kept without its manifest and its shards, as in a repository, is ours.
    try FileManager.default.createDirectory(atPath: bench("kept"), withIntermediateDirectories: true)
    for name in ["summary.json", "summary.md", "course.json"] {
      _ = try bench.file("kept/\(name)", try bench.text("ours/\(name)"))
    }
    let again = try await Program.shell(
      "\"$FLEETSHIFT\" run tiny.yaml --replications 1 --out kept", in: bench.path)
    #expect(again.status == 0, "\(again.errors)")
    let once = try await Program.shell(
      "rm -r kept/manifest.json kept/shards; \"$FLEETSHIFT\" run tiny.yaml --out kept", in: bench.path)
    #expect(once.status == 0, "\(once.errors)")
  }

  @Test("what lies among the shards and is none stays") func strangeShards() async throws {
    try bench.tiny()
    try FileManager.default.createDirectory(atPath: bench("data/shards"), withIntermediateDirectories: true)
    _ = try bench.file("data/shards/shard-000001.tar", "precious")
    for line in [
      "run tiny.yaml --replications 1 --out data", "run tiny.yaml --replications 1 --out data",
    ] {
      let result = try await Program.shell("\"$FLEETSHIFT\" \(line)", in: bench.path)
      #expect(result.status == 0, "\(result)")
      #expect(try bench.text("data/shards/shard-000001.tar") == "precious")
    }
  }

  @Test("a folder and a file may have a name of one letter") func oneLetter() async throws {
    try bench.tiny()
    for line in [
      "run tiny.yaml --replications 2 --out a", "run tiny.yaml --replications 2 --attempts b",
      "report a -o c", "export a --to csv -o d",
      "sweep tiny.yaml --over limits.host-out=1,2 --replications 2 -o e",
    ] {
      let result = try await Program.shell("\"$FLEETSHIFT\" \(line)", in: bench.path)
      #expect(result.status == 0, "\(line): \(result)")
    }
    for name in ["a/summary.json", "b", "c", "d", "e/summary.json"] {
      #expect(FileManager.default.fileExists(atPath: bench(name)), "\(name)")
    }
  }

  @Test("nothing is written over but a file of the same kind") func kinds() async throws {
    _ = try await prepared()
    let ids = ["id", "cold01r0", "cold03r0", "cold04r0", "warm00r0", "warm16r0"]
    let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Scenarios/validation/calibration.csv")
    let rows = try String(contentsOf: shipped, encoding: .utf8).split(separator: "\n")
    let kept = rows.enumerated().filter { $0 == 0 || ids.contains(String($1.prefix { $0 != "," })) }
    let measured = try bench.file("some.csv", kept.map { $1 + "\n" }.joined())
    // Each command, and what a file of its kind is called after "is no".
    let commands = [
      ("report kept -o FILE", "report of fleetshift"),
      ("export kept --to csv -o FILE", "table 'metrics' of `fleetshift export`"),
      ("export kept --to csv --table points -o FILE", "table 'points' of `fleetshift export`"),
      ("export kept --to jsonl -o FILE", "table 'metrics' of `fleetshift export`"),
      ("export kept --to sqlite -o FILE", "database of `fleetshift export`"),
      ("trace tiny.yaml --until 5d -o FILE", "trace of fleetshift"),
      ("check kept kept --junit FILE", "JUnit file of fleetshift"),
      ("check kept kept --markdown FILE", "report of `fleetshift check`"),
      ("run tiny.yaml --replications 1 --attempts FILE", "table of attempts"),
      ("fit '\(measured)' --free disk-efficiency -o FILE", "profile that `fleetshift fit` has written"),
    ]
    func run(_ command: String, on file: String) async throws -> Program.Outcome {
      try await Program.shell(
        "\"$FLEETSHIFT\" \(command.replacing("FILE", with: file))", in: bench.path)
    }
    let foreign = [
      "tiny.yaml": try bench.text("tiny.yaml"), "page": "<!DOCTYPE html>\n<html><body>mine</body></html>\n",
      "notes": "# Notes\n\nworse\n", "data": "SQLite format 3\0 and the rest\n", "table": "a,b\n1,2\n",
    ]
    for (number, (command, words)) in commands.enumerated() {
      for (name, text) in foreign where !(name == "tiny.yaml" && command.contains(name)) {
        try bench.file(name, text)
        let result = try await run(command, on: name)
        #expect(result.status == 64 && result.output.isEmpty, "\(command): \(result)")
        #expect(
          result.errors == "fleetshift: '\(name)' exists and is no \(words)\n  help: name another file\n",
          "\(command)")
        #expect(try bench.text(name) == text, "\(command)")
      }
      // An empty file has nothing to lose; what the command has written itself it writes again.
      try bench.file("own\(number)", "")
      for _ in 0..<2 {
        let result = try await run(command, on: "own\(number)")
        #expect(result.status == 0, "\(command): \(result)")
      }
      #expect(try (FileManager.default.contents(atPath: bench("own\(number)")) ?? Data()).count > 0)
    }
  }

  @Test("what has no name is refused") func empty() async throws {
    let path = try bench.tiny()
    for arguments in [
      ["run", path, "--out", ""], ["run", path, "--attempts", ""],
      ["sweep", path, "--over", "seed=1,2", "-o", ""],
      ["trace", path, "-o", ""], ["check", path, path, "--junit", ""], ["report", path, "-o", ""],
    ] {
      let result = try await Program.run(Program.path, arguments, in: bench.path)
      #expect(result.status == 64 && result.errors.contains("empty name"), "\(arguments): \(result)")
    }
    #expect(try bench.contents == ["tiny.yaml"])
  }

  @Test("a link is followed, and what it leads to replaced") func links() async throws {
    let before = try await prepared()
    try FileManager.default.createSymbolicLink(atPath: bench("page"), withDestinationPath: "real.html")
    for _ in 0..<2 {
      let result = try await Program.run("report", "kept", "-o", "page", in: bench.path)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try bench.text("real.html").lowercased().hasPrefix("<!doctype html>"))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: bench("page")) == "real.html")
    }
    #expect(Set(try files().keys) == Set(before.keys).union(["page", "real.html"]))
  }

  /// A pipe, and where it is permitted a device that takes nothing. Never one of /dev: a mistake here replaces it.
  @Test("what is there and is no file stays what it is", arguments: ["csv", "jsonl", "sqlite"])
  func exports(kind: String) async throws {
    _ = try await prepared()
    #expect(mkfifo(bench("pipe"), 0o600) == 0)
    let piped = try await Program.shell(
      // Who reads is let go where nobody writes.
      """
      cat pipe > got &
      "$FLEETSHIFT" export kept --to \(kind) -o pipe
      status=$?
      exec 3<>pipe 3>&-
      wait
      exit $status
      """, in: bench.path)
    if kind == "sqlite" {
      #expect(piped.status == 74 && piped.errors.contains("is no file"), "\(piped)")
    } else {
      #expect(piped.status == 0, "\(piped)")
      #expect(try bench.text("got").contains("downtime"))
    }
    // The numbers of /dev/full (Documentation/admin-guide/devices.txt of Linux).
    let isNode = mknod(bench("full"), S_IFCHR | 0o600, 1 << 8 | 7) == 0
    if isNode, access(bench("full"), W_OK) == 0 {
      let full = try await Program.run("export", "kept", "--to", kind, "-o", "full", in: bench.path)
      #expect(full.status == 74 && full.errors.contains("cannot write"), "\(full)")
    }
    for name in ["pipe"] + (isNode ? ["full"] : []) {
      var status = stat()
      #expect(lstat(bench(name), &status) == 0 && status.st_mode & S_IFMT != S_IFREG)
    }
    #expect(!(try bench.contents.contains { $0.contains("partial") }))
  }

  @Test("standard output by its name is written as it is, behind what is there") func standardOutput()
    async throws
  {
    _ = try await prepared()
    let result = try await Program.shell(
      """
      { echo before; "$FLEETSHIFT" check kept kept --markdown /dev/stdout; } > got
      """, in: bench.path)
    #expect(result.status == 0, "\(result)")
    let got = try bench.text("got")
    #expect(got.hasPrefix("before\n") && got.components(separatedBy: "tiny").count > 2, "\(got)")
  }

  @Test(
    "a signal leaves nothing half-written, and says so",
    arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signals(number: Int32, status: Int32) async throws {
    let path = try bench.long()
    let result = try await Program.shell(
      """
      "$FLEETSHIFT" trace '\(path)' -o '\(bench("trace.json"))' &
      until ls '\(bench.path)'/*.partial-* > /dev/null 2>&1; do sleep 0.05; done
      kill -\(number) $!
      wait $!
      """)
    #expect(result.status == status, "\(result)")
    #expect(result.errors.contains("interrupted; nothing is written"), "\(result)")
    #expect(try bench.contents == ["long.yaml"])
  }
}
