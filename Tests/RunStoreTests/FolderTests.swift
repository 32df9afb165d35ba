import FleetExperiments
import Foundation
import TestTools
import Testing

@testable import RunStore

@Suite struct FolderTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test("the same plan makes the same bytes, and how it is cut and shown is no part of it")
  func manifest() throws {
    let one = try Tiny.folder(bench, "a", try Tiny.manifest())
    let two = try Tiny.folder(bench, "b", try Tiny.manifest())
    #expect(try bench.text("a/manifest.json") == (try bench.text("b/manifest.json")))
    #expect(one.manifest.plan == two.manifest.plan)
    #expect(try Tiny.manifest(shards: 2).plan == one.manifest.plan)
    #expect(try Tiny.manifest(replications: 5).plan != one.manifest.plan)
    #expect(try Tiny.manifest(record: .attempts).plan != one.manifest.plan)
    #expect(try Tiny.manifest(text: Tiny.text + "\n# other").plan != one.manifest.plan)
    #expect(try RunFolder(opening: bench("a"), tool: "test").manifest == one.manifest)
  }

  @Test(
    "units are dealt out evenly, none twice, whatever the number of shards", arguments: [1, 2, 3, 7, 19, 20])
  func cutting(count: Int) throws {
    let manifest = try Tiny.manifest(replications: 5, over: ["limits.host-out=1,2,3,4"])
    let shards = (0..<count).map { manifest.shard($0, of: count) }
    #expect(shards.flatMap { Array($0) } == Array(0..<20))
    #expect((shards.map(\.count).max() ?? 0) - (shards.map(\.count).min() ?? 0) <= 1)
  }

  @Test(
    "the folder above a path",
    arguments: [
      ("a", ""), ("a/", ""), ("ab", ""), ("a/b", "a"), ("./a", "."), ("a//b/", "a"), ("/a", "/"),
      ("/a/b", "/a"),
      ("/", "/"), ("", ""),
    ])
  func above(path: String, expected: String) { #expect(Folders.above(path) == expected) }

  @Test("what is no run, another version's, or edited is refused") func opening() throws {
    func kind(_ name: String, tool: String = "test") -> RunStoreError.Kind? {
      do throws(RunStoreError) { _ = try RunFolder(opening: bench(name), tool: tool) } catch {
        return error.kind
      }
      return nil
    }
    _ = try Tiny.folder(bench, "run", try Tiny.manifest())
    #expect(kind("nowhere") == .missing)
    #expect(kind("run") == nil)
    #expect(kind("run", tool: "next") == .incomparable)
    let path = bench("run/manifest.json")
    let text = try bench.text("run/manifest.json")
    try text.replacing("\"seed\" : 7", with: "\"seed\" : 8").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(kind("run") == .damaged)
    try "{}".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(kind("run") == .damaged)
  }

  @Test(
    "numbers that no command writes are refused before anything is counted up to them",
    arguments: [
      ("shards", "1000000000000000000"), ("shards", "9007199254740992"), ("shards", "17"), ("shards", "0"),
      ("shards", "-1"), ("replications", "1000000000000000000"), ("replications", "-3"),
    ])
  func excess(key: String, value: String) throws {
    // The number of replications of a run that ends by a rule is no part of its plan, as shards never are.
    let rule = RunManifest.Until(
      StoppingRule([try StoppingRule.clause(parsing: "ci(total(downtime)) < 2 %")], first: 16, most: 16))
    _ = try Tiny.folder(
      bench, "run",
      RunManifest(
        tool: "test", scenario: .init(name: "tiny", file: "tiny.yaml", text: Tiny.text), variant: nil,
        seed: 7,
        replications: 16, until: rule, record: .totals, shards: 4))
    let path = bench("run/manifest.json")
    let (text, old) = (try bench.text("run/manifest.json"), key == "shards" ? 4 : 16)
    try text.replacing("\n  \"\(key)\" : \(old)", with: "\n  \"\(key)\" : \(value)")
      .write(toFile: path, atomically: true, encoding: .utf8)
    let error = #expect(throws: RunStoreError.self) { try RunFolder(opening: bench("run"), tool: "test") }
    #expect(error?.kind == .damaged && error?.message.contains("\(value) \(key)") == true, "\(error as Any)")
    #expect(error?.message.contains("manifest.json' is no manifest as it was written") == true)
  }

  @Test(
    "a rule whose last look no command has asked for is refused, though the fingerprint is that of its manifest",
    arguments: [100_001, Int.max, 15])
  func lateLook(most: Int) throws {
    var rule = RunManifest.Until(
      StoppingRule([try StoppingRule.clause(parsing: "ci(total(downtime)) < 2 %")], first: 16, most: 32))
    rule.most = most
    _ = try Tiny.folder(
      bench, "run",
      RunManifest(
        tool: "test", scenario: .init(name: "tiny", file: "tiny.yaml", text: Tiny.text), variant: nil,
        seed: 7, replications: 32, until: rule, record: .totals))
    let error = #expect(throws: RunStoreError.self) { try RunFolder(opening: bench("run"), tool: "test") }
    #expect(
      error?.message.contains("no rule looks at 16 replications first and at \(most) last") == true,
      "\(error as Any)")
  }

  @Test("only shards are shards, also in the making") func shardNames() throws {
    let names = [
      "shard-000000000-000000020.jsonl", "shard-000000000-000000020.jsonl.partial-host-12",
    ]
    for name in names { #expect(RunFolder.isShard(name), "\(name)") }
    for name in [
      "shard-000001.tar", "shard-20-20.jsonl", "shard-a-b.jsonl", "shard-0-1.json", "shard-0-1.jsonl", "x",
      "",
    ] {
      #expect(!RunFolder.isShard(name), "\(name)")
    }
  }

  @Test("a finished run is replaced by one of its plan, none else is, and strange files stay")
  func replacing()
    async throws
  {
    let old = try Tiny.folder(bench, "run", try Tiny.manifest())
    try "mine".write(toFile: bench("run/notes.txt"), atomically: true, encoding: .utf8)
    try await old.run(of: 2)
    let error = #expect(throws: RunStoreError.self) {
      try Tiny.folder(bench, "run", try Tiny.manifest())
    }
    #expect(error?.kind == .incomplete)
    try old.publish([("summary.json", "{}")])
    let others: [(RunManifest, String)] = [
      (try Tiny.manifest(replications: 2), "it has \(old.manifest.replications) replications"),
      (try Tiny.manifest(record: .attempts), "it holds totals of each replication"),
      (try Tiny.manifest(text: Tiny.text + "\n# other"), "the text of its scenario is another"),
      (try Tiny.manifest(over: ["limits.host-out=1,2"]), "it is no sweep"),
    ]
    for (other, words) in others {
      let refused = #expect(throws: RunStoreError.self) { try Tiny.folder(bench, "run", other) }
      #expect(
        refused?.kind == .incomparable && refused?.message.hasSuffix(words) == true, "\(refused as Any)")
    }
    #expect(!(try old.shardNames().isEmpty))
    let new = try Tiny.folder(bench, "run", try Tiny.manifest(shards: 2))
    #expect(try new.shardNames().isEmpty)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench("run")).sorted() == [
        "manifest.json", "notes.txt", "shards",
      ])
  }
}
