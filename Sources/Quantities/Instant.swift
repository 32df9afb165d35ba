/// A point in time: whole nanoseconds since the origin that its driver chose (the start of a simulation, or the
/// monotonic clock's zero in a real cutover).
public struct Instant: Hashable, Sendable, BitwiseCopyable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static let zero = Instant(nanoseconds: 0)
  /// Later than anything: "never".
  public static let distantFuture = Instant(nanoseconds: .max)

  /// Seconds since the origin.
  @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The instant that lies `duration` later; `distantFuture` where it would go beyond.
  @inlinable public static func + (a: Instant, b: Duration) -> Instant {
    Instant(nanoseconds: saturatingSum(a.nanoseconds, b.nanoseconds))
  }
  /// The instant that lies `duration` earlier, or the earliest that there is.
  @inlinable public static func - (a: Instant, b: Duration) -> Instant {
    Instant(nanoseconds: saturatingDifference(a.nanoseconds, b.nanoseconds))
  }
  /// The time from `b` to `a`, which stays at the ends of the range where it would go beyond.
  @inlinable public static func - (a: Instant, b: Instant) -> Duration {
    Duration(nanoseconds: saturatingDifference(a.nanoseconds, b.nanoseconds))
  }
}

extension Instant: Comparable {
  @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
}

extension Instant: Codable {
  public init(from decoder: any Decoder) throws {
    nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }
}
