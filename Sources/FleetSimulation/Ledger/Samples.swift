internal import Synchronization

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

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

  /// More than there are, for a few more are kept than are needed.
  private static let bucketNumbers = 0..<(1 << 18)

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

// MARK: - As stored

// To the bit: what was stored and read again merges to the same bytes. Values are the base64 form of their bits, four
// bytes each, the least significant first: a tenth of what they would take as decimal numbers.
extension Samples: Codable {
  private enum CodingKeys: String, CodingKey {
    case count, sum, least, greatest, values, zeros, first, width, buckets
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(count, forKey: .count)
    guard count > 0 else { return }
    try container.encode(sum, forKey: .sum)
    try container.encode(least, forKey: .least)
    try container.encode(greatest, forKey: .greatest)
    guard values.isEmpty else {
      let bytes = values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
      }
      return try container.encode(Data(bytes).base64EncodedString(), forKey: .values)
    }
    try container.encode(zeros, forKey: .zeros)
    try container.encode(first, forKey: .first)
    try container.encode(buckets.count, forKey: .width)
    // Most are empty: the place and the count of those that are not, in turn.
    let filled = buckets.enumerated().filter { $0.element > 0 }.flatMap { [UInt64($0.offset), $0.element] }
    try container.encode(filled, forKey: .buckets)
  }

  /// - Throws: `DecodingError`, also for what no values come to.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func problem(_ key: CodingKeys, _ words: String) -> DecodingError {
      DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: words)
    }
    count = try container.decode(Int.self, forKey: .count)
    guard count > 0 else {
      guard count == 0 else { throw problem(.count, "there are \(count) values") }
      return
    }
    // Many replications of many campaigns still have a sum.
    guard count <= 100_000_000_000 else { throw problem(.count, "there are \(count) values") }
    sum = try container.decode(Double.self, forKey: .sum)
    least = try container.decode(Float.self, forKey: .least)
    greatest = try container.decode(Float.self, forKey: .greatest)
    guard sum >= 0, 0 <= least, least <= greatest else {
      throw problem(.least, "the values are from \(least) to \(greatest), and \(sum) together")
    }
    if let text = try container.decodeIfPresent(String.self, forKey: .values) {
      guard let bytes = Data(base64Encoded: text), bytes.count % 4 == 0, bytes.count / 4 == count else {
        throw problem(.values, "the values are not as many as they are said to be")
      }
      for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 4) {
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << ($1 * 8) }
        values.append(Float(bitPattern: bits))
      }
      guard values.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw problem(.values, "some of the values are no numbers, or less than nothing")
      }
      return
    }
    zeros = try container.decode(UInt64.self, forKey: .zeros)
    first = try container.decode(Int.self, forKey: .first)
    let width = try container.decode(Int.self, forKey: .width)
    guard Samples.bucketNumbers.contains(first), Samples.bucketNumbers.contains(width) else {
      throw problem(.width, "there are no \(width) buckets from \(first) on")
    }
    if let budget = decoder.userInfo[BucketBudget.key] as? BucketBudget, !budget.take(width) {
      throw problem(.width, "there are more buckets than one replication comes to")
    }
    buckets = ContiguousArray(repeating: 0, count: width)
    let filled = try container.decode([UInt64].self, forKey: .buckets)
    var left = UInt64(count)
    func take(_ times: UInt64) throws {
      guard times <= left else { throw problem(.buckets, "the buckets hold more than \(count) values") }
      left -= times
    }
    try take(zeros)
    guard filled.count % 2 == 0 else { throw problem(.buckets, "a bucket has no count") }
    var next = 0
    for pair in stride(from: 0, to: filled.count, by: 2) {
      guard let bucket = Int(exactly: filled[pair]), buckets.indices.contains(bucket),
        first + bucket < Samples.bucket(of: .infinity)
      else {
        throw problem(.buckets, "a bucket lies beyond the last")
      }
      guard bucket >= next else { throw problem(.buckets, "a bucket does not come behind the one before it") }
      next = bucket + 1
      try take(filled[pair + 1])
      buckets[bucket] = filled[pair + 1]
    }
    guard left == 0 else { throw problem(.buckets, "the buckets hold fewer than \(count) values") }
  }
}

/// How many buckets all the samples that are read together may have: a few bytes of a file can ask for megabytes.
package final class BucketBudget: Sendable {
  /// Any name is one: the standard library's initialiser never fails.
  package static let key = CodingUserInfoKey(rawValue: "fleetshift.buckets")!
  /// 512 MiB of them.
  private let left = Mutex(1 << 26)

  package init() {}

  /// Whether there are so many left.
  fileprivate func take(_ count: Int) -> Bool {
    left.withLock { left in
      guard count <= left else { return false }
      left -= count
      return true
    }
  }
}
