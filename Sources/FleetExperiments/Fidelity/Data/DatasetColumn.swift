public import MigrationPhysics

/// A column of a dataset of measured migrations: its name, what may stand in it, and whither it goes.
///
/// The names are those of `Scenarios/validation/calibration.csv`, whose README has the meanings. Columns that are not
/// listed are passed over.
public struct DatasetColumn: Sendable {
  public enum Target: Sendable {
    case input(any WritableKeyPath<MigrationInputs, Double?> & Sendable)
    case outcome(any WritableKeyPath<MeasuredOutcome, Double?> & Sendable)
  }

  public let name: String
  public let target: Target
  /// What may stand in a cell.
  public let range: ClosedRange<Double>
  /// The kinds that cannot be predicted without it.
  public let needed: Set<MigrationKind>

  private init(
    _ name: String, _ target: Target, in range: ClosedRange<Double> = 0...1e15,
    needed: Set<MigrationKind> = []
  ) {
    self.name = name
    self.target = target
    self.range = range
    self.needed = needed
  }

  /// The columns of text: `id` and `kind` are needed, `family` and `status` are not.
  public enum Text {
    public static let id = "id"
    public static let kind = "kind"
    public static let family = "family"
    public static let status = "status"
  }

  public static let inputs: [DatasetColumn] = [
    .init("ram_mib", .input(\.ramMiB), in: 1...1e9, needed: [.liveRAM, .liveDisk]),
    .init("fill_mib", .input(\.fillMiB), in: 0...1e9, needed: [.liveRAM, .liveDisk]),
    .init("wws_mib", .input(\.workingSetMiB), in: 0...1e9),
    .init("mem_pattern", .input(\.memoryPattern), in: 0...2),
    .init("no_catch_up", .input(\.noCatchUp), in: 0...1),
    .init("write_bytes", .input(\.writeBytes), in: 0...1e9),
    .init("dirty_pps_asked", .input(\.dirtyPagesPerSecond), in: 0...1e9),
    .init("max_bandwidth_mibps", .input(\.maxBandwidthMiB), in: 0...1e7),
    .init("link_mibps", .input(\.linkMiB), in: 0...1e7, needed: Set(MigrationKind.allCases)),
    .init("downtime_limit_ms", .input(\.downtimeLimitMilliseconds), in: 0...1e9),
    .init("xbzrle", .input(\.xbzrle), in: 0...1),
    .init("auto_converge", .input(\.autoConverge), in: 0...1),
    .init("postcopy_after_round", .input(\.postcopyAfterRound), in: 0...1e6),
    .init("multifd_channels", .input(\.multifdChannels), in: 0...256),
    .init("timeout_s", .input(\.timeoutSeconds), in: 0...1e7),
    .init("disk_gib", .input(\.diskGiB), in: 0...1e7),
    .init(
      "disk_alloc_mib", .input(\.diskAllocatedMiB), in: 0...1e10, needed: [.liveDisk, .warm, .cold, .reboot]),
    .init("disk_ws_allocated", .input(\.diskWorkingSetAllocated), in: 0...1),
    .init("disk_kibps_asked", .input(\.diskKiBPerSecond), in: 0...1e10),
    .init("disk_write_bytes", .input(\.diskWriteBytes), in: 0...1e12),
    .init("disk_ws_mib", .input(\.diskWorkingSetMiB), in: 0...1e10),
    .init("disk_pattern", .input(\.diskPattern), in: 0...1),
    .init("job_speed_mibps", .input(\.jobSpeedMiB), in: 0...1e7),
    .init("granularity", .input(\.granularity), in: 0...1e12),
    .init("mirror_active", .input(\.mirrorActive), in: 0...1),
    .init("passes", .input(\.passes), in: 0...1e4),
    .init("dwell_s", .input(\.dwellSeconds), in: 0...1e7),
  ]

  public static let outcomes: [DatasetColumn] = [
    .init("total_ms", .outcome(\.totalMilliseconds)),
    .init("switch_ms", .outcome(\.switchMilliseconds)),
    .init("transferred", .outcome(\.transferredBytes)),
    .init("wire_bytes", .outcome(\.wireBytes)),
    .init("vm_gap_ms", .outcome(\.vcpuGapMilliseconds)),
    .init("downtime_ms", .outcome(\.downtimeMilliseconds)),
    .init("tick_downtime_ms", .outcome(\.tickGapMilliseconds)),
    .init("bulk_s", .outcome(\.bulkSeconds)),
    .init("dst_boot_s", .outcome(\.destinationBootSeconds)),
    .init("sync_count", .outcome(\.roundCount)),
  ]

  public static let all = inputs + outcomes
}
