/// A quantity's values, from which quantiles are read, in bounded memory.
///
/// The first 4,096 values are kept as they are (to 24 bits). Beyond that they are counted in buckets whose bounds are
/// the first nine bits of a binary fraction, so that each is 0.2 % of its value wide and quantiles are good to 0.1 %
/// (the idea of the High Dynamic Range histogram, Tene 2012, with storage for the buckets between the least and the
/// greatest value only: 4 KiB a factor of two). Count, sum, least and greatest stay exact. Two tallies merge to what one
/// of all the values would be.
public struct Samples: Hashable, Sendable {
  /// Until there are too many.
  private var values: ContiguousArray<Float> = []
  /// After that: counts from the bucket `first` on.
  private var buckets: ContiguousArray<UInt64> = []
  private var first = 0
  /// Values below a nanosecond, which have no bucket.
  private var zeros: UInt64 = 0
  private var least = Float.infinity
  private var greatest = -Float.infinity

  public private(set) var count = 0
  public private(set) var sum = 0.0

  public init() {}

  /// How many values are kept as they are.
  static let mostExact = 4096
  /// How far a quantile may be off, as a part of its value, where there are more.
  static let precision = 0x1p-10

  public var mean: Double? { count == 0 ? nil : sum / Double(count) }

  /// Adds a value, which must not be negative; amortised O(1).
  public mutating func add(_ value: Double) {
    let value = max(0, value)
    let rounded = Float(value)
    count += 1
    sum += value
    least = min(least, rounded)
    greatest = max(greatest, rounded)
    if count <= Samples.mostExact {
      values.append(rounded)
    } else {
      countAll()
      countIn(rounded)
    }
  }

  /// Adds the other's values; merge in the order of replications, for sums depend on it in the last bit.
  public mutating func merge(_ other: Samples) {
    guard other.count > 0 else { return }
    count += other.count
    sum += other.sum
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
    if count <= Samples.mostExact {
      values.append(contentsOf: other.values)
      return
    }
    countAll()
    for value in other.values { countIn(value) }
    zeros += other.zeros
    for (index, times) in other.buckets.enumerated() where times > 0 { countIn(other.first + index, times) }
  }

  /// The least value that at least the share `p` of all values does not exceed (the inverse of the empirical
  /// distribution, Hyndman and Fan 1996, type 1), for each `p`; `nil` without values.
  public func quantiles(_ shares: [Double]) -> [Double]? {
    guard count > 0 else { return nil }
    let ranks = shares.map { min(max(Int(($0 * Double(count)).rounded(.up)), 1), count) }
    guard values.isEmpty else { return exact(ranks) }
    return ranks.map { value(ofRank: $0) }
  }

  private func exact(_ ranks: [Int]) -> [Double] {
    let sorted = values.sorted()
    return ranks.map { Double(sorted[$0 - 1]) }
  }

  private func value(ofRank rank: Int) -> Double {
    if rank == 1 { return Double(least) }
    if rank == count { return Double(greatest) }
    var seen = Int(zeros)
    if seen >= rank { return 0 }
    for (index, times) in buckets.enumerated() {
      seen += Int(times)
      if seen >= rank {
        return Double(min(max(Samples.middle(ofBucket: first + index), least), greatest))
      }
    }
    return Double(greatest)
  }

  /// What it holds, in bytes.
  var storedBytes: Int { values.count * 4 + buckets.count * 8 }

  // MARK: - Buckets

  /// The exponent and the first nine bits of the fraction: they grow with the value.
  private static func bucket(of value: Float) -> Int { Int(value.bitPattern >> 14) }

  private static func middle(ofBucket bucket: Int) -> Float {
    Float(bitPattern: UInt32(bucket) << 14 | 1 << 13)
  }

  /// Goes over to buckets, unless that has been done.
  private mutating func countAll() {
    guard !values.isEmpty else { return }
    for value in values { countIn(value) }
    values = []
  }

  private mutating func countIn(_ value: Float) {
    guard value >= 1e-9 else {
      zeros += 1
      return
    }
    countIn(Samples.bucket(of: value), 1)
  }

  private mutating func countIn(_ bucket: Int, _ times: UInt64) {
    if buckets.isEmpty { first = bucket }
    if bucket < first {
      // Half a factor of two more than is needed, so that few values make it grow.
      let more = min(first, first - bucket + 256)
      buckets.insert(contentsOf: repeatElement(0, count: more), at: 0)
      first -= more
    }
    if bucket >= first + buckets.count {
      buckets.append(contentsOf: repeatElement(0, count: bucket - first - buckets.count + 256))
    }
    buckets[bucket - first] += times
  }
}
