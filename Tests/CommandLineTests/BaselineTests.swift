import Foundation
import TestTools
import Testing

@Suite struct BaselineTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test("saved, listed, checked against, and removed") func life() async throws {
    let path = try bench.tiny()
    let folder = bench("kept")
    let save = try await Program.run("baseline", "save", path, "--baseline", folder)
    #expect(save.status == 0 && save.output == "\(folder)/tiny\n", "\(save.errors)")
    #expect(try bench.text("kept/tiny/summary.md").contains("# tiny"))
    let list = try await Program.run("baseline", "list", "--baseline", folder)
    #expect(
      list.status == 0 && list.output.contains("tiny") && list.output.contains("none"), "\(list.output)")
    let json = try await Program.run("baseline", "list", "--baseline", folder, "--format", "json")
    #expect(
      json.output.contains(#""replications" : 3"#) || json.output.contains(#""replications": 3"#),
      "\(json.output)")
    #expect(try await Program.run("check", path, "--baseline", folder, "--exact").status == 0)
    // It is what run writes.
    #expect(try await Program.run("run", path, "--out", bench("run")).status == 0)
    #expect(try bench.text("run/summary.json") == bench.text("kept/tiny/summary.json"))
    // A result can be made the baseline, too.
    #expect(
      try await Program.run("baseline", "save", bench("run"), "--baseline", bench("second")).status == 0)
    #expect(try bench.text("second/tiny/summary.json") == bench.text("run/summary.json"))

    try "mine".write(toFile: bench("second/tiny/notes"), atomically: true, encoding: .utf8)
    for name in ["kept", "second"] {
      #expect(try await Program.run("baseline", "remove", "tiny", "--baseline", bench(name)).status == 0)
    }
    #expect(!FileManager.default.fileExists(atPath: bench("kept/tiny")))
    #expect(try bench.text("second/tiny/notes") == "mine")
    let empty = try await Program.run("baseline", "list", "--baseline", folder)
    #expect(empty.status == 0 && empty.output.isEmpty && empty.errors.contains("there is no baseline in"))
    let none = try await Program.run("baseline", "list", "--baseline", bench("none"))
    #expect(none.status == 66 && none.errors.contains("'\(bench("none"))' cannot be read"), "\(none)")
    let usual = try await Program.run("baseline", "list", in: bench.path)
    #expect(usual.status == 0 && usual.errors.contains("there is no baseline in 'baselines'"), "\(usual)")
  }

  @Test("names that are none, and what would leave the folder") func mistakes() async throws {
    let path = try bench.tiny()
    let folder = bench("kept")
    #expect(try await Program.run("baseline", "save", path, "--baseline", folder).status == 0)
    let typo = try await Program.run("baseline", "remove", "tiny", "tny", "--baseline", folder)
    #expect(typo.status == 66 && typo.errors.contains("did you mean tiny?"), "\(typo.errors)")
    #expect(try await Program.run("baseline", "remove", "../kept/tiny", "--baseline", folder).status == 66)
    #expect(FileManager.default.fileExists(atPath: bench("kept/tiny/summary.json")))
    #expect(try await Program.run("baseline", "save", path, path, "--baseline", folder).status == 64)
    let file = try bench.file("file", "")
    #expect(try await Program.run("baseline", "save", path, "--baseline", file).status == 74)
  }

  @Test("a gate's file: tolerances, and what must hold") func gate() async throws {
    let base = try bench.tiny()
    let text = try String(contentsOfFile: base, encoding: .utf8)
    let cold = try bench.file("cold.yaml", text.replacing("chain: [warm, cold]", with: "chain: [cold]"))
    let lenient = try bench.file(
      "lenient.yaml",
      """
      tolerance: 90 %
      tolerances: { downtime-p50: 90 % }
      """)
    let arguments = ["check", base, cold, "--replications", "10"]
    #expect(try await Program.run(Program.path, arguments).status == 2)
    let strict = try bench.file(
      "strict.yaml", "expect:\n  - by class: p95(downtime) < 1 s\n")
    let broken = try await Program.run(
      "check", base, base, "--replications", "10", "--policy", strict)
    #expect(
      broken.status == 2 && broken.output.contains("Broken expectations"), "\(broken.output)\(broken.errors)")
    let asked = try await Program.run(
      "check", base, base, "--replications", "10", "--expect", "p95(downtime) < 1 s")
    #expect(asked.status == 2, "\(asked.errors)")
    #expect(try await Program.run("run", base, "--out", bench("kept"), "--replications", "10").status == 0)
    let kept = try await Program.run("check", bench("kept"), bench("kept"), "--expect", "p95(downtime) < 1 s")
    #expect(kept.status == 2, "\(kept.errors)")
    let names = try await Program.run(
      "check", bench("kept"), bench("kept"), "--expect", "p95(downtime of x) < 1 s")
    #expect(names.status == 64 && names.errors.contains("'x'"), "\(names.errors)")
    let bad = try bench.file("bad.yaml", "tolerances: { downtime-p59: 1 % }\nexpects: []\n")
    let refused = try await Program.run("check", base, base, "--policy", bad)
    #expect(
      refused.status == 65 && refused.errors.contains("bad.yaml:1:") && refused.errors.contains("expect"),
      "\(refused.errors)")
    #expect(try await Program.run("check", base, base, "--policy", bench("none.yaml")).status == 66)
    #expect(try await Program.run("check", base, base, "--policy", lenient).status != 66)
  }

  @Test("a tolerance is written as people write it; what is none, and no seed, is called by its name")
  func spellings() async throws {
    let base = try bench.tiny()
    let text = try String(contentsOfFile: base, encoding: .utf8)
    let cold = try bench.file("cold.yaml", text.replacing("chain: [warm, cold]", with: "chain: [cold]"))
    for spelling in ["7", "7%", "7 %"] {
      let run = try await Program.run("check", base, cold, "--replications", "2", "--tolerance", spelling)
      #expect(run.output.contains("7.00 %") || run.output.contains("7 %"), "\(run.output)\(run.errors)")
    }
    for wrong in [
      ["--tolerance", "4 %%"], ["--tolerance", "nan"], ["--tolerance", "1001 %"], ["--seed", "-1"],
    ] {
      let run = try await Program.run(Program.path, ["check", base, base] + wrong)
      #expect(run.status == 64 && run.errors.contains(wrong[1]), "\(run.errors)")
    }
  }
}
