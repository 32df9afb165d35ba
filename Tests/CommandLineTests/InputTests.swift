import Foundation
import TestTools
import Testing

@Suite struct InputTests {
  static let bad: [String] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../BadScenarios").standardizedFileURL.path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { folder + "/" + $0 }
  }()

  @Test("there are bad scenarios") func some() { #expect(Self.bad.count >= 150) }

  @Test("a bad scenario ends run, lint and compare with 65 and in good order", arguments: bad)
  func refused(path: String) async throws {
    let run = try await Program.run("run", path)
    let compare = try await Program.run("compare", path, "--variants", "base,cold")
    let lint = try await Program.run("lint", path)
    #expect([run.status, compare.status, lint.status] == [65, 65, 65], "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(compare.output.isEmpty)
    #expect(lint.errors.isEmpty)
    #expect(run.errors == lint.output)
    #expect(run.errors.contains(": error: ") && run.errors.contains("\n  help: "), "\(run.errors)")
    for word in ["Fatal", "Stack dump", "Crash", "nil", "Optional("] { #expect(!run.errors.contains(word)) }
  }

  @Test("what is not there or cannot be read ends with 66", arguments: ["run", "lint", "compare"])
  func missing(command: String) async throws {
    let bench = try Workbench()
    let extra = command == "compare" ? ["--variants", "base,cold"] : []
    for path in [bench("none.yaml"), bench.path, bench("none/none.yaml")] {
      let result = try await Program.run(Program.path, [command, path] + extra)
      #expect(result.status == 66, "\(result)")
      let said = result.errors + result.output
      #expect(said.contains("cannot read '\(path)'"))
      #expect(said.contains(path == bench.path ? "is a directory" : "does not exist"), "\(said)")
    }
  }

  @Test(
    "a file that may not be read ends with 66",
    .enabled(if: geteuid() != 0, "the superuser may read everything"))
  func forbidden() async throws {
    let bench = try Workbench()
    let path = try bench.tiny()
    chmod(path, 0)
    let result = try await Program.run("lint", path)
    #expect(result.status == 66)
    #expect(result.output.contains("permission denied"))
  }

  @Test("with several files the worst decides, and all are reported") func several() async throws {
    let bench = try Workbench()
    let good = try bench.tiny()
    let bad = try bench.file("bad.yaml", "scenario: 7\n")
    #expect(try await Program.run("lint", good, good).status == 0)
    #expect(try await Program.run("lint", good, bench("no"), bench("none")).status == 66)
    let result = try await Program.run("lint", bench("no"), bad, good)
    #expect(result.status == 65)
    #expect(result.output.contains("cannot read") && result.output.contains("bad.yaml:1:11"))
    #expect(result.output.contains("tiny.yaml: fine\n"))
    let json = try await Program.run("lint", "--format", "json", bench("no"), bad, good)
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let findings = try #require(document?["diagnostics"] as? [[String: Any]])
    #expect(findings.map { $0["code"] as? String } == ["E012", "E012", "E013", "E001"])
    #expect(json.status == 65)
    let github = try await Program.run("lint", "--format", "github", bad)
    #expect(github.output.hasPrefix("::error file="))
    #expect(github.output.contains("line=1,col=11,title=E013::expected a name, found the number 7"))
  }

  @Test("standard input is a scenario too") func standardInput() async throws {
    let bench = try Workbench()
    _ = try bench.tiny()
    let text = try bench.text("tiny.yaml")
    #expect(try await Program.run("lint", "-", input: text).status == 0)
    let run = try await Program.run("run", "-", input: text)
    #expect(run.status == 0)
    #expect(run.output.contains("tiny"))
    let broken = try await Program.run(
      "lint", "-", input: text.replacingOccurrences(of: "seed: 7", with: "seed: x"))
    #expect(broken.status == 65)
    #expect(broken.output.hasPrefix("<stdin>:4:7: error: "))
    #expect(try await Program.run("lint", "-", input: "").status == 65)
  }

  @Test("a pipe that is written to is read; one that is not is given up") func pipes() async throws {
    let bench = try Workbench()
    _ = try bench.tiny()
    let read = try await Program.shell("\"$FLEETSHIFT\" lint <(sleep 0.5; cat tiny.yaml)", in: bench.path)
    #expect(read.status == 0, "\(read)")
    #expect(mkfifo(bench("pipe"), 0o600) == 0)
    let silent = try await Program.run("lint", bench("pipe"))
    #expect(silent.status == 66)
    #expect(silent.output.contains("nothing came out of it for 5 s"))
  }

  @Test(
    "a gigabyte of anything is refused at once, in little memory", arguments: ["zeros", "noise", "/dev/zero"])
  func huge(kind: String) async throws {
    let bench = try Workbench()
    let free =
      try FileManager.default.attributesOfFileSystem(forPath: bench.path)[.systemFreeSize] as? Int64 ?? 0
    if kind == "noise", free < 3 << 30 { return }
    var path = kind
    if kind != "/dev/zero" {
      path = try bench.file("huge.yaml", "")
      let handle = try #require(FileHandle(forWritingAtPath: path))
      if kind == "noise" {
        var random = SystemRandomNumberGenerator()
        let words = (0..<(1 << 17)).map { _ in random.next() as UInt64 }
        let piece = words.withUnsafeBytes { Data($0) }
        for _ in 0..<1024 { try handle.write(contentsOf: piece) }
      } else {
        try handle.truncate(atOffset: 1 << 30)
      }
      try handle.close()
    }
    // 600 MB of address space: far less than the file. Sanitizers map terabytes.
    let isSanitized = ProcessInfo.processInfo.environment["FLEETSHIFT_SANITIZED"] != nil
    let limit = isSanitized ? "" : "ulimit -v 600000; "
    let result = try await Program.shell("\(limit)exec \"$FLEETSHIFT\" lint '\(path)'")
    #expect(result.status == 65, "\(result)")
    #expect(result.output.contains("larger than 16 MiB"))
    #expect(!result.isOverdue)
  }
}
