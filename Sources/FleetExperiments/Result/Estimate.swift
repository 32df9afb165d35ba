internal import DiscreteEvent

/// A mean over replications with its 95 % confidence interval (Student's t).
public struct Estimate: Hashable, Codable, Sendable {
  public var mean: Double
  /// The interval's ends; `nil` where there is but one replication to judge by.
  public var low: Double?
  public var high: Double?

  /// - Parameter samples: one number per replication, in their order; not empty.
  public init(_ samples: [Double]) {
    let interval = ConfidenceInterval(samples)
    mean = interval?.mean ?? 0
    low = interval?.low
    high = interval?.high
  }

  /// Of things that happen by chance, and perhaps so rarely that few samples have any: the interval is no narrower than
  /// that of independent events as many, and holds no number below zero.
  ///
  /// - Parameter counts: whole numbers, one per replication, in their order; not empty.
  init(rare counts: [Double]) {
    self.init(counts)
    let events = counts.reduce(0, +)
    guard let low, let high, events < Estimate.frequent else { return }
    let exact = RareEventInterval(events: Int(events), samples: counts.count)
    (self.low, self.high) = (min(max(0, low), exact.low), max(high, exact.high))
  }

  /// From so many events on the mean of their counts is near enough to normal for Student's t.
  private static let frequent = 30.0

  enum CodingKeys: String, CodingKey {
    case mean, low, high
  }

  // The keys are always there, with null where nothing can be said.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mean, forKey: .mean)
    try container.encode(low, forKey: .low)
    try container.encode(high, forKey: .high)
  }
}

/// The distribution of a quantity over all moves or attempts of all replications.
public struct Spread: Hashable, Codable, Sendable {
  public var count: Int
  public var mean: Double
  public var p50: Double
  public var p95: Double
  public var p99: Double
  public var max: Double
}
