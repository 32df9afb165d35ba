import Foundation
import TestTools
import Testing

@Suite struct SurfaceTests {
  @Test(
    "each command explains itself",
    arguments: [
      (
        [],
        [
          "SUBCOMMANDS", "run", "compare", "lint", "schema", "cutover", "EXIT CODES",
          "65\tthe input is wrong",
        ]
      ),
      (["run"], ["--variant", "--seed", "--threads", "--attempts", "--out", "--explain-defaults"]),
      (["compare"], ["--variants", "warm,cold", "--format"]), (["lint"], ["--format", "github"]),
      (["schema"], ["--reference", "yaml-language-server"]), (["cutover"], ["run"]),
      (["cutover", "run"], ["--rate-limit", "--resize-to", "--rehearse-writes", "--json"]),
    ] as [([String], [String])])
  func help(command: [String], words: [String]) async throws {
    let result = try await Program.run(Program.path, command + ["--help"])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    for word in words { #expect(result.output.contains(word), "\(word)") }
  }

  @Test("the version is three numbers, the commit and the build") func version() async throws {
    let result = try await Program.run("--version")
    #expect(result.status == 0)
    #expect(result.output.contains(try Regex(#"^\d+\.\d+\.\d+ \(commit [^ ]+, (debug|release) build\)\n$"#)))
  }

  @Test(
    "a wrong command line ends with 64 and prints nothing on standard output",
    arguments: [
      ["run"], ["run", "--frob"], ["run", "a", "b"], ["run", "a", "--threads", "0"],
      ["run", "a", "--replications", "0"], ["run", "a", "--seed", "-1"], ["run", "a", "--format", "xml"],
      ["compare", "a"], ["compare", "a", "--variants", "one"], ["compare", "a", "--variants", "a,a"],
      ["compare", "a", "--variants", "a,"], ["compare", "a", "--variants", "a,,c"], ["lint"],
      ["lint", "a", "--format", "xml"], ["cutover", "run", "a"],
    ])
  func usage(arguments: [String]) async throws {
    let result = try await Program.run(Program.path, arguments)
    #expect(result.status == 64, "\(result)")
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("Usage:"), "\(result.errors)")
  }

  @Test("every default can be printed without a scenario") func defaults() async throws {
    let result = try await Program.run("run", "--explain-defaults")
    #expect(result.status == 0)
    #expect(result.output.contains("limits.host-out: 2  # Migrations out of one host.\n"))
    #expect(result.output.contains("strategies.live.downtime-limit: 300 ms  # "))
    #expect(!result.output.contains("lognormal.median"))
    #expect(result.errors.isEmpty)
  }

  @Test(
    "lists fit a page, also where they are piped",
    arguments: [["profile"], ["predict", "--keys"], ["export", "--schema"], ["run", "--explain-defaults"]])
  func lists(arguments: [String]) async throws {
    let result = try await Program.run(Program.path, arguments)
    #expect(result.status == 0)
    for line in result.output.split(separator: "\n") {
      #expect(line.count <= 100 && !line.contains("\t") && !line.hasSuffix(" "), "\(line)")
    }
  }

  @Test("the schema is JSON, the reference is Markdown") func schema() async throws {
    let schema = try await Program.run("schema")
    #expect(schema.status == 0)
    let document = try JSONSerialization.jsonObject(with: Data(schema.output.utf8)) as? [String: Any]
    #expect(document?["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
    let reference = try await Program.run("schema", "--reference")
    #expect(reference.output.hasPrefix("# Scenario reference\n"))
  }

  @Test("completion scripts are made", arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) async throws {
    let result = try await Program.run("--generate-completion-script", shell)
    #expect(result.status == 0)
    #expect(result.output.contains("fleetshift"))
  }

  @Test(
    "each shell accepts its own completion script", .enabled(if: !shells.isEmpty, "no shell is installed"),
    arguments: shells)
  func acceptedCompletion(shell: String) async throws {
    let result = try await Program.run("--generate-completion-script", shell)
    let bench = try Workbench()
    let script = try bench.file("completion", result.output)
    let check = try await Program.run("/usr/bin/env", [shell, "-n", script])
    #expect(check.status == 0, "\(check.errors)")
  }

  private static let shells = ["bash", "zsh", "fish"].filter(ChildProcess.canRun)

  @Test("all three shells are there to be asked", .enabled(if: shells.count == 3, "a shell is not installed"))
  func allShells() { #expect(Self.shells == ["bash", "zsh", "fish"]) }

  /// The manual's pages, made in a workbench.
  private func makeManual() async throws -> Workbench {
    let bench = try Workbench()
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(".ci/manual").path
    let made = try await Program.shell(
      "$FLEETSHIFT --experimental-dump-help | SOURCE_DATE_EPOCH=1700000000 python3 '\(script)' '\(bench("man"))'"
    )
    #expect(made.status == 0 && made.errors.isEmpty, "\(made)")
    return bench
  }

  @Test(
    "the manual has a page for each command",
    .enabled(if: ChildProcess.canRun("python3"), "python3 is not installed"))
  func manual() async throws {
    let bench = try await makeManual()
    let pages = try FileManager.default.contentsOfDirectory(atPath: bench("man")).sorted()
    let overview = try bench.text("man/fleetshift.1")
    #expect(pages.contains("fleetshift-calibrate.1") && pages.contains("fleetshift.1"))
    for page in pages where page != "fleetshift.1" {
      #expect(overview.contains(".It Xr \(page.dropLast(2)) 1\n"), "\(page)")
    }
    #expect(overview.contains(".Dd November 14, 2023") && overview.contains(".It 65\nThe input is wrong."))
    #expect(try bench.text("man/fleetshift-sweep.1").contains(".Ss sweep submit"))
  }

  @Test(
    "mandoc finds nothing wrong with the manual",
    .enabled(
      if: ChildProcess.canRun("python3") && ChildProcess.canRun("mandoc"),
      "python3 or mandoc is not installed"))
  func manualLint() async throws {
    let bench = try await makeManual()
    let lint = try await Program.shell("mandoc -Tlint -Wwarning '\(bench("man"))'/*.1")
    #expect(lint.status == 0 && lint.output.isEmpty, "\(lint)")
  }
}
