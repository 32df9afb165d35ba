import Foundation
import TestTools
import Testing

/// What is kept of runs and sweeps: nothing of it is lost, and who reads it is told what it is and how to go on.
@Suite struct KeptResultTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private func fleetshift(_ line: String) async throws -> Program.Outcome {
    try await Program.shell("\"$FLEETSHIFT\" \(line)", in: bench.path)
  }

  @Test("a plan never replaces a finished sweep") func finishedSweep() async throws {
    _ = try bench.tiny()
    let plan = "sweep plan tiny.yaml --over 'limits.host-out=1,2' --replications 2 -o sw"
    let planned = try await fleetshift(plan)
    #expect(planned.output == "sw: 2 points x 2 replications, in 4 shards\n", "\(planned)")
    let again = try await fleetshift(plan)
    #expect(again.status == 3 && again.errors.contains("go on with `fleetshift sweep run sw`"), "\(again)")
    #expect(try await fleetshift("sweep run sw").status == 0)
    let kept = try FileManager.default.subpathsOfDirectory(atPath: bench("sw")).sorted()
    let refused = try await fleetshift(plan)
    #expect(refused.status == 64 && refused.output.isEmpty, "\(refused)")
    #expect(
      refused.errors == """
        fleetshift: 'sw' holds a finished sweep
          help: read it with `fleetshift sweep merge sw` or `fleetshift report sw`, or remove the folder

        """)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: bench("sw")).sorted() == kept)
  }

  @Test("of an unfinished run every command says how far it is, and how to go on") func unfinished()
    async throws
  {
    _ = try bench.tiny()
    #expect(try await fleetshift("run tiny.yaml --out kept").status == 0)
    #expect(try await fleetshift("run tiny.yaml --out cut").status == 0)
    for name in ["summary.json", "summary.md", "course.json"] { unlink(bench("cut/\(name)")) }
    let whole = try await fleetshift("report cut -o page.html")
    #expect(whole.status == 3 && whole.errors.contains("all 3 replications are done in 'cut', and not added"))
    let shard = try #require(
      try FileManager.default.contentsOfDirectory(atPath: bench("cut/shards")).min())
    unlink(bench("cut/shards/\(shard)"))
    for line in [
      "report cut -o page.html", "report kept cut -o page.html", "compare cut kept", "compare kept cut",
      "check kept cut", "export cut --to csv", "baseline save cut",
    ] {
      let result = try await fleetshift(line)
      #expect(result.status == 3 && result.output.isEmpty, "\(line): \(result)")
      #expect(
        result.errors == """
          fleetshift: 2 of 3 replications are done in 'cut'
            help: go on with `fleetshift run --resume --out cut`

          """, "\(line)")
    }
    let begun = try await fleetshift("run tiny.yaml --out cut")
    #expect(begun.status == 3 && begun.errors.contains("go on with `fleetshift run --resume --out cut`"))
  }

  @Test("a sweep among runs is told from them") func sweepAmongRuns() async throws {
    _ = try bench.tiny()
    #expect(try await fleetshift("run tiny.yaml --out kept").status == 0)
    let swept = try await fleetshift(
      "sweep tiny.yaml --over 'limits.host-out=1,2' --replications 2 -o sw")
    #expect(swept.status == 0, "\(swept)")
    for line in ["report kept sw -o page.html", "report sw kept -o page.html"] {
      let result = try await fleetshift(line)
      #expect(result.status == 64 && result.errors.contains("'sw' is a sweep: report it alone"), "\(result)")
    }
    let compared = try await fleetshift("compare kept sw")
    #expect(compared.status == 64 && compared.errors.contains("'sw' is a sweep"), "\(compared)")
  }

  @Test("what --set changed stands in every form of the result, and in how to get it again")
  func settings() async throws {
    try FileManager.default.createDirectory(atPath: bench("my files"), withIntermediateDirectories: true)
    _ = try bench.tiny(name: "my files/other.yaml")
    let set = "--set limits.host-out=3 --set 'demand.*.chain=[cold]'"
    let result = try await fleetshift("run 'my files/other.yaml' \(set) --replications 2 --out kept")
    #expect(result.status == 0, "\(result)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.dropFirst().first == "with limits.host-out = 3, demand.*.chain = [cold]")
    let command =
      "fleetshift run 'my files/other.yaml' --set limits.host-out=3 --set 'demand.*.chain=[cold]' --seed 7 "
      + "--replications 2"
    let markdown = try bench.text("kept/summary.md")
    #expect(markdown.contains(command) && markdown.contains("with limits.host-out = 3"), "\(markdown)")
    #expect(try bench.text("kept/summary.json").contains("\"path\" : \"limits.host-out\""))
    #expect(try await fleetshift("report kept -o page.html").status == 0)
    let page = try bench.text("page.html").replacing("&#39;", with: "'").replacing("&apos;", with: "'")
    #expect(page.contains(command) && page.contains("with limits.host-out = 3"))
    // The recipe is true.
    let again = try await fleetshift(String(command.dropFirst("fleetshift ".count)))
    #expect(again.output == result.output)
    let plain = try await fleetshift("run 'my files/other.yaml' --replications 2 --format json")
    #expect(!plain.output.contains("settings"))
  }

  @Test("a check without a baseline says how to save one; an exact one what differs") func checks()
    async throws
  {
    _ = try bench.tiny()
    let missing = try await fleetshift("check tiny.yaml --baseline base --replications 2")
    #expect(missing.status == 66, "\(missing)")
    #expect(
      missing.errors.contains("help: save one with `fleetshift baseline save tiny.yaml --baseline base`"))
    #expect(try await fleetshift("run tiny.yaml --replications 2 --out kept").status == 0)
    #expect(try await fleetshift("check kept kept --exact").output == "tiny: the same, byte by byte\n")
    let same = try await fleetshift("check kept tiny.yaml --set limits.host-out=2 --replications 2 --exact")
    #expect(same.status == 0 && same.output == "tiny: the same, byte by byte\n", "\(same)")
    #expect(try await fleetshift("run tiny.yaml --replications 2 --seed 8 --out other").status == 0)
    let differs = try await fleetshift("check kept other --exact")
    let lines = differs.output.split(separator: "\n")
    try #require(differs.status == 2 && lines.count == 7, "\(differs)")
    #expect(lines[0] == "tiny: differs", "\(differs)")
    #expect(lines[1].hasPrefix("  all.") && lines[1].contains(" before, "), "\(lines[1])")
    #expect(lines[6].hasPrefix("  and ") && lines[6].hasSuffix(" more"), "\(lines[6])")
  }
}
