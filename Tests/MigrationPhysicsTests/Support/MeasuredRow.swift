import Foundation
import MigrationPhysics
import Quantities

/// A migration that was measured, as the prediction may see it, and what came of it.
struct MeasuredRow {
  private let values: [String: String]

  var id: String { values["id"] ?? "" }
  var family: String { values["family"] ?? "" }
  var completed: Bool { values["status"] == "completed" }
  var isShaped: Bool { self["link_mibps"] ?? 0 > 0 }

  /// A column; `nil` where it is empty.
  subscript(column: String) -> Double? { values[column].flatMap(Double.init) }

  /// The rows of the calibration set.
  static func calibration() throws -> [MeasuredRow] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/qemu-calibration.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    return lines.dropFirst().map { MeasuredRow(values: Dictionary(uniqueKeysWithValues: zip(lines[0], $0))) }
  }

  /// What was known beforehand.
  var migration: MigrationCase {
    var migration = MigrationCase(MigrationKind(rawValue: values["kind"] ?? "") ?? .liveRAM)
    let mebibytes = { (column: String) in Bytes(rounding: (self[column] ?? 0) * 0x1p20) }
    let rate = { (column: String) -> ByteRate in
      guard let value = self[column], value > 0 else { return .unlimited }
      return ByteRate.mebibytesPerSecond(value)
    }
    migration.memory.configured = mebibytes("ram_mib")
    migration.memory.workload = mebibytes("fill_mib")
    let pattern: WritePattern =
      switch self["mem_pattern"] {
      case 0: .sweep
      case 2: .hot(writes: 0.9, part: 0.1)
      default: .uniform
      }
    migration.memory.writes = MemoryWrites(
      pattern, pagesPerSecond: self["dirty_pps_asked"] ?? 0, workingSet: mebibytes("wws_mib"),
      bytesPerWrite: Bytes(rounding: self["write_bytes"] ?? 4096), catchesUp: self["no_catch_up"] != 1)
    var transport = Transport()
    transport.maxBandwidth = rate("max_bandwidth_mibps")
    transport.link = rate("link_mibps")
    transport.downtimeLimit = Duration(seconds: (self["downtime_limit_ms"] ?? 300) / 1000)
    transport.timeout = Duration(seconds: self["timeout_s"] ?? 60)
    if self["xbzrle"] == 1 { transport.xbzrleCache = .mebibytes(64) }
    transport.channels = Int(self["multifd_channels"] ?? 0)
    transport.autoConverge = self["auto_converge"] == 1
    transport.postCopyAfterRounds = Int(self["postcopy_after_round"] ?? 0)
    migration.transport = transport
    var disk = DiskLoad()
    disk.virtual = Bytes(rounding: (self["disk_gib"] ?? 0) * 0x1p30)
    disk.allocated = mebibytes("disk_alloc_mib")
    disk.writes = DiskWrites(
      self["disk_pattern"] == 0 ? .sequential : .random,
      rate: ByteRate(bytesPerSecond: (self["disk_kibps_asked"] ?? 0) * 1024),
      size: Bytes(rounding: self["disk_write_bytes"] ?? 65_536), workingSet: mebibytes("disk_ws_mib"),
      workingSetIsAllocated: self["disk_ws_allocated"] != 0)
    disk.jobLimit = rate("job_speed_mibps")
    disk.granularity = Bytes(rounding: self["granularity"] ?? 65_536)
    disk.isWriteBlocking = self["mirror_active"] == 1
    disk.passes = Int(self["passes"] ?? 1)
    disk.dwell = Duration(seconds: self["dwell_s"] ?? 0)
    migration.disk = disk
    migration.boot = Duration(seconds: self["boot_s"] ?? 0)
    return migration
  }
}
