import Foundation
import TestTools
import Testing

@Suite struct CompareCommandTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private func contrasts(_ json: String) throws -> [[String: Any]] {
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "fleetshift.comparison/2")
    return try #require(object["contrasts"] as? [[String: Any]])
  }

  @Test("a scenario is held against all its variants, or those that are named") func variants() async throws {
    let path = try bench.tiny()
    let all = try await Program.run("compare", path, "--replications", "10")
    #expect(all.status == 0 && all.output.hasPrefix("tiny: 2 others against base\n"), "\(all.errors)")
    #expect(all.output.contains("cold pays ") && all.output.contains("At a glance"))
    let named = try await Program.run("compare", path, "--variants", "cold,base", "--replications", "10")
    #expect(named.output.hasPrefix("tiny: base against cold\n"))
    #expect(named.output.contains("95 % (BCa)") && named.output.contains("p99 of downtime"))
    #expect(named.output.contains("VMs moved in both"))
    let one = try await Program.run(
      "compare", path, "--variants", "cold,base", "--replications", "10", "--format", "json", "--threads", "1"
    )
    let two = try await Program.run(
      "compare", path, "--variants", "cold,base", "--replications", "10", "--format", "json", "--threads", "2"
    )
    #expect(one.output == two.output)
    #expect(try contrasts(one.output).first?["vms"] != nil)
  }

  @Test("kept results say of the variants what the variants say of themselves") func kept() async throws {
    let path = try bench.tiny()
    for (variant, count) in [("base", "10"), ("cold", "12")] {
      #expect(
        try await Program.run(
          "run", path, "--variant", variant, "--out", bench(variant), "--replications", count
        ).status == 0)
    }
    let kept = try await Program.run(
      "compare", bench("base"), bench("cold/summary.json"), "--format", "json")
    #expect(kept.status == 0, "\(kept.errors)")
    let live = try await Program.run(
      "compare", path, "--variants", "base,cold", "--replications", "10", "--format", "json")
    let (a, b) = (try contrasts(kept.output)[0], try contrasts(live.output)[0])
    #expect(a["name"] as? String == "cold" && a["vms"] == nil)
    let (before, after) = (a["findings"] as? [NSDictionary], b["findings"] as? [NSDictionary])
    #expect(try #require(before).count > 20)
    #expect(Set(try #require(before)) == Set(try #require(after)))
    // A scenario beside a result is simulated.
    let mixed = try await Program.run("compare", bench("base"), path, "--replications", "10")
    #expect(mixed.status == 0 && mixed.output.contains("pays the same downtime"), "\(mixed.errors)")
  }

  @Test("what cannot be compared") func mistakes() async throws {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("a"), "--seed", "1").status == 0)
    let seeds = try await Program.run("compare", bench("a"), path)
    #expect(seeds.status == 5 && seeds.errors.contains("'a' and 'tiny': the seed differs"), "\(seeds.errors)")
    #expect(try await Program.run("compare", bench("a")).status == 64)
    #expect(try await Program.run("compare", path, "--variants", "base,base").status == 64)
    #expect(try await Program.run("compare", path, "--variants", "base,nobody").status == 65)
    #expect(try await Program.run("compare", path, bench("a"), "--variants", "base,cold").status == 64)
  }
}
