import DiscreteEvent
import Testing

@Suite struct DistributionErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var message: String
    var make: @Sendable () throws -> Distribution
    var testDescription: String { message }

    init(_ message: String, _ make: @escaping @Sendable () throws -> Distribution) {
      self.message = message
      self.make = make
    }
  }

  @Test(arguments: [
    Case("constant: the value is nan, but must be a finite number") { try .constant(.nan) },
    Case("uniform: it runs from 3.0 to 3.0, but the lower end must come first") {
      try .uniform(from: 3, to: 3)
    },
    Case("uniform: the upper end is inf, but must be a finite number") {
      try .uniform(from: 3, to: .infinity)
    },
    Case("exponential: the mean is -3.0, but must be above zero") { try .exponential(mean: -3) },
    Case("exponential: the mean is 0.0, but must be above zero") { try .exponential(mean: 0) },
    Case("weibull: the scale is 0.0, but must be above zero") { try .weibull(scale: 0, shape: 1) },
    Case("weibull: the shape is -1.0, but must be above zero") { try .weibull(scale: 1, shape: -1) },
    Case("pareto: the scale is inf, but must be a finite number") { try .pareto(scale: .infinity, shape: 1) },
    Case("pareto: the shape is 0.0, but must be above zero") { try .pareto(scale: 1, shape: 0) },
    Case("gamma: the shape is 0.0, but must be above zero") { try .gamma(shape: 0, scale: 1) },
    Case("gamma: the scale is nan, but must be a finite number") { try .gamma(shape: 1, scale: .nan) },
    Case("gamma: the mean is -1.0, but must be above zero") { try .gamma(mean: -1, cv: 1) },
    Case("gamma: the coefficient of variation is 0.0, but must be above zero") { try .gamma(mean: 1, cv: 0) },
    Case("lognormal: the sigma is -1.0, but must not be negative") { try .lognormal(mu: 0, sigma: -1) },
    Case("lognormal: the mu is inf, but must be a finite number") { try .lognormal(mu: .infinity, sigma: 1) },
    Case("lognormal: the median is 0.0, but must be above zero") { try .lognormal(median: 0, sigma: 1) },
    Case("lognormal: the mean is 0.0, but must be above zero") { try .lognormal(mean: 0, sigma: 1) },
    Case("lognormal: the 95th percentile 5.0 lies below the median 10.0") {
      try .lognormal(median: 10, p95: 5)
    },
    Case(
      "lognormal: the 95th percentile 10.0 must lie above the mean 10.0; give median and sigma instead"
    ) { try .lognormal(mean: 10, p95: 10) },
    Case(
      "lognormal: no lognormal has a 95th percentile (38.7) of more than 3.868 times its mean (10.0)"
    ) { try .lognormal(mean: 10, p95: 38.7) },
    Case("discrete: there must be at least one value with a weight above zero") { try .discrete([(1, 0)]) },
    Case("discrete: the weight is -1.0, but must not be negative") { try .discrete([(1, -1)]) },
    Case("discrete: the value is inf, but must be a finite number") { try .discrete([(.infinity, 1)]) },
    Case("empirical: at least two quantiles are needed, at probabilities 0 and 1") {
      try .empirical(quantiles: [(0, 1)])
    },
    Case(
      "empirical: the quantiles must start at probability 0 and end at 1, or the least and the greatest value are "
        + "unknown; they run from 0.05 to 1.0"
    ) { try .empirical(quantiles: [(0.05, 1), (1, 2)]) },
    Case("empirical: probability 0.5 must lie above 0.5, which stands before it") {
      try .empirical(quantiles: [(0, 1), (0.5, 2), (0.5, 3), (1, 4)])
    },
    Case("empirical: the value 1.5 at 1.0 lies below 2.0 at 0.5") {
      try .empirical(quantiles: [(0, 1), (0.5, 2), (1, 1.5)])
    },
    Case("empirical: the value is nan, but must be a finite number") {
      try .empirical(quantiles: [(0, 1), (1, .nan)])
    },
    Case("truncation: the bounds 4.0...1.0 are the wrong way round, or not numbers") {
      try .exponential(mean: 1).clamped(min: 4, max: 1)
    },
    Case("truncation: next to nothing of the distribution lies within 40.0...50.0") {
      try .exponential(mean: 1).clamped(min: 40, max: 50)
    },
    Case("truncation: next to nothing of the distribution lies within 4.0...5.0") {
      try .constant(3).clamped(min: 4, max: 5)
    },
    Case("truncation: next to nothing of the distribution lies within 4.0...5.0") {
      try .discrete([(1, 1), (6, 1)]).clamped(min: 4, max: 5)
    },
    Case("truncation: next to nothing of the distribution lies within 4.0...5.0") {
      try .empirical(quantiles: [(0, 1), (1, 3)]).clamped(min: 4, max: 5)
    },
  ])
  func `parameters without sense are refused in words`(entry: Case) {
    let error = #expect(throws: DistributionError.self) { try entry.make() }
    #expect(error?.message == entry.message)
    #expect(error?.description == entry.message)
  }

  @Test func `a quantile outside of the unit interval is a mistake of the caller`() async {
    await #expect(processExitsWith: .failure) { _ = try Distribution.constant(1).quantile(1.5) }
  }
}
