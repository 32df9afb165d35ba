internal import Histogram

/// The distribution of non-negative whole numbers (nanoseconds, bytes), to three significant digits.
///
/// A High Dynamic Range histogram (Tene 2012): counts in buckets no wider than a thousandth of the value. Two tallies
/// merge exactly, in any order and grouping; `mean`, `min` and `max` are those of the very numbers.
public struct Quantiles: Sendable {
  private var histogram: Histogram<UInt64>
  /// Exact: 2^63 numbers of 63 bits each fit.
  private var sum: UInt128 = 0
  private var least = Int64.max

  public init() { histogram = Histogram(numberOfSignificantValueDigits: .three) }

  /// Adds a number, which must not be negative, `times` over.
  public mutating func add(_ value: Int64, times: Int = 1) {
    precondition(value >= 0 && times >= 0, "only counts of non-negative numbers are tallied")
    guard times > 0 else { return }
    histogram.record(UInt64(value), count: UInt64(times))
    sum += UInt128(value) * UInt128(times)
    least = Swift.min(least, value)
  }

  /// Adds all that `other` has seen.
  public mutating func merge(_ other: Quantiles) {
    histogram.add(other.histogram)
    sum += other.sum
    least = Swift.min(least, other.least)
  }

  public var count: Int { Int(histogram.totalCount) }

  /// The arithmetic mean of the very numbers; nil while there are none.
  public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

  /// The least number; nil while there are none.
  public var min: Int64? { count == 0 ? nil : least }

  /// The greatest number; nil while there are none.
  public var max: Int64? { count == 0 ? nil : Int64(histogram.maxRecorded) }

  /// The least number, to three digits and rounded up, that at least the part `p` (0...1) of the numbers does not
  /// exceed; nil while there are none. O(buckets).
  public func quantile(_ p: Double) -> Int64? {
    precondition(p >= 0 && p <= 1, "a quantile is asked for at a probability, not at \(p)")
    guard count > 0 else { return nil }
    if p == 0 { return least }
    return Swift.max(Int64(histogram.valueAtPercentile(p * 100)), least)
  }

  public var p50: Int64? { quantile(0.50) }
  public var p95: Int64? { quantile(0.95) }
  public var p99: Int64? { quantile(0.99) }
}

// MARK: - Buckets

extension Quantiles: Equatable {
  /// The buckets that are not empty, by their least value, ascending.
  ///
  /// The histogram's own iterators, and its `==`, multiply values by counts in 64 bits and trap where that overflows:
  /// ten million moves of three hours each, in nanoseconds, would do it. So the buckets are visited one by one here.
  private var buckets: (values: [UInt64], counts: [UInt64]) {
    guard count > 0 else { return ([], []) }
    var result: (values: [UInt64], counts: [UInt64]) = ([], [])
    var value = histogram.lowestEquivalentForValue(UInt64(least))
    while value <= histogram.maxRecorded {
      let count = histogram.countForValue(value)
      if count > 0 {
        result.values.append(value)
        result.counts.append(count)
      }
      value = histogram.nextNonEquivalentForValue(value)
    }
    return result
  }

  public static func == (a: Quantiles, b: Quantiles) -> Bool {
    a.count == b.count && a.sum == b.sum && a.min == b.min && a.max == b.max && a.buckets == b.buckets
  }
}

// MARK: - Coding

extension Quantiles: Codable {
  private enum CodingKeys: String, CodingKey { case values, counts, sumHigh, sumLow, min, max }

  public init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let values = try container.decode([UInt64].self, forKey: .values)
    let counts = try container.decode([UInt64].self, forKey: .counts)
    least = try container.decode(Int64.self, forKey: .min)
    let greatest = try container.decode(Int64.self, forKey: .max)
    let fits = values.allSatisfy { $0 <= UInt64(Int64.max) } && counts.allSatisfy { $0 > 0 && $0 < 1 << 62 }
    guard values.count == counts.count, fits, greatest >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container, debugDescription: "each value needs one count above zero")
    }
    for (index, (value, count)) in zip(values, counts).enumerated() {
      // The greatest bucket is entered by the greatest number itself, which the histogram remembers.
      histogram.record(index == values.count - 1 ? UInt64(greatest) : value, count: count)
    }
    sum = UInt128(
      _low: try container.decode(UInt64.self, forKey: .sumLow),
      _high: try container.decode(UInt64.self, forKey: .sumHigh))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let (values, counts) = buckets
    try container.encode(values, forKey: .values)
    try container.encode(counts, forKey: .counts)
    try container.encode(sum._high, forKey: .sumHigh)
    try container.encode(sum._low, forKey: .sumLow)
    try container.encode(least, forKey: .min)
    try container.encode(Int64(histogram.maxRecorded), forKey: .max)
  }
}
