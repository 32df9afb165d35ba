/// A length of time: a whole number of nanoseconds, up to 292 years.
///
/// It shadows the standard library's type of that name on purpose: that one counts attoseconds in 128 bits, which the
/// event queue has no use for.
public struct Duration: Hashable, Sendable, BitwiseCopyable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The nearest nanosecond, clamped to the range; not a number becomes `.max`, for it can only mean "never".
  @inlinable public init(seconds: Double) {
    self.nanoseconds = Duration.clamped((seconds * 1e9).rounded())
  }

  /// The next whole nanosecond: a fluid that would be done a fraction earlier is done by then.
  @inlinable public init(roundingUpSeconds seconds: Double) {
    self.nanoseconds = Duration.clamped((seconds * 1e9).rounded(.up))
  }

  @inlinable static func clamped(_ nanoseconds: Double) -> Int64 {
    nanoseconds >= 0x1p63 || nanoseconds.isNaN ? .max : nanoseconds <= -0x1p63 ? .min : Int64(nanoseconds)
  }

  public static let zero = Duration(nanoseconds: 0)
  /// Longer than any horizon: "never".
  public static let max = Duration(nanoseconds: .max)

  @inlinable public static func nanoseconds(_ n: Int64) -> Duration { Duration(nanoseconds: n) }
  @inlinable public static func milliseconds(_ n: Int64) -> Duration { Duration(nanoseconds: n * 1_000_000) }
  @inlinable public static func seconds(_ n: Int64) -> Duration { Duration(nanoseconds: n * 1_000_000_000) }
  @inlinable public static func minutes(_ n: Int64) -> Duration { .seconds(n * 60) }
  @inlinable public static func hours(_ n: Int64) -> Duration { .seconds(n * 3600) }
  @inlinable public static func days(_ n: Int64) -> Duration { .seconds(n * 86_400) }

  /// The length in seconds.
  @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }
}

extension Duration: Comparable, AdditiveArithmetic {
  @inlinable public static func < (a: Duration, b: Duration) -> Bool { a.nanoseconds < b.nanoseconds }
  /// The sum, which stays at `.max` where it would go beyond.
  @inlinable public static func + (a: Duration, b: Duration) -> Duration {
    Duration(nanoseconds: saturatingSum(a.nanoseconds, b.nanoseconds))
  }
  /// The difference, which stays at the ends of the range where it would go beyond.
  @inlinable public static func - (a: Duration, b: Duration) -> Duration {
    Duration(nanoseconds: saturatingDifference(a.nanoseconds, b.nanoseconds))
  }
  /// The product, rounded to the nearest nanosecond and clamped.
  @inlinable public static func * (a: Duration, factor: Double) -> Duration {
    a == .max ? .max : Duration(seconds: a.seconds * factor)
  }
}

extension Duration: Codable {
  public init(from decoder: any Decoder) throws {
    nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }
}

@inlinable func saturatingSum(_ a: Int64, _ b: Int64) -> Int64 {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? (b > 0 ? .max : .min) : sum
}

@inlinable func saturatingDifference(_ a: Int64, _ b: Int64) -> Int64 {
  let (difference, overflow) = a.subtractingReportingOverflow(b)
  return overflow ? (b > 0 ? .min : .max) : difference
}
