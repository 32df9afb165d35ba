import Foundation
import TestTools
import Testing

/// What a first-time user gets wrong, and what the program says to it.
@Suite struct MessageTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test(
    "a number out of bounds is answered with the bounds, however large or small",
    arguments: [
      (["run", "x.yaml", "--replications", "-3"], "from 1 to 100,000"),
      (["run", "x.yaml", "--replications", "99999999999999999999"], "from 1 to 100,000"),
      (["run", "x.yaml", "--threads", "-1"], "from 1 to 1,024"),
      (["run", "x.yaml", "--until", "ci(total(moves)) < 5 %", "--max-replications", "-5"], "to 100,000"),
      (["explain", "x.yaml", "--vm", "-1"], "from 0 to"),
      (["explain", "x.yaml", "--host", "-1"], "from 0 to"),
      (["explain", "x.yaml", "--why-not", "1e9"], "from 0 to"),
      (["trace", "x.yaml", "-o", "t", "--replication", "-1"], "from 0 to 1,000,000"),
      (["sweep", "x.yaml", "--over", "a=1,2", "--shards", "-1"], "from 1 to 1,000"),
      (["sweep", "run", "x", "--threads", "0"], "from 1 to 1,024"),
      (["predict", "--samples", "-1"], "from 1 to 100,000"),
      (["check", "a", "b", "--tolerance", "-1 %"], "from 0 to 1000"),
      // A file of --policy takes 0.05 for 5 %.
      (["check", "a", "b", "--tolerance", "0.05"], "may mean '0.05 %' or '5 %'"),
      (["check", "a", "b", "--tolerance", "0.5"], "may mean '0.5 %' or '50 %'"),
      (["report", "kept", "-o", "x.pdf"], "is an HTML page"),
    ])
  func bounds(arguments: [String], words: String) async throws {
    let result = try await Program.run(Program.path, arguments)
    #expect(result.status == 64 && result.output.isEmpty, "\(result)")
    #expect(result.errors.contains(words) && !result.errors.contains("Missing value"), "\(result.errors)")
  }

  @Test("a percentage is written as in a gate", arguments: ["5", "5%", "5 %", "0.5 %"])
  func percentages(text: String) async throws {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--replications", "2", "--out", bench("kept")).status == 0)
    let result = try await Program.run("check", bench("kept"), bench("kept"), "--tolerance", text)
    #expect(result.status == 0, "\(result)")
  }

  @Test(
    "a command that is none is answered with the one that was meant",
    arguments: [
      (["rn", "mine.yaml"], "there is no command 'rn'", "did you mean run?"),
      (["baseline", "sav"], "there is no command 'baseline sav'", "did you mean save?"),
      (["help", "rn"], "there is no command 'rn'", "did you mean run?"),
      (["migrate"], "there is no command 'migrate'", "one of run, compare,"),
      (["mine.yaml"], "'mine.yaml' is no command", "fleetshift run mine.yaml"),
    ])
  func commands(arguments: [String], problem: String, help: String) async throws {
    let result = try await Program.run(Program.path, arguments)
    #expect(result.status == 64 && result.output.isEmpty, "\(result)")
    #expect(
      result.errors.contains("fleetshift: \(problem)\n  help: ") && result.errors.contains(help), "\(result)")
  }

  @Test("what is refused is said once, in one voice, whoever finds it")
  func voice() async throws {
    let verify = try await Program.run("cutover", "verify", try bench.file("a.raw", "x"))
    #expect(
      verify.errors
        == "fleetshift: there is nothing to compare with\n  help: --source IMAGE, --manifest FILE, or both\n")
    let predict = try await Program.run("predict")
    #expect(
      predict.status == 64 && predict.errors.hasPrefix("fleetshift: Say which migration: "), "\(predict)")
    #expect(
      predict.errors.hasSuffix("  help: 'fleetshift predict --help' tells what it takes\n"), "\(predict)")
    let run = try await Program.run("run")
    #expect(run.status == 64 && run.errors.hasPrefix("fleetshift: Missing expected argument"), "\(run)")
    #expect(!run.errors.contains("Error:") && run.errors.contains("Usage: fleetshift run"), "\(run)")
    let image = try await Program.run("cutover", "run", "none.raw", "b.raw", "--yes", in: bench.path)
    #expect(image.errors.hasSuffix("  help: check its path\n"), "\(image)")
  }

  @Test("help is there for each command, and that of sweep says where the options are") func help()
    async throws
  {
    for arguments in [["--help"], ["help", "run"], ["sweep", "--help"], ["baseline"], ["help"]] {
      let result = try await Program.run(Program.path, arguments)
      #expect(result.status == 0 && result.output.contains("USAGE"), "\(result)")
    }
    #expect(try await Program.run("sweep", "--help").output.contains("fleetshift sweep once --help"))
  }

  @Test("a prediction's mistake is named where it was written, with both values") func predictions()
    async throws
  {
    let options = try await Program.run("predict", "--memory", "8 GiB", "--workload", "30 GiB")
    #expect(options.status == 65, "\(options)")
    #expect(options.errors.hasPrefix("--workload:1:1: error: "), "\(options.errors)")
    #expect(
      options.errors.contains("30 GiB into 8 GiB") && options.errors.contains("change workload or memory"))
    let file = try bench.file("m.yaml", "kind: live-ram\nworkload: 30 GiB\n")
    let both = try await Program.run("predict", file, "--memory", "8 GiB")
    #expect(both.errors.contains("m.yaml:2:11: error: "), "\(both.errors)")
    let rate = try await Program.run("predict", "--dirty-rate", "60 MiB/s")
    #expect(rate.errors.hasPrefix("--dirty-rate:1:1: error: "), "\(rate.errors)")
    for result in [options, both, rate] { #expect(!result.errors.contains("memory.w")) }
  }

  @Test("--set makes the mapping that its key lies in, and so does a variant") func settings() async throws {
    let written = try bench.tiny()
    let bare = try bench.file(
      "bare.yaml", try bench.text("tiny.yaml").replacing("limits: { host-out: 2 }\n", with: ""))
    let one = try await Program.run("run", written, "--set", "limits.host-out=1")
    let two = try await Program.run("run", bare)
    #expect(two.status == 0, "\(two.errors)")
    // A key that there is not is called by its name, as of --set.
    let wrong = try bench.file(
      "wrong.yaml", try bench.text("bare.yaml").replacing("limits.patience", with: "limit.patience"))
    let misspelt = try await Program.run("run", wrong)
    #expect(
      misspelt.status == 65 && misspelt.errors.contains("did you mean 'limits'?"), "\(misspelt.errors)")
    let plain = try bench.file(
      "plain.yaml",
      try bench.text("bare.yaml").replacing("    patient: { limits.patience: 3 d }\n", with: "").replacing(
        "  patient: { limits.patience: 3 d }\n", with: ""))
    let three = try await Program.run("run", plain, "--set", "limits.host-out=1")
    #expect(one.status == 0 && three.status == 0 && one.output == three.output, "\(three.errors)")
    let typo = try await Program.run("run", plain, "--set", "demnd.resize.rate=1 / d")
    #expect(typo.status == 65 && typo.errors.contains("did you mean 'demand'?"), "\(typo.errors)")
    let unknown = try await Program.run("run", plain, "--set", "limits.sidewise=1")
    #expect(unknown.status == 65 && unknown.errors.contains("unknown key 'sidewise'"), "\(unknown.errors)")
  }

  @Test("who gives an empty file is told what would be in it") func emptyFiles() async throws {
    let empty = try bench.file("empty.yaml", "# nothing\n")
    for arguments in [
      ["check", empty, empty, "--policy", empty], ["import", "kubevirt", empty], ["import", "ovirt", empty],
      ["predict", empty], ["validate", empty], ["predict", "--profile", empty],
    ] {
      let result = try await Program.run(Program.path, arguments)
      #expect(result.status == 65 && result.errors.contains("the document is empty"), "\(result)")
      #expect(!result.errors.contains("one of the scenarios"), "\(arguments): \(result.errors)")
    }
  }

  @Test(
    "figures that are no whole numbers, or too large to be, are refused with their place",
    arguments: ["nan", "1e30", "-1", "inf", "x"])
  func rounds(cell: String) async throws {
    let set = Self.root + "/Scenarios/validation/calibration.csv"
    let path = try bench.file("r.csv", "id,round,t_ms,pending_bytes,sent_bytes\na,\(cell),1,2,3\n")
    let result = try await Program.run("validate", set, "--rounds", path)
    #expect(
      result.status == 65 && result.errors.contains("r.csv:2:3: error: round is '\(cell)'"), "\(result)")
  }

  @Test("a share that leaves nothing for the rest is refused") func shares() async throws {
    let path = try bench.tiny()
    for high in ["1000000000000", "1e300"] {
      let result = try await Program.run(
        "calibrate", path, "--free", "fleet.vms.flavor.linode-2gb=10..\(high) %", "--rest",
        "fleet.vms.flavor.linode-4gb", "--target", "total(moves) = 100", "--replications", "1")
      #expect(result.status == 64, "\(result)")
    }
  }

  @Test("published cases with figures that cannot be are refused with their place") func cases() async throws
  {
    let text = """
      cases:
        - id: a
          group: fleet
          quality: A
          source: mtv
          inputs: { vms: [1e30], used_GiB: 4, single_disk_rate_MB_s: 60, vm_memory_GiB: [1e30] }
          outputs: { total_s: [1] }
      """
    let path = try bench.file("cases.yaml", text)
    let result = try await Program.run("validate", path)
    #expect(
      result.status == 65 && result.errors.contains("cases.yaml:6:21: error: 1e30 is larger"), "\(result)")
    try bench.file("cases.yaml", text.replacing("1e30", with: "1e18"))
    #expect(try await Program.run("validate", path).status == 0)
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
}
