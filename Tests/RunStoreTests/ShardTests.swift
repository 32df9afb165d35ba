import FleetExperiments
import FleetSimulation
import Foundation
import TestTools
import Testing

@testable import RunStore

@Suite struct ShardTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test("stored ledgers come to the very result of a study that was never stored")
  func sameAsStudy() async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest())
    try await folder.run(of: 3)
    let scenario = try folder.scenario(ofPoint: 0)
    var stored: [Ledger] = []
    try folder.units { unit, _ in stored.append(unit.ledger) }
    let simulated = try #require(
      try await Study([scenario], replications: 4, threads: 1).run(progress: StudyProgress()))[0]
    #expect(stored.map { $0.withoutGuests() } == simulated.map { $0.withoutGuests() })
    #expect(stored.contains { $0.total.completed > 0 })
  }

  @Test("however the work is cut and on however many threads, the same is stored")
  func anyCut() async throws {
    let manifest = try Tiny.manifest(replications: 3, record: .attempts, over: ["limits.host-out=1,2,4"])
    var texts: [String] = []
    for (count, threads) in [(1, 1), (2, 2), (4, 2), (9, 3)] {
      let folder = try Tiny.folder(bench, "cut-\(count)", manifest)
      try await folder.run(of: count, threads: threads)
      texts.append(try folder.everything())
    }
    #expect(texts[0].contains(#""kind":"attempt""#))
    for text in texts { #expect(text == texts[0]) }
  }

  @Test("the course over time is the same, however a run is cut") func anyCourse() async throws {
    let manifest = try Tiny.manifest()
    var courses: [StudyCourse] = []
    for (count, threads) in [(1, 1), (3, 2)] {
      let folder = try Tiny.folder(bench, "course-\(count)", manifest)
      try await folder.run(of: count, threads: threads)
      courses.append(try folder.run().course)
    }
    #expect(courses[0] == courses[1])
    #expect(courses[0].moves.first?.median.last ?? 0 > 0)
  }

  @Test("shards of several cuts together are taken once each") func mixedCuts() async throws {
    let manifest = try Tiny.manifest(replications: 10)
    let whole = try Tiny.folder(bench, "whole", manifest)
    try await whole.run(of: 1)
    let mixed = try Tiny.folder(bench, "mixed", manifest)
    let progress = RunProgress()
    _ = try await mixed.run([manifest.shard(1, of: 2)], threads: 1, progress: progress)
    #expect(mixed.missing(of: 5) == [0, 1, 2])
    _ = try await mixed.run(
      [manifest.shard(0, of: 5), manifest.shard(1, of: 3)], threads: 1, progress: progress)
    #expect(mixed.missing(of: 5) == [1])
    #expect(mixed.missing(of: 10) == [2])
    #expect(throws: RunStoreError.self) { try mixed.everything() }
    try await mixed.run(of: 5)
    #expect(mixed.isComplete)
    #expect(try mixed.everything() == (try whole.everything()))
  }

  @Test("what a killed process left is taken up after its last whole unit", arguments: 0..<12)
  func tornPartials(cut: Int) async throws {
    let manifest = try Tiny.manifest(record: .attempts, shards: 1)
    let whole = try Tiny.folder(bench, "whole", manifest)
    try await whole.run(of: 1)
    let name = try #require(try whole.shardNames().first)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: whole.shardFolder + "/" + name))
    // The end and the last unit are away in any case: otherwise there is nothing to go on with.
    let length = bytes.count * cut / 12
    let torn = try Tiny.folder(bench, "torn", manifest)
    var left = bytes.prefix(length)
    if cut % 3 == 1 { left.append(Data(count: 100)) }  // A power cut leaves zeros.
    if cut % 3 == 2 { left.append(Data("}\n".utf8)) }  // A line that seems to end.
    try left.write(to: URL(fileURLWithPath: torn.shardFolder + "/" + name + ".partial-elsewhere-1"))
    let progress = RunProgress()
    #expect(try await torn.run([0..<4], threads: 1, progress: progress))
    #expect(progress.reached.done == 4)
    #expect(try Data(contentsOf: URL(fileURLWithPath: torn.shardFolder + "/" + name)) == bytes)
    #expect(try torn.shardNames() == [name])
  }

  @Test("whole units of what was left are not simulated again") func nothingTwice() async throws {
    let manifest = try Tiny.manifest(shards: 1)
    let folder = try Tiny.folder(bench, "run", manifest)
    try await folder.run(of: 1)
    let name = try #require(try folder.shardNames().first)
    let path = folder.shardFolder + "/" + name
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { $0 + "\n" }
    // A figure that no simulation gives shows that the line was kept.
    let marked = lines[1].replacing(#""events":"#, with: #""events":123456"#)
    lines = [lines[0], marked]
    try FileManager.default.removeItem(atPath: path)
    try lines.joined().write(toFile: path + ".partial-elsewhere-1", atomically: true, encoding: .utf8)
    try await folder.run(of: 1)
    #expect(try folder.everything().hasPrefix(marked))
  }

  @Test(
    "a shard that was tampered with, cut or swapped is refused by name",
    arguments: ["byte", "letter", "cut", "other"])
  func damage(kind: String) async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest())
    try await folder.run(of: 2)
    let path = folder.shardFolder + "/" + (try folder.shardNames())[1]
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    switch kind {
    case "byte": data[data.count / 2] ^= 1
    // No JSON any more, which is met before the checksum is.
    case "letter":
      let text = String(decoding: data, as: UTF8.self)
      data = Data(text.replacing("\"requested\":", with: "\"requested\":x").utf8)
    case "cut": data = data.prefix(data.count / 2)
    default:
      data = Data(String(decoding: data, as: UTF8.self).replacing("xxh3-128:", with: "xxh3-128:0").utf8)
    }
    try data.write(to: URL(fileURLWithPath: path))
    for read in [{ _ = try folder.everything() }, { _ = try folder.run() }] {
      let error = #expect(throws: RunStoreError.self) { try read() }
      #expect(error?.kind == .damaged && error?.message.contains(path) == true)
      let isCut = ["cut", "other"].contains(kind)
      #expect(isCut || error?.message.contains("does not hold what was written to it") == true)
    }
  }

  @Test(
    "what no simulation comes to is refused with its line, however well it is sealed",
    arguments: [
      (#""requested":\d+"#, #""requested":1e40"#, "not valid JSON"),
      (#""requested":\d+"#, #""requested":9000000000000000000"#, "which no study comes to"),
      (#""diskBytes":[0-9.]+"#, #""diskBytes":1e300"#, "'ledger.byCampaign[0].diskBytes' is 1e+300"),
      (#""strategies":\["#, #""strategies":["own","#, "its strategies are not those of the scenario"),
      (#""campaigns":\["#, #""campaigns":["own","#, "its campaigns are not those of the scenario"),
      (#""byClass":\[.*?"byStrategy""#, #""byClass":[],"byStrategy""#, "and the figures of 0"),
      (#""courses":\[.*?\],"#, #""courses":[],"#, "and the courses of 0"),
      (#""failures":\["#, #""failures":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,"#, "no name for"),
      (#""point":0"#, #""point":1"#, "stands where"),
      (
        #""completed":\[\{"#, #""completed":[{"amounts":[],"width":1000000000},{"#,
        "campaigns, and the scenario"
      ),
      (#""width":\d+"#, #""width":-9000000000"#, "are no course"),
      (#""width":\d+"#, #""width":3000000000"#, "are no course"),
      // Its last bin would begin in 6,000 years.
      (
        #""amounts":\[[^\]]*\],"width":\d+"#,
        #""amounts":[\#(repeatElement("1", count: 200).joined(separator: ","))],"width":1073741824000000000"#,
        "200 bins of 1073741824000000000 ns are no course"
      ),
      (#""key":\{"step":\d+"#, #""key":{"step":9000"#, "downtimes of step 9000"),
      (#""key":\{"step":(\d+),"strategy":\d+"#, #""key":{"step":3,"strategy":77"#, "a strategy 77"),
      (#""requested":\d+"#, #""requested":-1"#, "counts less than nothing"),
      (#""codes":\["#, #""codes":["own","own","#, "or one of them twice"),
      (#""count":[1-9]\d*"#, #""count":1000000000000"#, "there are 1000000000000 values"),
      (#""least":[0-9.]+"#, #""least":1e20"#, "the values are from"),
      (#""key":\{"from":\d+"#, #""key":{"from":-1"#, "a site -1"),
      (#""spans":\[\{"began":\d+"#, #""spans":[{"began":-1"#, "ends before it begins"),
    ])
  func nonsense(pattern: String, value: String, words: String) async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest(replications: 1))
    try await folder.run(of: 1)
    let path = folder.shardPath(0..<1)
    try folder.forge(pattern, value)
    let error = #expect(throws: RunStoreError.self) { try folder.run() }
    #expect(error?.kind == .damaged)
    let message = try #require(error?.message)
    #expect(message.contains("\(path)' holds what no simulation comes to, in line 2: "), "\(message)")
    #expect(message.contains(words), "\(message)")
    #expect(throws: RunStoreError.self) { try folder.units { _, _ in } }
  }

  @Test(
    "attempts that no simulation makes are refused when they are looked at",
    arguments: [
      (#""replication":0"#, #""replication":1"#, "stands where"),
      (#""began_s":[0-9.]+"#, #""began_s":1e20"#, "an attempt lasts from 1e+20 s"),
      (#""ended_s":[0-9.]+"#, #""ended_s":1e12"#, "an attempt lasts from"),
      (#""disk_bytes":\d+"#, #""disk_bytes":9000000000000000000"#, "more than 256 PiB"),
      (#""memory_bytes":\d+"#, #""memory_bytes":-1"#, "less than nothing"),
      (#""target":\d+"#, #""target":77"#, "to host 77, and there are 4"),
      (#""source":\d+"#, #""source":-2"#, "from host -2"),
    ])
  func strange(pattern: String, value: String, words: String) async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest(replications: 1, record: .attempts))
    try await folder.run(of: 1)
    try folder.forge(pattern, value)
    let error = #expect(throws: RunStoreError.self) { _ = try RunIndex(of: folder) }
    #expect(error?.kind == .damaged && error?.message.contains(words) == true, "\(error as Any)")
  }

  @Test("what is no file is not waited for") func pipe() async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest(replications: 1))
    try await folder.run(of: 1)
    let path = folder.shardPath(0..<1)
    try FileManager.default.removeItem(atPath: path)
    try #require(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: RunStoreError.self) { try folder.run() }
    #expect(error?.message == "'\(path)' is no file")
  }

  @Test("a line of a partial shard that no simulation comes to is not gone on from") func partial()
    async throws
  {
    let manifest = try Tiny.manifest(replications: 2)
    let whole = try Tiny.folder(bench, "whole", manifest)
    try await whole.run(of: 1)
    let folder = try Tiny.folder(bench, "run", manifest)
    let lines = try String(contentsOfFile: whole.shardPath(0..<2), encoding: .utf8).split(separator: "\n")
    for (from, to) in [
      (#""requested":\d+"#, #""requested":9000000000000000000"#),
      (#""count":[1-9]\d*"#, #""count":5000000000000000000"#),
    ] {
      let line = lines[1].replacing(try Regex(from), with: to, maxReplacements: 1)
      try #require(line != lines[1])
      try FileManager.default.createDirectory(atPath: folder.shardFolder, withIntermediateDirectories: true)
      try "\(lines[0])\n\(line)\n".write(
        toFile: folder.shardPath(0..<2) + ".partial-elsewhere-1", atomically: true, encoding: .utf8)
      try await folder.run(of: 1)
      #expect(try folder.everything() == (try whole.everything()))
      try FileManager.default.removeItem(atPath: folder.shardPath(0..<2))
    }
  }

  @Test("what took three centuries is read again") func centuries() async throws {
    let text = Tiny.text.replacing("horizon: 10 d", with: "horizon: 290 y")
      .replacing("name: upgrade,", with: "name: upgrade, from: 280 y,").replacing("1 / d", with: "0.1 / y")
    let folder = try Tiny.folder(bench, "long", try Tiny.manifest(replications: 2, text: text))
    try await folder.run(of: 1)
    let run = try folder.run()
    #expect(try #require(run.course.spans.map(\.ended).max()) > 280 * 365 * 86_400)
    #expect(run.ledgers.allSatisfy { $0.total.completed >= 12 })
  }

  @Test("stopping keeps what is whole, and going on comes to the same bytes") func stopping() async throws {
    let manifest = try Tiny.manifest(replications: 6, shards: 2)
    let whole = try Tiny.folder(bench, "whole", manifest)
    try await whole.run(of: 2)
    let stopped = try Tiny.folder(bench, "stopped", manifest)
    let progress = RunProgress()
    progress.stop()
    #expect(try await stopped.run([0..<3, 3..<6], threads: 2, progress: progress) == false)
    #expect(stopped.wholeShards.isEmpty)
    try await stopped.run(of: 2)
    #expect(try stopped.everything() == (try whole.everything()))
    #expect(try stopped.shardNames() == (try whole.shardNames()))
  }
}
