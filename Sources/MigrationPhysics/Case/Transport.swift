public import Quantities

/// The way of a migration, and its settings, in QEMU's words.
public struct Transport: Hashable, Codable, Sendable {
  /// The hypervisor's own limit (`max-bandwidth`), which it lifts for the switchover.
  public var maxBandwidth = ByteRate.unlimited
  /// What the network lets through; unlimited: what the hosts manage.
  public var link = ByteRate.unlimited
  /// One way and back.
  public var roundTrip = Duration.zero
  /// The pause that is allowed (`downtime-limit`); 300 ms is QEMU's default.
  public var downtimeLimit = Duration.milliseconds(300)
  /// The migration is called off when it has not switched over by then.
  public var timeout = Duration.hours(24)
  /// Deltas of pages sent before, kept in a cache of that size.
  public var xbzrleCache: Bytes?
  /// What compression leaves of a page, 0 to 1; `nil`: off.
  public var compressionRatio: Double?
  /// Parallel channels (multifd); 0: one stream.
  public var channels = 0
  /// The guest is slowed when it dirties over half of what is sent.
  public var autoConverge = false
  /// Start at the destination after so many rounds and fetch the rest then; 0: never.
  public var postCopyAfterRounds = 0

  public init() {}
}
