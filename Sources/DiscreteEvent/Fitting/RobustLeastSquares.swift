/// Least squares that a few wild residuals cannot pull about, over several kinds of residuals of unequal scatter.
///
/// Iteratively re-weighted (Holland and Welsch, 1977): each residual counts by Cauchy's weight `1 / (1 + (r / (c s))²)`,
/// where `s` is the scatter of its own group, from the median of the absolute residuals, and `c` = 2.385 keeps 95 % of
/// the efficiency of plain least squares on residuals that are normal.
package struct RobustLeastSquares {
  package struct Fit: Sendable {
    package let fit: LeastSquares.Fit
    /// The scatter of each group's residuals: 1.4826 times their median absolute size, a standard deviation if normal.
    package let scales: [Double]
    /// Of each residual, from 0 to 1: how much it counted beside one of its group that fits perfectly.
    package let weights: [Double]
    /// The logarithm of how unlikely the residuals are, up to a constant, were they Cauchy's with the scatter of their
    /// group: what tells which of two fits of the same residuals is better.
    package let badness: Double
    /// Whether the weights and the parameters agreed in the end; else the passes ran out.
    package let hasSettled: Bool
  }

  /// The group of each residual, from 0.
  package var groups: [Int]
  package var leastScale = usualLeastScale
  package var passes = 25
  private var problem: LeastSquares

  package init(_ problem: LeastSquares, groups: [Int]) {
    self.problem = problem
    self.groups = groups
  }

  /// How near each pass comes to its minimum, and in how many steps at most.
  package mutating func tolerance(_ tolerance: Double, iterations: Int) {
    problem.tolerance = tolerance
    problem.iterations = iterations
  }

  /// Where the search starts.
  package mutating func begin(at start: [Double]) { problem.start = start }

  package func solve() throws(LeastSquares.Failure) -> Fit {
    var problem = problem
    var residuals = problem.residuals(problem.start)
    precondition(residuals.count == groups.count, "each residual has its group")
    guard residuals.allSatisfy(\.isFinite) else { throw .notFinite }
    var pass = 0
    while true {
      pass += 1
      let (scales, weights) = Self.scalesAndWeights(of: residuals, groups, leastScale)
      problem.weights = zip(weights, groups).map { $0 / (scales[$1] * scales[$1]) }
      let fit = try problem.solve()
      // A change that is small beside the step of a derivative, or beside what the residuals tell, is none.
      let isSettled = fit.parameters.indices.allSatisfy { i in
        abs(fit.parameters[i] - problem.start[i]) <= 0.05 * max(problem.steps[i], fit.standardErrors[i] ?? 0)
      }
      residuals = fit.residuals
      problem.start = fit.parameters
      if isSettled || pass == passes {
        let scales = Self.scalesAndWeights(of: residuals, groups, leastScale).scales
        return Fit(
          fit: fit, scales: scales, weights: weights, badness: Self.badness(of: residuals, scales, groups),
          hasSettled: isSettled)
      }
    }
  }

  private static func badness(of residuals: [Double], _ scales: [Double], _ groups: [Int]) -> Double {
    zip(residuals, groups).reduce(0) { sum, pair in
      let distance = pair.0 / (2.385 * scales[pair.1])
      return sum + GSL.logarithm(scales[pair.1]) + 2.385 * 2.385 / 2 * GSL.logarithm(1 + distance * distance)
    }
  }

  /// No group's scatter is taken for less, so that a group that fits perfectly does not outweigh all others.
  package static let usualLeastScale = 0.003

  /// The scatter of each group, and how much each residual counts beside it.
  package static func scalesAndWeights(
    of residuals: [Double], _ groups: [Int], _ leastScale: Double = usualLeastScale
  ) -> (scales: [Double], weights: [Double]) {
    let scales = scales(of: residuals, groups, leastScale)
    let weights = zip(residuals, groups).map { residual, group in
      let distance = residual / (2.385 * scales[group])
      return 1 / (1 + distance * distance)
    }
    return (scales, weights)
  }

  /// The median absolute residual of each group, in standard deviations of a normal distribution.
  private static func scales(of residuals: [Double], _ groups: [Int], _ leastScale: Double) -> [Double] {
    (0...(groups.max() ?? 0)).map { group in
      let sizes = zip(residuals, groups).filter { $0.1 == group }.map { abs($0.0) }.sorted()
      guard !sizes.isEmpty else { return leastScale }
      let middle = sizes.count / 2
      let median = sizes.count.isMultiple(of: 2) ? (sizes[middle - 1] + sizes[middle]) / 2 : sizes[middle]
      return max(leastScale, 1.4826 * median)
    }
  }
}
