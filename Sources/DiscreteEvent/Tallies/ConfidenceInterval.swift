/// A mean with the interval that holds the true one with a given confidence, by Student's t (1908).
///
/// The samples are one number per replication: independent, and near enough to normal.
public struct ConfidenceInterval: Hashable, Sendable, Codable {
  public let mean: Double
  /// Half the width of the interval; nil where there are fewer than two samples to judge by.
  public let halfWidth: Double?
  /// The number of samples, or of pairs.
  public let count: Int
  /// The confidence, such as 0.95.
  public let level: Double

  /// The interval `mean ± t(n - 1, (1 + level) / 2) s / sqrt(n)`; nil without samples. Samples are added up in their
  /// order.
  public init?(_ samples: some Sequence<Double>, level: Double = 0.95) {
    var moments = Moments()
    for sample in samples { moments.add(sample) }
    self.init(moments, level: level)
  }

  /// The same from a tally of the samples.
  public init?(_ moments: Moments, level: Double = 0.95) {
    precondition(level > 0 && level < 1, "a confidence lies between 0 and 1")
    guard moments.count > 0 else { return nil }
    mean = moments.mean
    count = moments.count
    self.level = level
    halfWidth = moments.standardDeviation.map { deviation in
      GSL.studentQuantile((1 + level) / 2, degrees: Double(moments.count - 1)) * deviation
        / Double(moments.count).squareRoot()
    }
  }

  /// The interval of the mean difference `first - second` of pairs that share their random numbers; nil without pairs.
  public static func paired(
    _ first: [Double], minus second: [Double], level: Double = 0.95
  ) -> ConfidenceInterval? {
    precondition(first.count == second.count, "each sample needs its partner")
    return ConfidenceInterval(zip(first, second).lazy.map { $0 - $1 }, level: level)
  }

  public var low: Double? { halfWidth.map { mean - $0 } }
  public var high: Double? { halfWidth.map { mean + $0 } }

  /// Whether `value` lies within the interval; false where there is none.
  public func contains(_ value: Double) -> Bool { halfWidth.map { abs(value - mean) <= $0 } ?? false }
}
