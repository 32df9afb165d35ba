import MigrationPhysics
import Quantities
import Testing

@testable import CutoverCore
@testable import FleetReports
@testable import FleetSimulation

@Suite struct AttemptCSVTests {
  private func row() -> AttemptRow {
    var row = AttemptRow()
    (row.replication, row.move, row.guest, row.number) = (1, 22, 333, 2)
    (row.source, row.target, row.outcome) = (4, 5, "timed_out")
    row.accounts.began = Instant(nanoseconds: 1_500_000_000)
    row.accounts.ended = Instant(nanoseconds: 61_500_000_001)
    row.traffic.disk = .gigabytes(200)
    row.traffic.memory = Bytes(7)
    row.traffic.repeated = Bytes(15)
    row.traffic.outage = Bytes(3)
    row.traffic.postcopy = Bytes(4)
    row.accounts.passes = 6
    row.accounts.throttle = 0.4
    row.downtimes.pause = .milliseconds(250)
    row.downtimes.networkGap = .milliseconds(1750)
    return row
  }

  @Test func aRowHasAFieldForEachColumn() {
    let csv = AttemptCSV(
      AttemptNames(strategies: ["live"], classes: ["general-8gb"], campaigns: ["drain"]))
    #expect(
      csv.render([row()]) == """
        replication,move,guest,class,campaign,strategy,attempt,source,target,outcome,began_s,ended_s,total_time_s,\
        pause_s,network_gap_s,service_gap_s,disk_bytes,memory_bytes,repeated_bytes,downtime_bytes,postcopy_bytes,\
        dirty_sync_count,throttle_percentage
        1,22,333,general-8gb,drain,live,2,4,5,timed_out,1.5,61.500000001,60.000000001,0.25,1.75,0,200000000000,7,15,3,4,\
        6,40.0

        """)
  }

  @Test("the columns of bytes add up to what the attempt moved")
  func bytes() {
    let fields = AttemptCSV(AttemptNames(strategies: [], classes: [], campaigns: [])).line(row()).split(
      separator: ",")
    #expect(fields[16...20].compactMap { Int64($0) }.reduce(0, +) == row().transferred.count)
  }

  @Test func anAttemptWithoutAnEndHasNone() {
    var row = row()
    row.accounts.ended = nil
    let line = AttemptCSV(AttemptNames(strategies: [], classes: [], campaigns: [])).line(row)
    #expect(line.hasPrefix("1,22,333,0,0,0,2,4,5,timed_out,1.5,,,0.25,"))
  }

  @Test(
    "commas, quotes and line breaks are quoted, and nothing else (RFC 4180)",
    arguments: [
      ("plain name", "plain name"), ("standard-4gb, over 6 y", #""standard-4gb, over 6 y""#),
      (#"12" disk"#, #""12"" disk""#),
      ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""), ("a\rb", "\"a\rb\""), ("", ""), (#"""#, #""""""#),
    ])
  func quoting(_ field: String, _ quoted: String) { #expect(AttemptCSV.quoted(field) == quoted) }
}
