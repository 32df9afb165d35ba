internal import DiscreteEvent

/// How much of a full grid's variance each factor accounts for, alone and with all its interactions.
///
/// The grid has every combination, so nothing is estimated but the means at its points: the first-order index is the
/// variance of the mean over all other factors, the total index the mean of the variance along the factor, each over the
/// whole variance (Sobol 1993; with equal weights the sums of squares of a factorial analysis of variance). Intervals
/// come of drawing the replications again, the same ones at every point, for they share their chance.
struct GridEffects {
  /// How many values each factor has.
  let sizes: [Int]
  /// Point by point, the last factor changing fastest: the replications' values.
  let values: [[Double]]

  /// No more additions than this are spent on resampling.
  private static let mostWork = 200_000_000

  /// - Returns: `nil` if all points are alike.
  func indices(stream: RandomStream) -> [SensitivityDesign.Index]? {
    guard let replications = values.map(\.count).min(), replications > 0 else { return nil }
    guard let found = indices(of: values.map { GridEffects.mean($0, Array(0..<replications)) }) else {
      return nil
    }
    var stream = stream
    var resampled = Array(repeating: (first: [Double](), total: [Double]()), count: sizes.count)
    let resamples = min(1_000, GridEffects.mostWork / (values.count * replications))
    for _ in 0..<(replications > 1 ? resamples : 0) {
      let drawn = (0..<replications).map { _ in stream.index(below: replications) }
      guard let indices = indices(of: values.map { GridEffects.mean($0, drawn) }) else { continue }
      for (factor, index) in indices.enumerated() {
        resampled[factor].first.append(index.first)
        resampled[factor].total.append(index.total)
      }
    }
    return found.enumerated().map { factor, index in
      SensitivityDesign.Index(
        first: GridEffects.estimate(index.first, resampled[factor].first),
        total: GridEffects.estimate(index.total, resampled[factor].total))
    }
  }

  private static func mean(_ values: [Double], _ drawn: [Int]) -> Double {
    drawn.reduce(0) { $0 + values[$1] } / Double(drawn.count)
  }

  private static func estimate(_ value: Double, _ resampled: [Double]) -> SensitivityDesign.Estimate {
    guard resampled.count > 20 else { return .init(value: value, low: value, high: value) }
    let sorted = resampled.sorted()
    func at(_ share: Double) -> Double { sorted[min(Int(share * Double(sorted.count)), sorted.count - 1)] }
    return .init(value: value, low: at(0.025), high: at(0.975))
  }

  private func indices(of means: [Double]) -> [(first: Double, total: Double)]? {
    let whole = GridEffects.variance(means)
    let size = means.map(abs).max() ?? 0
    // What is left of rounding where all are alike is no variance.
    guard whole > size * size * 1e-24 else { return nil }
    var stride = means.count
    return sizes.map { size in
      stride /= size
      var levels = Array(repeating: 0.0, count: size)
      for (point, mean) in means.enumerated() { levels[point / stride % size] += mean }
      let perLevel = Double(means.count / size)
      var along = 0.0
      for point in means.indices where point / stride % size == 0 {
        along += GridEffects.variance((0..<size).map { means[point + $0 * stride] })
      }
      return (GridEffects.variance(levels.map { $0 / perLevel }) / whole, along / perLevel / whole)
    }
  }

  /// Of a whole population.
  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }
}
