/// A probability distribution over real numbers, sampled by inverse transform of exactly one uniform.
///
///     let sizes = try Distribution.lognormal(median: 5.3e3, sigma: 2.41).clamped(min: 0, max: 1e9)
///     var stream = RandomStream(StreamKey(seed: 1, entity: 42, purpose: .sizes))
///     let size = sizes.sample(&stream)
///
/// One draw consumes one number of the stream and grows with it, whatever the family: two variants of a scenario that
/// use different distributions stay paired. Values carry the unit of whoever asks (bytes, seconds, ...). A value of
/// this type is always valid: factories refuse parameters that make no sense with a ``DistributionError``.
public struct Distribution: Hashable, Sendable {
  /// The families; parameters have been checked.
  enum Shape: Hashable, Sendable {
    case constant(Double)
    case uniform(from: Double, to: Double)
    case exponential(mean: Double)
    /// Of the logarithm: mean and standard deviation.
    case lognormal(mu: Double, sigma: Double)
    case gamma(GammaQuantiles)
    case weibull(scale: Double, shape: Double)
    case pareto(scale: Double, shape: Double)
    case discrete(DiscreteMix)
    case empirical(EmpiricalQuantiles)
    indirect case truncated(Truncated)
  }

  let shape: Shape

  init(_ shape: Shape) { self.shape = shape }

  /// A draw: ``quantile(_:)`` of the stream's next uniform number.
  ///
  /// For the gamma family the quantile comes from a table here (relative error below 1e-6), because GSL takes more
  /// than a microsecond for it.
  public func sample(_ stream: inout RandomStream) -> Double { fastQuantile(stream.uniform()) }

  /// The quantile as sampling uses it.
  func fastQuantile(_ p: Double) -> Double {
    switch shape {
    case .gamma(let gamma): gamma.tabulated(p)
    case .truncated(let truncated): truncated.quantile(p) { truncated.base.fastQuantile($0) }
    case .constant, .uniform, .exponential, .lognormal, .weibull, .pareto, .discrete, .empirical: quantile(p)
    }
  }

  // MARK: - Functions

  /// The least x with `cdf(x) >= p`; `p` must lie in 0...1. The ends give the ends of the support, which may be
  /// infinite.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a quantile is asked for at a probability, not at \(p)")
    switch shape {
    case .constant(let value): return value
    case .uniform(let from, let to): return min(from + p * (to - from), to)
    case .exponential(let mean): return GSL.exponentialQuantile(p, mean: mean)
    case .lognormal(let mu, let sigma): return Lognormal.quantile(p, mu: mu, sigma: sigma)
    case .gamma(let gamma): return gamma.quantile(p)
    case .weibull(let scale, let shape): return GSL.weibullQuantile(p, scale: scale, shape: shape)
    case .pareto(let scale, let shape): return GSL.paretoQuantile(p, scale: scale, shape: shape)
    case .discrete(let mix): return mix.quantile(p)
    case .empirical(let points): return points.quantile(p)
    case .truncated(let truncated): return truncated.quantile(p) { truncated.base.quantile($0) }
    }
  }

  /// The probability of a value of at most `x`.
  public func cdf(_ x: Double) -> Double {
    switch shape {
    case .constant(let value): return x >= value ? 1 : 0
    case .uniform(let from, let to): return x <= from ? 0 : x >= to ? 1 : (x - from) / (to - from)
    case .exponential(let mean): return x <= 0 ? 0 : GSL.exponentialCDF(x, mean: mean)
    case .lognormal(let mu, let sigma): return Lognormal.cdf(x, mu: mu, sigma: sigma)
    case .gamma(let gamma): return gamma.cdf(x)
    case .weibull(let scale, let shape): return x <= 0 ? 0 : GSL.weibullCDF(x, scale: scale, shape: shape)
    case .pareto(let scale, let shape): return x <= scale ? 0 : GSL.paretoCDF(x, scale: scale, shape: shape)
    case .discrete(let mix): return mix.cdf(x)
    case .empirical(let points): return points.cdf(x)
    case .truncated(let truncated): return truncated.cdf(x)
    }
  }

  /// The expected value; infinity where the integral diverges (Pareto with a shape of at most 1).
  public var mean: Double {
    switch shape {
    case .constant(let value): return value
    case .uniform(let from, let to): return from + (to - from) / 2
    case .exponential(let mean): return mean
    case .lognormal(let mu, let sigma): return Lognormal.mean(mu: mu, sigma: sigma)
    case .gamma(let gamma): return gamma.shape * gamma.scale
    case .weibull(let scale, let shape): return scale * GSL.gammaFunction(1 + 1 / shape)
    case .pareto(let scale, let shape): return shape > 1 ? scale * shape / (shape - 1) : .infinity
    case .discrete(let mix): return mix.mean
    case .empirical(let points): return points.mean
    case .truncated(let truncated): return truncated.mean
    }
  }
}
