/// Every value of a quantity, kept so that its quantiles are exact. Four bytes a value (24 bits of precision).
public struct Samples: Hashable, Sendable {
  private var values: ContiguousArray<Float> = []
  public private(set) var sum = 0.0

  public init() {}

  public mutating func add(_ value: Double) {
    values.append(Float(value))
    sum += value
  }

  /// Appends the other's values behind one's own; merge in the order of replications.
  public mutating func merge(_ other: Samples) {
    values.append(contentsOf: other.values)
    sum += other.sum
  }

  public var count: Int { values.count }
  public var mean: Double? { values.isEmpty ? nil : sum / Double(values.count) }

  /// The least value that at least the share `p` of all values does not exceed (the inverse of the empirical
  /// distribution, Hyndman and Fan 1996, type 1), for each `p`; `nil` without values. O(n log n).
  public func quantiles(_ shares: [Double]) -> [Double]? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return shares.map { share in
      let rank = Int((share * Double(sorted.count)).rounded(.up))
      return Double(sorted[min(max(rank, 1), sorted.count) - 1])
    }
  }
}
