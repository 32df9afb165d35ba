internal import CGSL

/// The lognormal distribution's functions (Johnson, Kotz and Balakrishnan 1994, chapter 14).
enum Lognormal {
  /// The 95th percentile of the standard normal distribution.
  static let z95 = GSL.normalQuantile(0.95)

  static func quantile(_ p: Double, mu: Double, sigma: Double) -> Double {
    sigma == 0 ? exp(mu) : exp(mu + sigma * GSL.normalQuantile(p))
  }

  static func cdf(_ x: Double, mu: Double, sigma: Double) -> Double {
    guard x > 0 else { return 0 }
    if sigma == 0 { return x >= exp(mu) ? 1 : 0 }
    return GSL.normalCDF((log(x) - mu) / sigma)
  }

  static func mean(mu: Double, sigma: Double) -> Double { exp(mu + sigma * sigma / 2) }

  /// `E[X; X <= x]`, the part of the mean that values up to `x` contribute.
  static func partialMean(_ x: Double, mu: Double, sigma: Double) -> Double {
    guard x > 0 else { return 0 }
    if sigma == 0 { return x >= exp(mu) ? exp(mu) : 0 }
    return mean(mu: mu, sigma: sigma) * GSL.normalCDF((log(x) - mu) / sigma - sigma)
  }
}
