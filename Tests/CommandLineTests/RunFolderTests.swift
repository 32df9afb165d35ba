import Foundation
import TestTools
import Testing

@Suite struct RunFolderTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// Every file of a folder with what it holds.
  private func files(_ folder: String) throws -> [String: Data] {
    let found = FileManager.default.enumerator(atPath: bench(folder))
    var files: [String: Data] = [:]
    while let name = found?.nextObject() as? String {
      files[name] = FileManager.default.contents(atPath: bench("\(folder)/\(name)"))
    }
    return files
  }

  @Test("killed with SIGKILL again and again, a run is resumed to the same bytes in every file")
  func kills() async throws {
    let path = try bench.tiny()
    let options = ["--replications", "60", "--record", "attempts", "--threads", "2"]
    let whole = try await Program.run(Program.path, ["run", path, "--out", bench("whole")] + options)
    #expect(whole.status == 0, "\(whole.errors)")
    var arguments = ["run", path, "--out", bench("killed")] + options
    var (kills, outcome) = (0, whole)
    for attempt in 0..<200 {
      let after = 0.05 + 0.03 * Double(attempt)
      outcome = try await Program.run(
        Program.path, arguments, signal: kills < 6 ? Program.Signal(SIGKILL, after: after) : nil)
      if outcome.status == 0 { break }
      #expect(outcome.status == -SIGKILL, "\(outcome.errors)")
      kills += 1
      if FileManager.default.fileExists(atPath: bench("killed/manifest.json")) {
        arguments = ["run", "--resume", "--out", bench("killed"), "--threads", "2"]
      }
    }
    #expect(kills >= 3)
    #expect(outcome.status == 0)
    #expect(outcome.output == whole.output)
    let (expected, found) = (try files("whole"), try files("killed"))
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, data) in expected { #expect(found[name] == data, "\(name)") }
  }

  @Test(
    "an interrupted run keeps what is whole, ends with 3 and says how to go on", arguments: [SIGINT, SIGTERM])
  func interruption(number: Int32) async throws {
    // The first shard's file is there when the program listens for signals.
    let result = try await Program.shell(
      """
      "$FLEETSHIFT" run '\(try bench.long())' --out '\(bench("out"))' --threads 2 &
      until ls '\(bench("out"))'/shards/*.partial-* > /dev/null 2>&1; do sleep 0.1; done
      kill -\(number) $!
      wait $!
      """)
    #expect(result.status == 3, "\(result)")
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("interrupted with 0 of 3 replications done, which are kept"))
    #expect(result.errors.contains("fleetshift run --resume --out \(bench("out"))"))
    let again = try await Program.run("run", try bench.tiny(), "--out", bench("out"))
    #expect(again.status == 3)
    #expect(again.errors.contains("holds a run that is not finished"))
  }

  @Test("what is resumed has to be the same run") func mistakes() async throws {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("out")).status == 0)
    for (option, words) in [
      (["--seed", "8"], "its seed is 7"), (["--replications", "4"], "it has 3 replications"),
      (["--variant", "cold"], "its variant is base"),
    ] {
      let result = try await Program.run(
        Program.path, ["run", path, "--out", bench("out"), "--resume"] + option)
      #expect(result.status == 5 && result.errors.contains(words), "\(result)")
    }
    let other = try await Program.run("run", try bench.long(), "--out", bench("out"), "--resume")
    #expect(other.status == 5 && other.errors.contains("is not what was simulated there"))
    #expect(try await Program.run("run", "--resume", "--out", bench("none")).status == 66)
    #expect(try await Program.run("run", "--resume").status == 64)
    #expect(try await Program.run("run", path, "--record", "attempts").status == 64)
    #expect(try await Program.run("run", path, "--out", bench("x"), "--attempts", bench("y")).status == 64)
    let fine = try await Program.run("run", path, "--out", bench("out"), "--resume")
    #expect(fine.status == 0)
    #expect(fine.output == (try await Program.run("run", path).output))
  }
}
