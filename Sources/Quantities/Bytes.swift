/// An exact amount of data, in bytes.
///
/// Amounts are integers because the laws of the cutover machine compare them exactly. The range is that of `Int64`
/// (9.2 EB); totals over a fleet and a year are kept as `Double` where they are added up.
public struct Bytes: Hashable, Sendable, BitwiseCopyable {
  /// The number of bytes.
  public var count: Int64

  @inlinable public init(_ count: Int64) { self.count = count }

  /// The nearest whole number of bytes, clamped to what `Int64` holds; not a number becomes zero.
  @inlinable public init(rounding value: Double) {
    self.count = value.isNaN ? 0 : value >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int64(value.rounded())
  }

  public static let zero = Bytes(0)

  @inlinable public static func kibibytes(_ n: Int64) -> Bytes { Bytes(n << 10) }
  @inlinable public static func mebibytes(_ n: Int64) -> Bytes { Bytes(n << 20) }
  @inlinable public static func gibibytes(_ n: Int64) -> Bytes { Bytes(n << 30) }
  @inlinable public static func megabytes(_ n: Int64) -> Bytes { Bytes(n * 1_000_000) }
  @inlinable public static func gigabytes(_ n: Int64) -> Bytes { Bytes(n * 1_000_000_000) }

  /// The amount as a floating-point number of bytes.
  @inlinable public var value: Double { Double(count) }
}

extension Bytes: Comparable, AdditiveArithmetic {
  @inlinable public static func < (a: Bytes, b: Bytes) -> Bool { a.count < b.count }
  @inlinable public static func + (a: Bytes, b: Bytes) -> Bytes { Bytes(a.count + b.count) }
  @inlinable public static func - (a: Bytes, b: Bytes) -> Bytes { Bytes(a.count - b.count) }
}

extension Bytes: Codable {
  public init(from decoder: any Decoder) throws {
    count = try decoder.singleValueContainer().decode(Int64.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(count)
  }
}
