public import Quantities

/// A guest's memory: how much of it has to travel, and how it is written meanwhile.
public struct MemoryLoad: Hashable, Codable, Sendable {
  /// What the guest was given.
  public var configured = Bytes.gibibytes(1)
  /// What its programs hold, without the guest's own system; used where `used` is not known.
  public var workload = Bytes.zero
  /// Pages that are not zero, as measured. Unknown: the workload and what the rig says of a guest's own system.
  public var used: Bytes?
  public var writes = MemoryWrites()

  public init() {}
}

/// How a guest writes its memory.
public struct MemoryWrites: Hashable, Codable, Sendable {
  public var pattern: WritePattern
  /// Writes of a page, of whichever page, each second of an undisturbed guest.
  public var pagesPerSecond: Double
  /// The memory that is written at all.
  public var workingSet: Bytes
  /// How much of a page one write changes: what a delta (xbzrle) has to send.
  public var bytesPerWrite: Bytes
  /// Whether a throttled guest does later what it was kept from doing, and so dirties as much as before.
  public var catchesUp: Bool

  public init(
    _ pattern: WritePattern = .uniform, pagesPerSecond: Double = 0, workingSet: Bytes = .zero,
    bytesPerWrite: Bytes = Bytes(4096), catchesUp: Bool = true
  ) {
    self.pattern = pattern
    self.pagesPerSecond = pagesPerSecond
    self.workingSet = workingSet
    self.bytesPerWrite = bytesPerWrite
    self.catchesUp = catchesUp
  }
}

/// Which pages of the working set are written: what decides how many *distinct* ones are in a window of time.
public enum WritePattern: Hashable, Codable, Sendable {
  /// One after the other, round and round: `D(t) = min(W, r t)`.
  case sweep
  /// Any of them: `D(t) = W (1 - exp(-r t / W))`.
  case uniform
  /// A share of the writes goes to a part of the set, uniformly in each of the two: 0.9 and 0.1 for "90 % of the
  /// writes in the first 10 %".
  case hot(writes: Double, part: Double)
  /// Up to four parts of the working set, each with its share of the writes, uniform within.
  case mixture([WriteTier])
  /// Distinct bytes in windows of rising length, as measured; concave. The rate is not looked at.
  case curve([DirtyPoint])
}

/// A part of the working set that is written alike.
public struct WriteTier: Hashable, Codable, Sendable {
  /// Of the working set, 0 to 1.
  public var part: Double
  /// Of the writes, 0 to 1.
  public var writes: Double

  public init(part: Double, writes: Double) {
    self.part = part
    self.writes = writes
  }
}

/// So many distinct bytes were written in a window of that length.
public struct DirtyPoint: Hashable, Codable, Sendable {
  public var window: Duration
  public var distinct: Bytes

  public init(window: Duration, distinct: Bytes) {
    self.window = window
    self.distinct = distinct
  }
}
