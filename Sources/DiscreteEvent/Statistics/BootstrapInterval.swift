/// An interval for a mean that asks for no shape of distribution: bias-corrected and accelerated bootstrap.
///
/// Efron, "Better Bootstrap Confidence Intervals", JASA 82 (1987), 171-185. The samples are drawn again with
/// replacement; the interval is read off the quantiles of the means so found, shifted by how far their median is off
/// (z0) and by how the spread changes with the mean (the acceleration, from the jackknife).
///
/// Of few samples it is too narrow, as every bootstrap is: it takes the samples' own spread for the true one. Hesterberg
/// ("What Teachers Should Know About the Bootstrap", The American Statistician 69 (2015), 371-386) expands it by reading
/// it off further outside, where Student's interval would end if the samples were normal.
public struct BootstrapInterval: Hashable, Sendable, Codable {
  public let mean: Double
  public let low: Double
  public let high: Double
  public let level: Double

  /// - Parameters:
  ///   - samples: One number per replication, or the difference of a pair; all finite.
  ///   - level: The interval's confidence, above 0 and below 1: 0.95 for 95 %.
  ///   - isExpanded: Whether it is widened for the number of samples.
  ///   - resamples: How often they are drawn again. Efron and Tibshirani (1993) ask for at least 1,000.
  ///   - stream: All chance comes from it: the same stream gives the same interval.
  /// - Returns: `nil` below two samples. Samples that are all alike give an interval without width.
  public init?(
    _ samples: [Double], level: Double = 0.95, isExpanded: Bool = false, resamples: Int = 2_000,
    stream: RandomStream
  ) {
    precondition(level > 0 && level < 1, "a confidence lies between 0 and 1")
    precondition(resamples >= 100, "so few resamples say nothing")
    guard samples.count > 1 else { return nil }
    let count = samples.count
    let mean = samples.reduce(0, +) / Double(count)
    self.mean = mean
    self.level = level
    var stream = stream
    var means: [Double] = []
    means.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var sum = 0.0
      for _ in 0..<count { sum += samples[stream.index(below: count)] }
      means.append(sum / Double(count))
    }
    means.sort()
    guard let least = means.first, let most = means.last, least < most else {
      low = mean
      high = mean
      return
    }
    // Means that equal the sample's count half: with few samples there are many of them.
    let below = means.reduce(0.0) { $0 + ($1 < mean ? 1 : $1 == mean ? 0.5 : 0) }
    let share = min(max(below / Double(resamples), 0.5 / Double(resamples)), 1 - 0.5 / Double(resamples))
    let bias = GSL.normalQuantile(share)
    let acceleration = Self.acceleration(of: samples, mean)
    func quantile(_ deviate: Double) -> Double {
      let z = bias + deviate
      let shifted = GSL.normalCDF(bias + z / max(1 - acceleration * z, 1e-9))
      let place = min(max(shifted * Double(resamples) - 0.5, 0), Double(resamples - 1))
      let (index, rest) = (Int(place), place - place.rounded(.down))
      return means[index] + rest * (means[min(index + 1, resamples - 1)] - means[index])
    }
    let deviate = isExpanded ? Self.expanded(level, count) : GSL.normalQuantile((1 + level) / 2)
    low = quantile(-deviate)
    high = quantile(deviate)
  }

  /// How many deviations from the middle the ends are read off, were the resamples normal: Hesterberg's section 3.3.
  private static func expanded(_ level: Double, _ count: Int) -> Double {
    GSL.studentQuantile((1 + level) / 2, degrees: Double(count - 1))
      * (Double(count) / Double(count - 1)).squareRoot()
  }

  /// A sixth of the skewness of the jackknifed means over the root of their number: Efron's equation 6.6 for a mean.
  private static func acceleration(of samples: [Double], _ mean: Double) -> Double {
    var (squares, cubes) = (0.0, 0.0)
    for sample in samples {
      let distance = sample - mean
      squares += distance * distance
      cubes += distance * distance * distance
    }
    return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
  }
}
