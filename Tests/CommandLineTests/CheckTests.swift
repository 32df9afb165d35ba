import Foundation
import TestTools
import Testing

@Suite struct CheckCommandTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// The tiny scenario with something else in it.
  private func tiny(_ name: String, replacing old: String, with new: String) throws -> String {
    let text = try String(contentsOfFile: try bench.tiny(), encoding: .utf8)
    #expect(text.contains(old))
    let path = bench(name)
    try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test("a scenario held against itself: nothing changed, byte by byte") func same() async throws {
    let path = try bench.tiny()
    let check = try await Program.run("check", path, path)
    #expect(check.status == 0 && check.output.contains("nothing changed"))
    let exact = try await Program.run("check", path, path, "--exact")
    #expect(exact.status == 0 && exact.output.contains("the same, byte by byte"))
  }

  @Test("cold instead of warm is worse: 2, and every report says for whom") func worse() async throws {
    let base = try bench.tiny()
    let cold = try tiny("cold.yaml", replacing: "chain: [warm, cold]", with: "chain: [cold]")
    let (xml, markdown) = (bench("check.xml"), bench("check.md"))
    let check = try await Program.run(
      "check", base, cold, "--replications", "10", "--junit", xml, "--markdown", markdown, "--github")
    #expect(check.status == 2, "\(check.output)\(check.errors)")
    #expect(check.output.contains("downtime per move") && check.output.contains("worse"))
    // On the file that was changed, and with every figure that is worse.
    let line = try #require(
      check.errors.split(separator: "\n").first {
        $0.hasPrefix("::error file=\(cold),line=1,title=tiny is worse::")
      },
      "\(check.errors)")
    let json = try await Program.run(
      "check", base, cold, "--replications", "10", "--format", "json", "--threads", "1")
    let worse = json.output.components(separatedBy: "\"verdict\" : \"worse\"").count - 1
    #expect(worse > 5 && line.components(separatedBy: " -> ").count - 1 == worse, "\(line)")
    #expect(try bench.text("check.md").contains("| all VMs | downtime per move |"))
    let document = try bench.text("check.xml")
    #expect(document.hasPrefix("<?xml") && document.contains("<failure type=\"worse\""))
    let valid = try await Program.shell("python3 -c \"import xml.dom.minidom as x; x.parse('\(xml)')\"")
    #expect(valid.status == 0, "\(valid.errors)")
    // The other way round it is better, which is a change.
    let better = try await Program.run("check", cold, base, "--replications", "10")
    #expect(better.status == 0 && better.output.contains("better"))
    #expect(
      try await Program.run("check", cold, base, "--replications", "10", "--detailed-exitcode").status == 4)
    #expect(try await Program.run("check", cold, base, "--replications", "10", "--exact").status == 2)
  }

  @Test("broken on both sides: 2, and nobody is told that it got worse") func brokenBefore() async throws {
    let base = try bench.tiny()
    let clause = "total(completed) < 1"
    let scenarios = try await Program.run(
      "check", base, base, "--expect", clause, "--github", "--junit", bench("c.xml"))
    #expect(scenarios.status == 2, "\(scenarios.errors)")
    #expect(scenarios.output.contains("an expectation is broken, and was broken before too"))
    #expect(!scenarios.output.contains(": worse") && !scenarios.errors.contains("is worse"))
    #expect(
      scenarios.errors.contains(
        "::error file=\(base),line=1,title=tiny breaks what it broke before too::broken: \(clause)"))
    // Of a clause that a file holds, the line.
    let gate = try bench.file("gate.yaml", "tolerance: 1 %\nexpect:\n  - \(clause)\n")
    let policy = try await Program.run("check", base, base, "--policy", gate, "--github")
    #expect(policy.errors.contains("::error file=\(gate),line=3,title=tiny breaks"), "\(policy.errors)")
    #expect(try bench.text("c.xml").contains("broken before too"))
    #expect(try await Program.run("run", base, "--out", bench("kept")).status == 0)
    let kept = try await Program.run("check", bench("kept"), base, "--expect", clause, "--format", "json")
    #expect(kept.status == 2 && kept.output.contains("\"held_before\" : false"), "\(kept.output)")
  }

  @Test("a campaign that only one side has is no pair: 5") func renamed() async throws {
    let other = try tiny("other.yaml", replacing: "name: upgrade", with: "name: rollout")
    let check = try await Program.run("check", try bench.tiny(), other)
    #expect(check.status == 5, "\(check.output)\(check.errors)")
    #expect(check.errors.contains("the campaigns differ: 'upgrade' is only in the one before, 'rollout'"))
  }

  @Test("a folder of results is a baseline") func baseline() async throws {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("base/tiny")).status == 0)
    let fine = try await Program.run("check", path, "--baseline", bench("base"))
    #expect(fine.status == 0, "\(fine.errors)")
    let results = try await Program.run(
      "check", bench("base/tiny"), bench("base/tiny/summary.json"), "--format", "json")
    #expect(results.status == 0 && results.output.contains("fleetshift.check/1"))
    let missing = try await Program.run("check", path, "--baseline", bench("nowhere"))
    #expect(missing.status == 66 && missing.errors.contains("there is no baseline of"))
    let file = try await Program.run("check", path, "--baseline", path)
    #expect(file.status == 64 && file.errors.contains("is no folder of baselines"), "\(file)")
  }

  @Test("one without a baseline does not hide what the others came to") func lacking() async throws {
    let path = try bench.tiny()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let new = try bench.file("new.yaml", text.replacing("scenario: tiny", with: "scenario: new"))
    let worse = try bench.file("worse.yaml", text.replacing("chain: [warm, cold]", with: "chain: [cold]"))
    #expect(try await Program.run("baseline", "save", path, "--baseline", bench("base")).status == 0)
    for (input, status) in [(path, Int32(66)), (worse, 2)] {
      let report = bench("report-\(status).md")
      let result = try await Program.run(
        "check", new, input, "--baseline", bench("base"), "--markdown", report, "--replications", "3")
      #expect(result.status == status && result.errors.contains("no baseline of 'new'"), "\(result)")
      #expect(try bench.text("report-\(status).md").contains("tiny"))
      #expect(try bench.text("report-\(status).md").contains("NOT JUDGED: it has no baseline."))
    }
    // Neither does one that is no pair, or whose baseline is no result, wherever it stands.
    let other = try bench.file("other.yaml", text.replacing("scenario: tiny", with: "scenario: other"))
    #expect(
      try await Program.run("baseline", "save", other, "--baseline", bench("base"), "--seed", "77").status
        == 0)
    try FileManager.default.createDirectory(atPath: bench("base/new"), withIntermediateDirectories: true)
    try bench.file("base/new/summary.json", "{}")
    let all = try await Program.run(
      "check", other, new, worse, "--baseline", bench("base"), "--junit", bench("all.xml"), "--format",
      "json",
      "--github", "--replications", "3")
    #expect(all.status == 2, "\(all)")
    let entries = try #require(
      try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [[String: Any]])
    #expect(entries.map { $0["scenario"] as? String } == ["tiny", "new", "other"])
    #expect(entries.dropFirst().allSatisfy { $0["schema"] as? String == "fleetshift.check-unjudged/1" })
    let junit = try bench.text("all.xml")
    #expect(junit.components(separatedBy: "errors=\"1\"").count == 3 && junit.contains("the seed differs"))
    #expect(all.errors.contains("::error file=\(new),line=1,title=new was not judged::its baseline '"))
    // However few they are.
    let one = try await Program.run(
      "check", path, "--baseline", bench("base"), "--format", "json", "--replications", "3")
    let list = try JSONSerialization.jsonObject(with: Data(one.output.utf8)) as? [[String: Any]]
    #expect(list?.map { $0["scenario"] as? String } == ["tiny"], "\(one)")
    let pair = try await Program.run("check", path, other, "--format", "json", "--replications", "3")
    let object = try JSONSerialization.jsonObject(with: Data(pair.output.utf8)) as? [String: Any]
    #expect(object?["schema"] as? String == "fleetshift.check-unjudged/1" && pair.status == 5, "\(pair)")
    let unpaired = try await Program.run(
      "check", other, new, path, "--baseline", bench("base"), "--replications", "3")
    #expect(unpaired.status == 5, "\(unpaired)")
    // Nor one that is no scenario, or not there.
    let bad = try bench.file("bad.yaml", "scenario: bad\nhorzon: 3 d\n")
    for (input, status) in [(bad, Int32(65)), (bench("none.yaml"), 66)] {
      let broken = try await Program.run(
        "check", input, path, "--baseline", bench("base"), "--replications", "3", "--markdown",
        bench("broken-\(status).md"))
      #expect(broken.status == status && broken.output.contains("NOT JUDGED: it cannot be read"), "\(broken)")
      #expect(try bench.text("broken-\(status).md").contains("tiny"))
    }
  }

  @Test("what is no pair, and what is no result") func mistakes() async throws {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("a"), "--seed", "1").status == 0)
    let other = try await Program.run("check", bench("a"), path)
    #expect(other.status == 5 && other.errors.contains("the seed differs"), "\(other.errors)")
    try "{ \"schema\": 3".write(toFile: bench("bad.json"), atomically: true, encoding: .utf8)
    let bad = try await Program.run("check", bench("bad.json"), path)
    #expect(
      bad.status == 65
        && bad.errors.hasSuffix("no result of a run: it is not JSON, or has a number out of range\n"),
      "\(bad)")
    #expect(try await Program.run("check", path).status == 64)
  }
}
