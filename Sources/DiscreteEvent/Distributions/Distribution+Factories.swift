internal import CGSL

extension Distribution {
  /// Always `value`.
  public static func constant(_ value: Double) throws(DistributionError) -> Distribution {
    try Check.finite(value, "value", of: "constant")
    return Distribution(.constant(value))
  }

  /// Every value between `from` and `to` alike; `from` must be below `to`.
  public static func uniform(from: Double, to: Double) throws(DistributionError) -> Distribution {
    try Check.finite(from, "lower end", of: "uniform")
    try Check.finite(to, "upper end", of: "uniform")
    guard from < to, (to - from).isFinite else {
      throw DistributionError("uniform: it runs from \(from) to \(to), but the lower end must come first")
    }
    return Distribution(.uniform(from: from, to: to))
  }

  /// The time between events that happen at any moment alike, `1 - exp(-x / mean)`.
  public static func exponential(mean: Double) throws(DistributionError) -> Distribution {
    try Check.positive(mean, "mean", of: "exponential")
    return Distribution(.exponential(mean: mean))
  }

  /// `scale` times a Weibull variable: `1 - exp(-(x / scale)^shape)`.
  public static func weibull(scale: Double, shape: Double) throws(DistributionError) -> Distribution {
    try Check.positive(scale, "scale", of: "weibull")
    try Check.positive(shape, "shape", of: "weibull")
    return Distribution(.weibull(scale: scale, shape: shape))
  }

  /// Pareto's power law: `1 - (scale / x)^shape` from `scale` on. The mean is infinite for a shape of at most 1.
  public static func pareto(scale: Double, shape: Double) throws(DistributionError) -> Distribution {
    try Check.positive(scale, "scale", of: "pareto")
    try Check.positive(shape, "shape", of: "pareto")
    return Distribution(.pareto(scale: scale, shape: shape))
  }

  /// One of the given values, with a chance in proportion to its weight.
  public static func discrete(
    _ choices: [(value: Double, weight: Double)]
  ) throws(DistributionError) -> Distribution {
    Distribution(.discrete(try DiscreteMix(choices)))
  }

  /// Straight lines between known quantiles, such as `[(0, 1), (0.5, 3), (0.99, 40), (1, 60)]`; the first must be at
  /// probability 0 and the last at 1.
  public static func empirical(
    quantiles points: [(p: Double, value: Double)]
  ) throws(DistributionError) -> Distribution {
    Distribution(.empirical(try EmpiricalQuantiles(points)))
  }

  // MARK: - Gamma

  /// The gamma distribution with mean `shape * scale` and variance `shape * scale^2`.
  public static func gamma(shape: Double, scale: Double) throws(DistributionError) -> Distribution {
    try Check.positive(shape, "shape", of: "gamma")
    try Check.positive(scale, "scale", of: "gamma")
    return Distribution(.gamma(GammaQuantiles(shape: shape, scale: scale)))
  }

  /// The gamma distribution with this mean and coefficient of variation (standard deviation / mean):
  /// `shape = 1 / cv^2`, `scale = mean cv^2`.
  public static func gamma(mean: Double, cv: Double) throws(DistributionError) -> Distribution {
    try Check.positive(mean, "mean", of: "gamma")
    try Check.positive(cv, "coefficient of variation", of: "gamma")
    return try gamma(shape: 1 / (cv * cv), scale: mean * cv * cv)
  }
}

// MARK: - Lognormal

extension Distribution {
  /// The distribution whose logarithm is normal with mean `mu` and standard deviation `sigma`.
  public static func lognormal(mu: Double, sigma: Double) throws(DistributionError) -> Distribution {
    try Check.finite(mu, "mu", of: "lognormal")
    try Check.notNegative(sigma, "sigma", of: "lognormal")
    return Distribution(.lognormal(mu: mu, sigma: sigma))
  }

  /// By its median `exp(mu)`.
  public static func lognormal(median: Double, sigma: Double) throws(DistributionError) -> Distribution {
    try Check.positive(median, "median", of: "lognormal")
    return try lognormal(mu: log(median), sigma: sigma)
  }

  /// By its mean `exp(mu + sigma^2 / 2)`.
  public static func lognormal(mean: Double, sigma: Double) throws(DistributionError) -> Distribution {
    try Check.positive(mean, "mean", of: "lognormal")
    return try lognormal(mu: log(mean) - sigma * sigma / 2, sigma: sigma)
  }

  /// By its median and 95th percentile: `sigma = ln(p95 / median) / z`, z = 1.645.
  public static func lognormal(median: Double, p95: Double) throws(DistributionError) -> Distribution {
    try Check.positive(median, "median", of: "lognormal")
    try Check.positive(p95, "95th percentile", of: "lognormal")
    guard p95 >= median else {
      throw DistributionError("lognormal: the 95th percentile \(p95) lies below the median \(median)")
    }
    return try lognormal(mu: log(median), sigma: log(p95 / median) / Lognormal.z95)
  }

  /// By its mean and 95th percentile.
  ///
  /// From `ln(p95 / mean) = z sigma - sigma^2 / 2` follow two sigmas; the smaller one is meant here. None exists where
  /// the 95th percentile exceeds `exp(z^2 / 2)` = 3.87 times the mean, and none below z where it is at most the mean.
  public static func lognormal(mean: Double, p95: Double) throws(DistributionError) -> Distribution {
    try Check.positive(mean, "mean", of: "lognormal")
    try Check.positive(p95, "95th percentile", of: "lognormal")
    let ratio = log(p95 / mean)
    let discriminant = Lognormal.z95 * Lognormal.z95 - 2 * ratio
    guard ratio > 0 else {
      throw DistributionError(
        "lognormal: the 95th percentile \(p95) must lie above the mean \(mean); give median and sigma instead"
      )
    }
    guard discriminant >= 0 else {
      throw DistributionError(
        "lognormal: no lognormal has a 95th percentile (\(p95)) of more than 3.868 times its mean (\(mean))")
    }
    // z - sqrt(z^2 - 2 r), written without the cancellation.
    let sigma = 2 * ratio / (Lognormal.z95 + discriminant.squareRoot())
    return try lognormal(mean: mean, sigma: sigma)
  }
}
