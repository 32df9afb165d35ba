public import Quantities

/// One migration, as far as it is known before it begins: all that a prediction may look at.
///
/// ```swift
/// var migration = MigrationCase(.liveRAM)
/// migration.memory.configured = .gibibytes(4)
/// migration.memory.workload = .gibibytes(1)
/// migration.memory.writes = MemoryWrites(.uniform, pagesPerSecond: 8_000, workingSet: .mebibytes(256))
/// migration.transport.link = ByteRate(bytesPerSecond: 125e6)
/// let forecast = try migration.forecast(under: .qemuTCG, samples: 400, seed: 1)
/// ```
public struct MigrationCase: Hashable, Codable, Sendable {
  public var kind: MigrationKind
  public var memory = MemoryLoad()
  public var disk = DiskLoad()
  public var transport = Transport()
  /// From the start of the guest at the destination until it serves, where it boots. It is an input: no model knows it.
  public var boot = Duration.seconds(30)
  /// From being asked to power down until it has.
  public var shutdown = Duration.zero

  public init(_ kind: MigrationKind) { self.kind = kind }

  /// Whether the guest's memory stays as it is while it is copied.
  public var writesNoMemory: Bool {
    if case .curve = memory.writes.pattern { return false }
    return memory.writes.pagesPerSecond == 0
  }
}

/// The ways of moving a guest that predictions know.
public enum MigrationKind: String, Hashable, Codable, Sendable, CaseIterable {
  /// Memory in rounds; the disk is shared, or there is none.
  case liveRAM = "live-ram"
  /// A mirror of the disk first, then memory in rounds.
  case liveDisk = "live-disk"
  /// A mirror of the disk, then down, then boot.
  case warm
  /// Down for the whole copy.
  case cold
  /// Passes over the disk while it runs, then down, the rest, and boot.
  case reboot

  public var movesMemory: Bool { self == .liveRAM || self == .liveDisk }
  public var movesDisk: Bool { self != .liveRAM }
}
