/// How surprising a mean difference of pairs would be if there were none: Student's paired t-test, two-sided.
public struct PairedTest: Hashable, Sendable, Codable {
  /// Mean over its standard error; infinite where all pairs differ by the very same.
  public let statistic: Double
  /// The probability of a mean at least as far from zero, were there no difference.
  public let probability: Double
  /// Of pairs.
  public let count: Int

  /// - Parameter differences: One number per pair; all finite.
  /// - Returns: `nil` below two pairs. Pairs that are all alike differ surely (0), or surely not (1).
  public init?(_ differences: [Double]) {
    var moments = Moments()
    for difference in differences { moments.add(difference) }
    guard let deviation = moments.standardDeviation else { return nil }
    count = moments.count
    guard deviation > 0 else {
      statistic = moments.mean == 0 ? 0 : .infinity
      probability = moments.mean == 0 ? 1 : 0
      return
    }
    statistic = moments.mean / (deviation / Double(count).squareRoot())
    probability = 2 * GSL.studentTail(abs(statistic), degrees: Double(count - 1))
  }
}

/// Probabilities of several tests made at once, raised so that the chance of any false alarm stays at the level asked
/// for: Holm's step-down procedure (Scandinavian Journal of Statistics 6 (1979), 65-70).
///
/// It asks for no independence of the tests, and is never weaker than Bonferroni's.
public enum HolmAdjustment {
  /// The adjusted probabilities, in the order given. A test is significant if its own is below the level.
  public static func adjust(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    var adjusted = probabilities
    var greatest = 0.0
    for (rank, index) in order.enumerated() {
      greatest = max(greatest, min(1, Double(probabilities.count - rank) * probabilities[index]))
      adjusted[index] = greatest
    }
    return adjusted
  }
}
