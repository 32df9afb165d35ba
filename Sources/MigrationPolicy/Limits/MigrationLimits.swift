public import Quantities

/// How much may happen at once, and what becomes of the moves that have to wait.
///
/// The first four are shorthand, and the fast way: a limit per host and one for the fleet, first come first served. The
/// others say all that real admission controls say; see `LimitRule`.
public struct MigrationLimits: Hashable, Sendable {
  /// Migrations out of one host. 2: KubeVirt's `parallelOutboundMigrationsPerNode`.
  public var hostOut = 2
  /// Migrations into one host. 2: oVirt's incoming and outgoing limit.
  public var hostIn = 2
  /// Migrations in the whole fleet.
  public var fleet = Int.max
  /// No migration copies faster.
  public var perMove = ByteRate.unlimited
  /// How long a move looks for a host with room before its step counts as refused.
  public var patience = Duration.days(1)

  /// Limits besides these; a move needs room under all of them at once.
  public var rules: [LimitRule] = []
  /// Who goes first of those that wait.
  public var order = AdmissionOrder.fifo
  /// A move that cannot begin holds up all behind it, as in KubeVirt before its priority queue (kubevirt#8701).
  public var isStrict = false
  public var release = SlotRelease.sliding
  /// What a host's migrations share, divided by its slots whether they are used or not.
  public var hostShare: HostShare?

  public init() {}

  /// Whether the shorthand says all there is to say.
  public var isPlain: Bool {
    rules.isEmpty && order == .fifo && !isStrict && release == .sliding
  }
}

/// When slots that have come free are given out again.
public enum SlotRelease: String, Hashable, Sendable, CaseIterable {
  /// Each at once: XAPI's evacuation keeps ten under way.
  case sliding
  /// All together, when the last of a batch has ended: Watcher's chunks.
  case barrier
}

/// oVirt's bandwidth: what the slower of the two ends has for migrations, divided by the number of slots.
public struct HostShare: Hashable, Sendable {
  /// What a host has for migrations; unlimited: what its NIC has.
  public var rate = ByteRate.unlimited
  public var slots = 2

  public init() {}

  /// The most that one migration copies between hosts with these NICs.
  public func cap(from source: ByteRate, to target: ByteRate) -> ByteRate {
    ByteRate(bytesPerSecond: min(rate, min(source, target)).bytesPerSecond / Double(slots))
  }
}
