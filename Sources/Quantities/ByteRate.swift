/// A rate of data, in bytes per second.
///
/// Rates are `Double`: they come from fair shares and fits, and are never compared for exactness.
public struct ByteRate: Hashable, Sendable, BitwiseCopyable {
  /// Bytes per second.
  public var bytesPerSecond: Double

  @inlinable public init(bytesPerSecond: Double) { self.bytesPerSecond = bytesPerSecond }

  public static let zero = ByteRate(bytesPerSecond: 0)
  public static let unlimited = ByteRate(bytesPerSecond: .infinity)

  @inlinable public static func bitsPerSecond(_ n: Double) -> ByteRate { ByteRate(bytesPerSecond: n / 8) }
  @inlinable public static func mebibytesPerSecond(_ n: Double) -> ByteRate {
    ByteRate(bytesPerSecond: n * 1_048_576)
  }

  /// The time that `amount` takes at this rate, rounded up to the next nanosecond; `.max` where it never ends.
  @inlinable public func time(for amount: Bytes) -> Duration {
    amount.count <= 0 ? .zero : Duration(roundingUpSeconds: amount.value / bytesPerSecond)
  }

  /// The amount that passes in `time`, rounded to the nearest byte.
  @inlinable public func amount(in time: Duration) -> Bytes {
    Bytes(rounding: bytesPerSecond * time.seconds)
  }
}

extension ByteRate: Comparable {
  @inlinable public static func < (a: ByteRate, b: ByteRate) -> Bool { a.bytesPerSecond < b.bytesPerSecond }
}

extension ByteRate: Codable {
  public init(from decoder: any Decoder) throws {
    bytesPerSecond = try decoder.singleValueContainer().decode(Double.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytesPerSecond)
  }
}
