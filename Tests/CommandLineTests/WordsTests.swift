import Foundation
import TestTools
import Testing

/// What screens say, where other words would mislead.
@Suite struct WordsTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private func lonely(_ extra: String = "") throws -> String {
    try bench.file(
      "lonely.yaml",
      """
      scenario: lonely
      horizon: 20 d
      seed: 1
      replications: 2
      fleet:
        sites:
          - name: here
            hosts: { count: 1, memory: 64 GiB, nic: 10 Gbit/s }
        vms: { count: 4, flavor: linode-2gb }
      demand:
        - drain: { name: patch, chain: [live] }
      \(extra)
      """)
  }

  @Test("results tell groups of VMs apart, of one flavor or of several, where that is asked for")
  func groups()
    async throws
  {
    let groups = """
      vms:
            - { name: web, count: 3, flavor: linode-2gb }
            - { name: database, count: 2, flavor: { linode-2gb: 50 %, linode-4gb: 50 % } }
      """
    let text = try String(contentsOfFile: lonely("classes: { by: group }"), encoding: .utf8)
    let file = try bench.file(
      "groups.yaml", text.replacing("vms: { count: 4, flavor: linode-2gb }", with: groups))
    let result = try await Program.run("run", file, "--format", "json")
    #expect(result.status == 0, "\(result)")
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let classes = try #require(root["by_class"] as? [String: Any])
    #expect(Set(classes.keys) == ["web", "database"], "\(classes.keys)")
    let bands = try await Program.run("run", file, "--set", "classes.age-bands=[1 y]", "--format", "json")
    #expect(bands.output.contains("\"web, up to 1 y\""), "\(bands)")
  }

  @Test("a campaign that has emptied none of its hosts is over, and not finished") func campaign()
    async throws
  {
    let result = try await Program.run("run", try lonely())
    #expect(result.status == 0, "\(result)")
    let row = try #require(result.output.split(separator: "\n").first { $0.contains("0 of 1") })
    #expect(row.hasPrefix("patch     over, not done"), "\(row)")
    #expect(result.output.contains("1 host, 4 VMs,"), "\(result.output)")
    // A result of an older version does not tell in how many, but that hosts were left.
    #expect(try await Program.run("run", try lonely(), "--out", bench("kept")).status == 0)
    let text = try bench.text("kept/summary.json")
    let older = text.replacing(/"finished_not_done" ?: ?\d+,/, with: "")
    try #require(older != text)
    try older.write(toFile: bench("kept/summary.json"), atomically: true, encoding: .utf8)
    #expect(try await Program.run("report", bench("kept"), "-o", bench("page.html")).status == 0)
    #expect(try bench.text("page.html").contains("over, hosts left in some"))
    let whole = try await Program.run("run", try bench.tiny(), "--replications", "2")
    #expect(whole.output.contains("finished") && !whole.output.contains("over, "), "\(whole)")
  }

  @Test("a rate of nothing is no stream's; one without limit says so") func streamRate() async throws {
    func totals(_ rate: String) async throws -> Program.Outcome {
      try await Program.run(
        "run", try bench.tiny("mechanics: { \(rate) }"), "--replications", "1", "--format", "json")
    }
    let bare = try await totals("")
    #expect(bare.status == 0, "\(bare)")
    #expect(try await totals("stream-rate: unlimited").output == bare.output)
    let slow = try await totals("stream-rate: 10 MB/s")
    #expect(slow.status == 0 && slow.output != bare.output)
    let none = try await totals("stream-rate: 0 MB/s")
    #expect(none.status == 65 && none.errors.contains("0 B/s never moves anything"), "\(none)")
  }

  @Test("a seed that is none is told what one is", arguments: ["-1", "1.5", "18446744073709551616"])
  func seed(_ seed: String) async throws {
    for command in ["run", "predict"] {
      let result = try await Program.run(command, try bench.tiny(), "--seed", seed)
      #expect(result.status == 64 && result.output.isEmpty, "\(result)")
      #expect(result.errors.contains("a whole number from 0 to 18446744073709551615 is wanted"), "\(result)")
    }
  }
}
