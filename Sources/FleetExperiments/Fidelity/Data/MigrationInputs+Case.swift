internal import MigrationPhysics
internal import Quantities

extension MigrationInputs {
  /// The cap that stands for none in datasets of QEMU runs, MiB/s.
  private static let noCap = 4096.0
  /// QEMU's default of `xbzrle-cache-size`, which datasets do not name.
  private static let deltaCache = Bytes.mebibytes(64)

  /// The migration as the model knows it. What the dataset leaves empty is what the model takes for granted, and: no
  /// link means none that limits, no working set means all that the guest's program holds.
  func migrationCase(on profile: RigProfile) -> MigrationCase {
    var result = MigrationCase(kind)
    result.memory = memory
    result.disk = disk
    result.transport = transport
    result.boot = Duration(seconds: profile[.boot])
    return result
  }

  private var memory: MemoryLoad {
    var load = MemoryLoad()
    guard let ram = ramMiB else { return load }
    load.configured = .mebibytes(rounding: ram)
    load.workload = .mebibytes(rounding: min(fillMiB ?? 0, ram))
    let pattern: WritePattern =
      switch memoryPattern ?? 1 {
      case ..<0.5: .sweep
      case ..<1.5: .uniform
      default: .hot(writes: 0.9, part: 0.1)
      }
    load.writes = MemoryWrites(
      pattern, pagesPerSecond: dirtyPagesPerSecond ?? 0,
      workingSet: .mebibytes(rounding: min(workingSetMiB ?? fillMiB ?? 0, ram)),
      bytesPerWrite: Bytes(rounding: min(max(writeBytes ?? 4096, 1), 4096)), catchesUp: (noCatchUp ?? 0) < 0.5
    )
    return load
  }

  private var transport: Transport {
    var transport = Transport()
    if let cap = maxBandwidthMiB, cap > 0, cap < Self.noCap {
      transport.maxBandwidth = .mebibytesPerSecond(cap)
    }
    if let link = linkMiB, link > 0 { transport.link = .mebibytesPerSecond(link) }
    if let limit = downtimeLimitMilliseconds { transport.downtimeLimit = Duration(seconds: limit / 1000) }
    if let timeout = timeoutSeconds, timeout > 0 { transport.timeout = Duration(seconds: timeout) }
    if (xbzrle ?? 0) > 0.5 { transport.xbzrleCache = Self.deltaCache }
    transport.channels = Int((multifdChannels ?? 0).rounded())
    transport.autoConverge = (autoConverge ?? 0) > 0.5
    transport.postCopyAfterRounds = Int((postcopyAfterRound ?? 0).rounded())
    return transport
  }

  private var disk: DiskLoad {
    var load = DiskLoad()
    guard kind.movesDisk, let allocated = diskAllocatedMiB else { return load }
    load.virtual = .mebibytes(rounding: max((diskGiB ?? 0) * 1024, allocated))
    load.allocated = .mebibytes(rounding: allocated)
    load.writes = DiskWrites(
      (diskPattern ?? 1) > 0.5 ? .random : .sequential,
      rate: ByteRate(bytesPerSecond: (diskKiBPerSecond ?? 0) * 1024),
      size: Bytes(rounding: max(diskWriteBytes ?? 65_536, 1)),
      workingSet: .mebibytes(rounding: diskWorkingSetMiB ?? allocated),
      workingSetIsAllocated: (diskWorkingSetAllocated ?? 1) > 0.5)
    if let limit = jobSpeedMiB, limit > 0 { load.jobLimit = .mebibytesPerSecond(limit) }
    if let granularity, granularity > 0 { load.granularity = Bytes(rounding: granularity) }
    load.isWriteBlocking = (mirrorActive ?? 0) > 0.5
    load.passes = max(1, Int((passes ?? 1).rounded()))
    load.dwell = Duration(seconds: dwellSeconds ?? 0)
    return load
  }
}

extension Bytes {
  fileprivate static func mebibytes(rounding count: Double) -> Bytes { Bytes(rounding: count * 1_048_576) }
}
