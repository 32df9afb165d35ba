/// What a random stream is for, so that two uses for the same entity never share numbers.
///
/// Modules above add their own as constants: `extension StreamPurpose { static let diskSize = StreamPurpose("vm.disk") }`.
public struct StreamPurpose: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A purpose by name, such as `vm.dirty-rate`: the FNV-1a hash of its text (Fowler, Noll and Vo 1991, 64 bits).
  public init(_ name: StaticString) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    name.withUTF8Buffer { text in
      for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    rawValue = hash
  }

  /// When things arrive.
  public static let arrivals = StreamPurpose("arrivals")
  /// How much or how long.
  public static let sizes = StreamPurpose("sizes")
  /// Which of several.
  public static let choices = StreamPurpose("choices")
  /// Whether it fails, and when.
  public static let faults = StreamPurpose("faults")
}

/// Names a random stream by what it is for: the same key gives the same numbers, whatever else was drawn before and on
/// whichever thread. So two strategies that move the same VM meet the same disk, the same writes and the same luck.
public struct StreamKey: Hashable, Sendable, BitwiseCopyable {
  /// The seed of the whole study.
  public var seed: UInt64
  /// The number of the replication within the study.
  public var replication: UInt64
  /// The number of the VM, host, link, ... that the numbers belong to.
  public var entity: UInt64
  public var purpose: StreamPurpose

  public init(seed: UInt64, replication: UInt64 = 0, entity: UInt64 = 0, purpose: StreamPurpose) {
    self.seed = seed
    self.replication = replication
    self.entity = entity
    self.purpose = purpose
  }

  /// A 64-bit hash of the four parts, each absorbed in turn and mixed through (Stafford's mix 13, as in SplitMix64).
  public var hash: UInt64 {
    func absorb(_ part: UInt64, into state: UInt64) -> UInt64 {
      SplitMix64.mixed((state ^ part) &+ SplitMix64.increment)
    }
    var state = absorb(seed, into: 0)
    state = absorb(replication, into: state)
    state = absorb(entity, into: state)
    return absorb(purpose.rawValue, into: state)
  }
}
