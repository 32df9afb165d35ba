/// A distribution known by some of its quantiles, with straight lines between them.
struct EmpiricalQuantiles: Hashable, Sendable {
  /// Strictly ascending from 0 to 1.
  let probabilities: [Double]
  /// Ascending; equal neighbours are a value that has a probability of its own.
  let values: [Double]

  init(_ points: [(p: Double, value: Double)]) throws(DistributionError) {
    guard points.count >= 2 else {
      throw DistributionError("empirical: at least two quantiles are needed, at probabilities 0 and 1")
    }
    guard points[0].p == 0, points[points.count - 1].p == 1 else {
      throw DistributionError(
        "empirical: the quantiles must start at probability 0 and end at 1, or the least and the greatest value are "
          + "unknown; they run from \(points[0].p) to \(points[points.count - 1].p)")
    }
    for point in points { try Check.finite(point.value, "value", of: "empirical") }
    for (point, next) in zip(points, points.dropFirst()) {
      guard point.p < next.p else {
        throw DistributionError(
          "empirical: probability \(next.p) must lie above \(point.p), which stands before it")
      }
      guard point.value <= next.value else {
        throw DistributionError(
          "empirical: the value \(next.value) at \(next.p) lies below \(point.value) at \(point.p)")
      }
    }
    probabilities = points.map(\.p)
    values = points.map(\.value)
  }

  /// The same shape between `low` and `high`, or nil if next to nothing lies there.
  func restricted(_ low: Double, _ high: Double) -> EmpiricalQuantiles? {
    let start = cdfBelow(low)
    let end = cdf(high)
    guard end - start >= Truncated.leastProbability else { return nil }
    var points = [(p: 0.0, value: max(low, values[0]))]
    for (p, value) in zip(probabilities, values) where p > start && p < end {
      points.append(((p - start) / (end - start), value))
    }
    points.append((1, min(high, values[values.count - 1])))
    return try? EmpiricalQuantiles(points)
  }

  func quantile(_ p: Double) -> Double {
    let right = max(firstIndex(in: probabilities) { $0 >= p }, 1)
    let (p0, p1) = (probabilities[right - 1], probabilities[right])
    return values[right - 1] + (values[right] - values[right - 1]) * ((p - p0) / (p1 - p0))
  }

  func cdf(_ x: Double) -> Double { probability(atIndex: firstIndex(in: values) { $0 > x }, x) }

  /// The probability of a value below `x`.
  private func cdfBelow(_ x: Double) -> Double { probability(atIndex: firstIndex(in: values) { $0 >= x }, x) }

  private func probability(atIndex right: Int, _ x: Double) -> Double {
    if right == 0 { return 0 }
    if right == values.count { return 1 }
    let (p0, p1) = (probabilities[right - 1], probabilities[right])
    return p0 + (p1 - p0) * ((x - values[right - 1]) / (values[right] - values[right - 1]))
  }

  var mean: Double {
    values.indices.dropFirst().reduce(0) { sum, index in
      sum + (probabilities[index] - probabilities[index - 1]) * (values[index] + values[index - 1]) / 2
    }
  }
}
