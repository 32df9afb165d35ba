import DiscreteEvent
import Foundation
import Testing

/// Samples and functions of each family against formulas that do not come from GSL.
@Suite struct DistributionTests {
  struct Family: Sendable, CustomTestStringConvertible {
    var name: String
    var make: @Sendable () throws -> Distribution
    /// The distribution function in closed form.
    var cdf: @Sendable (Double) -> Double
    var mean: Double
    var testDescription: String { name }
  }

  static let families: [Family] = [
    Family(name: "uniform", make: { try .uniform(from: -2, to: 6) }, cdf: { ($0 + 2) / 8 }, mean: 2),
    Family(name: "exponential", make: { try .exponential(mean: 3) }, cdf: { 1 - exp(-$0 / 3) }, mean: 3),
    Family(
      name: "lognormal by median and sigma", make: { try .lognormal(median: 5.3e3, sigma: 2.41) },
      cdf: { erfc(-log($0 / 5.3e3) / 2.41 / 2.0.squareRoot()) / 2 }, mean: 5.3e3 * exp(2.41 * 2.41 / 2)),
    Family(
      name: "lognormal by mean and sigma", make: { try .lognormal(mean: 7, sigma: 0.5) },
      cdf: { erfc(-(log($0 / 7) + 0.125) / 0.5 / 2.0.squareRoot()) / 2 }, mean: 7),
    // Shape 1/2 is half the square of a normal variable; shape 3 is the third event of a Poisson process.
    Family(
      name: "gamma of shape 1/2", make: { try .gamma(shape: 0.5, scale: 2) },
      cdf: { erf(($0 / 2).squareRoot()) }, mean: 1),
    Family(
      name: "gamma by mean and cv", make: { try .gamma(mean: 6, cv: (1.0 / 3).squareRoot()) },
      cdf: { 1 - exp(-$0 / 2) * (1 + $0 / 2 + $0 * $0 / 8) }, mean: 6),
    Family(
      name: "weibull", make: { try .weibull(scale: 2, shape: 2) }, cdf: { 1 - exp(-$0 * $0 / 4) },
      mean: Double.pi.squareRoot()),
    Family(
      name: "pareto", make: { try .pareto(scale: 2, shape: 3) }, cdf: { 1 - 8 / ($0 * $0 * $0) }, mean: 3),
    Family(
      name: "empirical", make: { try .empirical(quantiles: [(0, 1), (0.5, 3), (0.75, 3.5), (1, 8)]) },
      cdf: { $0 < 3 ? ($0 - 1) / 4 : $0 < 3.5 ? $0 / 2 - 1 : 0.75 + ($0 - 3.5) / 18 },
      mean: 0.5 * 2 + 0.25 * 3.25 + 0.25 * 5.75),
    Family(
      name: "truncated exponential", make: { try .exponential(mean: 3).clamped(min: 1, max: 4) },
      cdf: { (exp(-1.0 / 3) - exp(-$0 / 3)) / (exp(-1.0 / 3) - exp(-4.0 / 3)) },
      mean: (4 * exp(-1.0 / 3) - 7 * exp(-4.0 / 3)) / (exp(-1.0 / 3) - exp(-4.0 / 3))),
    Family(
      name: "truncated gamma", make: { try .gamma(shape: 1, scale: 3).clamped(max: 4) },
      cdf: { (1 - exp(-$0 / 3)) / (1 - exp(-4.0 / 3)) }, mean: (3 - 7 * exp(-4.0 / 3)) / (1 - exp(-4.0 / 3))),
    Family(
      name: "truncated empirical",
      make: { try .empirical(quantiles: [(0, 0), (0.5, 2), (1, 10)]).clamped(min: 1, max: 6) },
      cdf: { $0 < 2 ? ($0 - 1) / 2 : 0.5 + ($0 - 2) / 8 }, mean: 0.5 * 1.5 + 0.5 * 4),
  ]

  @Test(arguments: families)
  func `samples follow the distribution`(family: Family) throws {
    let distribution = try family.make()
    var stream = RandomStream(StreamKey(seed: 2025, entity: 7, purpose: .sizes))
    let sample = (0..<20_000).map { _ in distribution.sample(&stream) }
    #expect(kolmogorovSmirnov(sample, family.cdf) < kolmogorovLimit(20_000))
  }

  @Test(arguments: families)
  func `mean, quantiles and distribution function are those of the formula`(family: Family) throws {
    let distribution = try family.make()
    #expect(abs(distribution.mean / family.mean - 1) < 1e-9)
    for p in [1e-6, 0.001, 0.1, 0.25, 0.5, 0.6, 0.75, 0.95, 0.999, 1 - 1e-6] {
      let x = distribution.quantile(p)
      #expect(abs(family.cdf(x) - p) < 1e-9)
      #expect(abs(distribution.cdf(x) - p) < 1e-9)
    }
  }

  @Test(arguments: families)
  func `a draw takes one number of the stream and grows with it`(family: Family) throws {
    let distribution = try family.make()
    var stream = RandomStream(seed: 5)
    var other = stream
    var draws = (0..<500).map { _ in (u: other.uniform(), x: distribution.sample(&stream)) }
    #expect(stream == other)
    draws.sort { $0.u < $1.u }
    #expect(zip(draws, draws.dropFirst()).allSatisfy { $0.x <= $1.x })
    // Tabulated or not, a draw is the quantile.
    #expect(draws.allSatisfy { abs($0.x - distribution.quantile($0.u)) <= 1e-7 * abs($0.x) })
  }

  @Test(arguments: families)
  func `equal parameters make equal values`(family: Family) throws {
    #expect(try family.make() == family.make())
    #expect(try Set([family.make(), family.make(), .constant(1)]).count == 2)
  }

  /// `E[X | low <= X <= high] = low + the integral of 1 - F over low...high`.
  @Test(arguments: [
    ("uniform", 0.0, 3.0), ("exponential", 0.5, 9), ("lognormal by mean and sigma", 2, 11),
    ("gamma of shape 1/2", 0.5, 3), ("gamma by mean and cv", 2, 14), ("weibull", 0.5, 4), ("pareto", 3, 40),
  ])
  func `the mean of a truncated distribution is the integral`(name: String, low: Double, high: Double) throws
  {
    let family = try #require(DistributionTests.families.first { $0.name == name })
    let truncated = try family.make().clamped(min: low, max: high)
    let (below, upTo) = (family.cdf(low), family.cdf(high))
    let expected = low + integral(low, high) { 1 - (family.cdf($0) - below) / (upTo - below) }
    #expect(abs(truncated.mean / expected - 1) < 1e-8)
    #expect(truncated.quantile(0) >= low && truncated.quantile(1) <= high)
    #expect(truncated.cdf(low - 0.1) == 0 && truncated.cdf(high) == 1)
    // Truncating twice is truncating to what both allow.
    let twice = try truncated.clamped(min: low - 1, max: (low + high) / 2)
    let once = try family.make().clamped(min: low, max: (low + high) / 2)
    #expect(twice == once)
  }

  @Test func `a discrete mix is drawn by its weights`() throws {
    let mix = try Distribution.discrete([(4, 1), (1, 3), (2, 0), (9, 4), (4, 2)])
    var stream = RandomStream(seed: 3)
    var counts: [Double: Double] = [:]
    for _ in 0..<10_000 { counts[mix.sample(&stream), default: 0] += 1 }
    let chiSquare = [(1.0, 0.3), (4.0, 0.3), (9.0, 0.4)].reduce(0) { sum, entry in
      let expected = 10_000 * entry.1
      return sum + (counts[entry.0, default: 0] - expected) * (counts[entry.0, default: 0] - expected)
        / expected
    }
    #expect(counts.count == 3 && chiSquare < 13.8)  // 2 degrees of freedom, one in a thousand
    #expect(abs(mix.mean - 5.1) < 1e-12)
    #expect(mix.quantile(0) == 1 && mix.quantile(0.3) == 1 && mix.quantile(0.31) == 4 && mix.quantile(1) == 9)
    #expect(mix.cdf(0) == 0 && mix.cdf(1) == 0.3 && abs(mix.cdf(5) - 0.6) < 1e-12 && mix.cdf(9) == 1)
    let clamped = try mix.clamped(min: 2)
    #expect(abs(clamped.mean - (4 * 3 + 9 * 4) / 7.0) < 1e-12)
  }

  @Test func `a constant is always itself`() throws {
    let constant = try Distribution.constant(3)
    var stream = RandomStream(seed: 1)
    #expect(constant.sample(&stream) == 3 && constant.mean == 3)
    #expect(constant.cdf(2.9) == 0 && constant.cdf(3) == 1 && constant.quantile(0.1) == 3)
    #expect(try constant.clamped(min: 3, max: 3) == constant)
    // A lognormal without spread is a constant too.
    let flat = try Distribution.lognormal(median: 2, sigma: 0)
    #expect(flat.sample(&stream) == flat.mean && abs(flat.mean - 2) < 1e-15)
    #expect(flat.cdf(1) == 0 && flat.cdf(-1) == 0 && flat.cdf(3) == 1)
    #expect(try flat.clamped(min: 1, max: 3) == flat)
  }

  @Test func `an empirical distribution may have a value with a probability of its own`() throws {
    let steps = try Distribution.empirical(quantiles: [(0, 1), (0.2, 2), (0.7, 2), (1, 5)])
    #expect(steps.quantile(0.2) == 2 && steps.quantile(0.5) == 2 && steps.quantile(0.7) == 2)
    #expect(steps.cdf(2) == 0.7 && abs(steps.cdf(1.999_999) - 0.2) < 1e-6)
    #expect(steps.quantile(0) == 1 && steps.quantile(1) == 5 && steps.cdf(0) == 0 && steps.cdf(9) == 1)
    // Half of 0.2...0.7 and all above it: P(2) = 0.5 / 0.8.
    let upper = try steps.clamped(min: 2)
    #expect(abs(upper.cdf(2) - 0.625) < 1e-12 && upper.quantile(0.6) == 2)
  }

  @Test func `ends of the support are the quantiles at 0 and 1`() throws {
    #expect(try Distribution.exponential(mean: 1).quantile(0) == 0)
    #expect(try Distribution.exponential(mean: 1).quantile(1) == .infinity)
    #expect(try Distribution.lognormal(mu: 0, sigma: 1).quantile(1) == .infinity)
    #expect(try Distribution.gamma(shape: 2, scale: 1).quantile(1) == .infinity)
    #expect(try Distribution.gamma(shape: 2, scale: 1).quantile(0) == 0)
    #expect(try Distribution.pareto(scale: 4, shape: 1).quantile(0) == 4)
    #expect(try Distribution.uniform(from: 3, to: 4).quantile(1) == 4)
    for distribution in [
      try Distribution.exponential(mean: 1), try .gamma(shape: 2, scale: 1), try .weibull(scale: 1, shape: 2),
      try .lognormal(mu: 0, sigma: 1), try .pareto(scale: 1, shape: 1),
    ] {
      #expect(distribution.cdf(-1) == 0)
    }
    #expect(try Distribution.uniform(from: 3, to: 4).cdf(2) == 0)
    #expect(try Distribution.uniform(from: 3, to: 4).cdf(5) == 1)
  }

  @Test func `a heavy tail has no mean until it is cut`() throws {
    #expect(try Distribution.pareto(scale: 1, shape: 1).mean == .infinity)
    #expect(try Distribution.pareto(scale: 1, shape: 0.5).mean == .infinity)
    // f = 1/x^2 on 1...e: mean = 1 / (1 - 1/e).
    let cut = try Distribution.pareto(scale: 1, shape: 1).clamped(max: M_E)
    #expect(abs(cut.mean - 1 / (1 - 1 / M_E)) < 1e-12)
    // Nothing is cut: the mean stays that of the base.
    #expect(try abs(Distribution.exponential(mean: 2).clamped(min: 0).mean - 2) < 1e-12)
  }

  @Test func `a lognormal is found from median or mean and 95th percentile`() throws {
    let byMedian = try Distribution.lognormal(median: 10, p95: 80)
    #expect(abs(byMedian.quantile(0.5) - 10) < 1e-9 && abs(byMedian.quantile(0.95) - 80) < 1e-9)
    for p95 in [10.01, 15, 30, 38.6] {
      let byMean = try Distribution.lognormal(mean: 10, p95: p95)
      #expect(abs(byMean.mean - 10) < 1e-9 && abs(byMean.quantile(0.95) - p95) < 1e-8)
    }
  }

  /// Tiny shapes drive quantiles to zero, where GSL's iteration may give up, and large ones towards a normal.
  @Test(arguments: [0.01, 0.05, 0.3, 1, 7, 150, 20_000])
  func `gamma quantiles hold for extreme shapes`(shape: Double) throws {
    let gamma = try Distribution.gamma(shape: shape, scale: 3)
    var stream = RandomStream(seed: 8)
    for p in [1e-9, 1e-4, 0.01, 0.3, 0.5, 0.9, 0.9999, 1 - 1e-9] {
      let x = gamma.quantile(p)
      #expect(x.isFinite && x >= 0)
      if x > 1e-290 { #expect(abs(gamma.cdf(x) - p) < 1e-8) }
    }
    for _ in 0..<200 {
      var copy = stream
      let exact = gamma.quantile(copy.uniform())
      let drawn = gamma.sample(&stream)
      #expect(abs(drawn - exact) <= 1e-6 * exact)
    }
  }
}
