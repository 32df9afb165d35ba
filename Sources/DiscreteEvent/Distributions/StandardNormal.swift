/// The normal distribution of mean 0 and variance 1.
package enum StandardNormal {
  /// The value that is not exceeded with probability `p`, which lies between 0 and 1, both excluded.
  package static func quantile(_ p: Double) -> Double { GSL.normalQuantile(p) }
}
