import FleetExperiments
import FleetSimulation
import Foundation
import GRDB
import TestTools
import Testing

@testable import RunStore

@Suite struct IndexTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private func rows(_ table: String, _ folder: RunFolder) throws -> [[IndexValue]] {
    var rows: [[IndexValue]] = []
    try RunIndex(of: folder).rows(of: table) { rows.append($0) }
    return rows
  }

  @Test("tables add up to what the ledgers say") func totals() async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest(record: .attempts))
    try await folder.run(of: 2)
    var (attempts, completed, bytes) = (0, 0, 0.0)
    try folder.units { unit, _ in
      let ledger = unit.ledger
      attempts += ledger.total.attempts
      completed += ledger.total.completed
      bytes += ledger.total.transferredBytes
    }
    try RunIndex.build(folder, bench("run.db"))
    let queue = try DatabaseQueue(path: bench("run.db"))
    func number(_ sql: String) throws -> Double {
      try queue.read { try Double.fetchOne($0, sql: sql) ?? .nan }
    }
    #expect(try number("SELECT count(*) FROM attempts") == Double(attempts))
    #expect(try number("SELECT sum(attempts) FROM replications") == Double(attempts))
    #expect(try number("SELECT sum(attempts) FROM moves") == Double(attempts))
    #expect(try number("SELECT count(*) FROM moves WHERE outcome = 'completed'") == Double(completed))
    #expect(try number("SELECT sum(completed_in) FROM hosts") == Double(completed))
    for table in [
      "sum(transferred_bytes) FROM moves", "sum(bytes_out) FROM hosts", "sum(bytes_in) FROM links",
    ] {
      #expect(abs(try number("SELECT \(table)") - bytes) < 1e-9 * bytes, "\(table)")
    }
    #expect(
      try number(
        "SELECT sum(value) FROM metrics WHERE scope = 'all' AND metric = 'completed' AND statistic = 'total'")
        == Double(completed))
    #expect(bytes > 0)
  }

  @Test("every column is documented, and the tables are as they are said to be") func schema() async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest(replications: 1))
    try await folder.run(of: 1)
    let index = try RunIndex(of: folder)
    for table in IndexTable.all {
      #expect(try index.columns(of: table.name) == table.columns.map(\.name))
      #expect(IndexTable.reference(width: 100).contains("CREATE TABLE \(table.name) ("))
    }
    for width in [40, 80, 100] {
      let lines = IndexTable.reference(width: width).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width && !$0.hasSuffix(" ") })
    }
    #expect(RunExport.tables.allSatisfy { (try? index.columns(of: $0)) != nil })
  }

  @Test("an index that is not of this run, or spoilt, is made anew") func rebuilding() async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest(replications: 1))
    try await folder.run(of: 1)
    let first = try rows("metrics", folder)
    try Data("no database".utf8).write(to: URL(fileURLWithPath: bench("run/index.sqlite")))
    #expect(try rows("metrics", folder) == first)
    let other = try Tiny.folder(bench, "other", try Tiny.manifest(replications: 2))
    try await other.run(of: 1)
    _ = try RunIndex(of: other)
    try FileManager.default.removeItem(atPath: bench("run/index.sqlite"))
    try FileManager.default.copyItem(atPath: bench("other/index.sqlite"), toPath: bench("run/index.sqlite"))
    #expect(try rows("metrics", folder) == first)
  }

  @Test("points of a sweep have a column for each path, whatever its name") func points() async throws {
    let manifest = try Tiny.manifest(
      replications: 1, over: ["limits.host-out=1,2", "demand.*.chain=[warm, cold],[cold]"])
    let folder = try Tiny.folder(bench, "sweep", manifest)
    try await folder.run(of: 1)
    var csv = ""
    try RunExport.write("points", of: folder, as: .csv) { csv += $0 }
    #expect(
      csv == """
        point,limits.host-out,demand.*.chain
        0,1,"[warm, cold]"
        1,1,[cold]
        2,2,"[warm, cold]"
        3,2,[cold]

        """)
    var lines = ""
    try RunExport.write("points", of: folder, as: .jsonLines) { lines += $0 }
    #expect(lines.hasPrefix(#"{"point":0,"limits.host-out":"1","demand.*.chain":"[warm, cold]"}"#))
  }

  @Test("half a run is not exported") func incomplete() async throws {
    let folder = try Tiny.folder(bench, "run", try Tiny.manifest())
    #expect(throws: RunStoreError.self) { try RunIndex.build(folder, bench("run.db")) }
    #expect(!FileManager.default.fileExists(atPath: bench("run.db")))
  }
}
