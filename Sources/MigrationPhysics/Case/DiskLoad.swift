public import Quantities

/// A guest's disk: how much of it has to travel, how it is written meanwhile, and how it is copied.
public struct DiskLoad: Hashable, Codable, Sendable {
  /// The size that the guest sees.
  public var virtual = Bytes.zero
  /// What of it holds data.
  public var allocated = Bytes.zero
  public var writes = DiskWrites()
  /// The copying job's own limit.
  public var jobLimit = ByteRate.unlimited
  /// One bit of the dirty bitmap stands for so much, and so much is copied again for any write to it.
  public var granularity = Bytes(65_536)
  /// A write is held until it is on both sides (`copy-mode=write-blocking`), instead of being copied later.
  public var isWriteBlocking = false
  /// Copies made while the guest runs (reboot).
  public var passes = 1
  /// Between "the sides are equal" and the shutdown.
  public var dwell = Duration.zero

  public init() {}
}

/// How a guest writes its disk.
public struct DiskWrites: Hashable, Codable, Sendable {
  public var pattern: DiskPattern
  public var rate: ByteRate
  /// Of one write.
  public var size: Bytes
  /// The part of the disk that is written at all; it lies at the front of it.
  public var workingSet: Bytes
  /// Whether that part already holds data when the copy begins.
  public var workingSetIsAllocated: Bool

  public init(
    _ pattern: DiskPattern = .random, rate: ByteRate = .zero, size: Bytes = Bytes(65_536),
    workingSet: Bytes = .zero, workingSetIsAllocated: Bool = true
  ) {
    self.pattern = pattern
    self.rate = rate
    self.size = size
    self.workingSet = workingSet
    self.workingSetIsAllocated = workingSetIsAllocated
  }
}

/// In which order a disk is written.
public enum DiskPattern: String, Hashable, Codable, Sendable, CaseIterable {
  case sequential, random
}
