internal import CGSL

/// A continuous distribution under the condition that the value lies within bounds.
struct Truncated: Hashable, Sendable {
  /// Never itself truncated, discrete or empirical.
  let base: Distribution
  let low: Double
  let high: Double
  /// The probabilities, under the base, of at most `low` and of at most `high`.
  let below: Double
  let upTo: Double

  /// The least probability that the bounds may hold. Below it the distribution function's rounding errors would show.
  static let leastProbability = 1e-6

  /// Nil if next to nothing lies within the bounds.
  init?(_ base: Distribution, _ low: Double, _ high: Double) {
    self.base = base
    self.low = low
    self.high = high
    below = base.cdf(low)
    upTo = base.cdf(high)
    guard upTo - below >= Truncated.leastProbability else { return nil }
  }

  /// The base's quantile at the probability that `p` of the kept part corresponds to: no rejection, one uniform.
  func quantile(_ p: Double, ofBase baseQuantile: (Double) -> Double) -> Double {
    min(max(baseQuantile(below + p * (upTo - below)), low), high)
  }

  func cdf(_ x: Double) -> Double {
    x < low ? 0 : x >= high ? 1 : min(max((base.cdf(x) - below) / (upTo - below), 0), 1)
  }

  var mean: Double {
    let part = base.partialMean(high) - base.partialMean(low)
    // A difference of two numbers close to each other may leave the bounds by a rounding error.
    return min(max(part / (upTo - below), low), high)
  }
}

extension Distribution {
  /// The distribution under the condition that the value lies within `min...max` (either may be infinite).
  ///
  /// Not the same as moving what lies outside to the bounds: no value has a probability of its own afterwards. Still
  /// one uniform per draw. Refused where the bounds hold less than a millionth of the distribution.
  public func clamped(
    min low: Double = -.infinity, max high: Double = .infinity
  ) throws(DistributionError) -> Distribution {
    guard low <= high else {
      throw DistributionError(
        "truncation: the bounds \(low)...\(high) are the wrong way round, or not numbers")
    }
    let restricted: Shape? =
      switch shape {
      case .constant(let value): low <= value && value <= high ? shape : nil
      case .lognormal(_, sigma: 0): low <= mean && mean <= high ? shape : nil
      case .discrete(let mix): mix.restricted(low, high).map(Shape.discrete)
      case .empirical(let points): points.restricted(low, high).map(Shape.empirical)
      case .truncated(let inner):
        Truncated(inner.base, max(low, inner.low), min(high, inner.high)).map(Shape.truncated)
      case .uniform, .exponential, .lognormal, .gamma, .weibull, .pareto:
        Truncated(self, low, high).map(Shape.truncated)
      }
    guard let restricted else {
      throw DistributionError("truncation: next to nothing of the distribution lies within \(low)...\(high)")
    }
    return Distribution(restricted)
  }

  /// `E[X; X <= x]`: what the values up to `x` contribute to the mean (for the continuous families).
  func partialMean(_ x: Double) -> Double {
    if x == .infinity { return mean }
    switch shape {
    case .uniform(let from, let to):
      let top = min(max(x, from), to)
      return (top - from) * (top + from) / (2 * (to - from))
    case .exponential(let mean):
      return x <= 0 ? 0 : mean - (x + mean) * exp(-x / mean)
    case .lognormal(let mu, let sigma):
      return Lognormal.partialMean(x, mu: mu, sigma: sigma)
    case .gamma(let gamma):
      return gamma.partialMean(x)
    case .weibull(let scale, let shape):
      // With y = (x / scale)^shape: scale Gamma(1 + 1/shape) P(1 + 1/shape, y).
      return x <= 0 ? 0 : mean * GSL.gammaCDF(pow(x / scale, shape), shape: 1 + 1 / shape, scale: 1)
    case .pareto(let scale, let shape):
      guard x > scale else { return 0 }
      if shape == 1 { return scale * log(x / scale) }
      return shape / (1 - shape) * (pow(scale, shape) * pow(x, 1 - shape) - scale)
    case .constant, .discrete, .empirical, .truncated:
      preconditionFailure("only a continuous family is truncated")
    }
  }
}
