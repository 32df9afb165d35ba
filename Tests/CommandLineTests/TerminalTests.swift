import Foundation
import TestTools
import Testing

@Suite struct TerminalTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test("a reader that goes away is no error") func closedPipe() async throws {
    let path = try bench.tiny()
    for command in [
      "run '\(path)'", "schema", "schema --reference", "run --explain-defaults", "lint '\(path)'",
    ] {
      let result = try await Program.shell("\"$FLEETSHIFT\" \(command) | head -1")
      #expect(result.status == 0)
      #expect(result.errors.isEmpty, "\(command): \(result.errors)")
      #expect(result.output.split(separator: "\n").count == 1)
    }
    // Where the signal is ignored, as under some schedulers, it is no error either.
    let ignored = try await Program.shell("trap '' PIPE; \"$FLEETSHIFT\" schema | head -1")
    #expect(ignored.errors.isEmpty)
  }

  @Test(
    "an interrupted run ends with 130, one that is told to end with 143, and both write nothing",
    arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func interruption(number: Int32, status: Int32) async throws {
    let path = try bench.long()
    let before = try bench.contents
    let result = try await Program.run(
      "run", path, "--attempts", bench("rows.csv"), "--threads", "2",
      // The file of attempts is begun just before the simulation is.
      signal: Program.Signal(number, after: 3, behind: bench("rows.csv")))
    #expect(result.status == status, "\(result)")
    #expect(!result.isOverdue)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("interrupted with 0 of 3 replications done, "))
    #expect(result.errors.contains(" attempts; nothing is written."))
    #expect(try bench.contents == before)
  }

  @Test("colour is for terminals, unless the environment says otherwise") func colour() async throws {
    let path = try bench.tiny()
    let plain = try await Program.run("run", path)
    let forced = try await Program.run("run", path, environment: ["FORCE_COLOR": "1"])
    #expect(!plain.output.contains("\u{1b}["))
    #expect(forced.output.contains("\u{1b}["))
    #expect(try await Program.run("run", path, environment: ["FORCE_COLOR": "0"]).output == plain.output)
    #expect(
      try await Program.run("run", path, environment: ["FORCE_COLOR": "1", "NO_COLOR": "1"]).output
        == plain.output)
    #expect(
      try await Program.run("run", path, environment: ["FORCE_COLOR": "1", "NO_COLOR": ""]).output
        == forced.output)
    #expect(
      !(try await Program.run("run", path, "--format", "json", environment: ["FORCE_COLOR": "1"]).output
        .contains("\u{1b}")))
  }

  @Test(
    "progress is shown on a terminal only",
    .enabled(if: ChildProcess.canRun("script"), "script(1) is not there"))
  func progress() async throws {
    let path = try bench.tiny()
    func onTerminal(_ prefix: String) async throws -> String {
      let line =
        "TERM=xterm script -qec \"\(prefix) '$FLEETSHIFT' run '\(path)' --replications 40\" /dev/null < /dev/null"
      let result = try await Program.shell(line)
      #expect(result.status == 0)
      return result.output
    }
    let shown = try await onTerminal("")
    #expect(shown.contains("of 40 replications"))
    #expect(shown.contains("\u{1b}["))
    #expect(!(try await onTerminal("CI=1").contains("of 40 replications")))
    #expect(!(try await onTerminal("TERM=dumb").contains("of 40 replications")))
    #expect(!(try await onTerminal("NO_COLOR=1").contains("\u{1b}[1m")))
    #expect(try await Program.run("run", path, "--replications", "40").errors.isEmpty)
  }
}
