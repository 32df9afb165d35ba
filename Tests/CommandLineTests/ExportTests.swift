import Foundation
import TestTools
import Testing

@Suite struct ExportTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test("tables come out as SQLite, CSV and JSON lines, the same from run to run") func formats() async throws
  {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("run"), "--record", "attempts").status == 0)
    let rows = try await Program.run("run", path, "--attempts", bench("rows.csv"))
    #expect(rows.status == 0)
    let csv = try await Program.run("export", bench("run"), "--to", "csv", "--table", "attempts")
    #expect(csv.status == 0, "\(csv.errors)")
    #expect(
      csv.output.split(separator: "\n").count == (try bench.text("rows.csv").split(separator: "\n").count))
    let lines = try await Program.run(
      "export", bench("run"), "--to", "jsonl", "--table", "moves", "-o", bench("m"))
    #expect(lines.status == 0 && lines.output.isEmpty)
    for line in try bench.text("m").split(separator: "\n").prefix(3) {
      #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
    }
    #expect(
      try await Program.run("export", bench("run"), "--to", "sqlite", "-o", bench("run.db")).status == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: bench("run.db"))).starts(with: Data("SQLite format 3".utf8)))
    let again = try await Program.run("export", bench("run"), "--to", "csv", "--table", "attempts")
    #expect(again.output == csv.output)
    #expect(try await Program.run("export", "--schema").output.contains("CREATE TABLE attempts ("))
  }

  @Test("what was read before is read again where a shard has changed since: a cut one is refused")
  func changed()
    async throws
  {
    #expect(try await Program.run("run", try bench.tiny(), "--out", bench("run")).status == 0)
    let first = try await Program.run("export", bench("run"), "--to", "csv")
    #expect(first.status == 0 && !first.output.isEmpty)
    let shards = bench("run/shards")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: shards).first { $0.hasPrefix("shard-") })
    let whole = try Data(contentsOf: URL(fileURLWithPath: shards + "/" + name))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: shards + "/" + name))
    let cut = try await Program.run("export", bench("run"), "--to", "csv")
    #expect(cut.status != 0 && cut.errors.contains(name), "\(cut.errors)")
    try whole.write(to: URL(fileURLWithPath: shards + "/" + name))
    #expect(try await Program.run("export", bench("run"), "--to", "csv").output == first.output)
  }

  @Test("what was not recorded says how it would be") func notRecorded() async throws {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("run")).status == 0)
    let swept = try await Program.run(
      "sweep", path, "--over", "limits.host-out=1,2", "--replications", "2", "-o", bench("sweep"))
    #expect(swept.status == 0, "\(swept)")
    for (folder, remedy) in [
      ("run", "run it with --record attempts"), ("sweep", "a sweep keeps totals only: `fleetshift run`"),
    ] {
      let result = try await Program.run("export", bench(folder), "--to", "csv", "--table", "attempts")
      #expect(
        result.status == 66 && result.errors.contains("holds no attempts") && result.errors.contains(remedy),
        "\(result)")
    }
  }

  @Test("what cannot be exported says so") func mistakes() async throws {
    #expect(try await Program.run("run", try bench.tiny(), "--out", bench("run")).status == 0)
    for (arguments, status, words) in [
      (["export"], 64, "folder"), (["export", bench("run")], 64, "--to"),
      (["export", bench("run"), "--to", "sqlite"], 64, "-o run.db"),
      (["export", bench("run"), "--to", "csv", "--table", "atempts"], 64, "did you mean attempts?"),
      (["export", bench("none"), "--to", "csv"], 66, "there is no run"),
      (["export", bench("run"), "--to", "csv", "-o", bench("no/such")], 74, "cannot write"),
      (["export", bench("run"), "--to", "sqlite", "-o", bench("no/such")], 74, "cannot write"),
    ] as [([String], Int32, String)] {
      let result = try await Program.run(Program.path, arguments)
      #expect(result.status == status && result.errors.contains(words), "\(result)")
    }
  }
}
