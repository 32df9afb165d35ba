public import MigrationPhysics

/// What was known of a migration before it began: the input columns of a dataset.
///
/// A prediction gets this and nothing else, so that no outcome can leak into it. A figure is nil where its cell is
/// empty or its column absent; what is then assumed is said where it is used. MiB are 2^20 bytes.
public struct MigrationInputs: Hashable, Sendable {
  public var kind: MigrationKind

  // MARK: - Memory
  public var ramMiB: Double?
  /// Random data that the guest's program holds.
  public var fillMiB: Double?
  /// The writable working set, a part of the fill.
  public var workingSetMiB: Double?
  /// 0 sequential sweep, 1 uniform random, 2 hot: 90 % of the writes go to the first 10 %.
  public var memoryPattern: Double?
  /// 1: writes that the vCPU was too throttled to do are lost.
  public var noCatchUp: Double?
  /// Rewritten of each page, in bytes.
  public var writeBytes: Double?
  public var dirtyPagesPerSecond: Double?

  // MARK: - Path and policy
  /// The hypervisor's own limiter, MiB/s.
  public var maxBandwidthMiB: Double?
  /// The link's rate, MiB/s; 0 where it is not shaped.
  public var linkMiB: Double?
  public var downtimeLimitMilliseconds: Double?
  public var xbzrle: Double?
  public var autoConverge: Double?
  /// 0 for none.
  public var postcopyAfterRound: Double?
  public var multifdChannels: Double?
  public var timeoutSeconds: Double?

  // MARK: - Disk
  public var diskGiB: Double?
  public var diskAllocatedMiB: Double?
  /// 1: the blocks written to were allocated before.
  public var diskWorkingSetAllocated: Double?
  public var diskKiBPerSecond: Double?
  public var diskWriteBytes: Double?
  public var diskWorkingSetMiB: Double?
  /// 0 sequential, 1 random.
  public var diskPattern: Double?
  /// The block job's own cap, MiB/s; 0 for none.
  public var jobSpeedMiB: Double?
  /// Bytes that one bit of the dirty bitmap stands for.
  public var granularity: Double?
  /// 1: the mirror forwards writes before it acknowledges them.
  public var mirrorActive: Double?
  /// Copies made while the guest runs (reboot).
  public var passes: Double?
  /// Pause between ready and the shutdown (warm).
  public var dwellSeconds: Double?

  public init(_ kind: MigrationKind) { self.kind = kind }
}
