/// Least squares that a few wild residuals cannot pull about, over several kinds of residuals of unequal scatter.
///
/// The most likely parameters if the residuals of each group were Student's t with ``freedom`` degrees of freedom and a
/// scale of the group's own, which is found along with them (Lange, Little and Taylor 1989). That is one function to
/// make small, ``badness``, so a search that is begun where another ended stays there. It is walked by re-weighting
/// (their EM): each residual counts by `1 / (1 + (r / s)² / ν)`, each pass takes one step of least squares, and a step
/// that does not help is halved.
package struct RobustLeastSquares {
  package struct Fit: Sendable {
    package let fit: LeastSquares.Fit
    /// The scale of each group's residuals.
    package let scales: [Double]
    /// Of each residual, from 0 to 1: how much it counted beside one of its group that fits perfectly.
    package let weights: [Double]
    /// How unlikely the residuals are.
    package let badness: Double
    /// Whether no step helped any more; else the passes ran out.
    package let hasSettled: Bool
  }

  /// The group of each residual, from 0.
  package var groups: [Int]
  package var leastScale = usualLeastScale
  /// No group's scatter is taken for more than this, by group; empty for no bound. Without one, a group of which nothing
  /// fits is declared noise, and the parameters serve the others alone.
  package var mostScales: [Double] = []
  package var passes = 40
  private var problem: LeastSquares

  package init(_ problem: LeastSquares, groups: [Int], mostScales: [Double] = []) {
    self.problem = problem
    self.groups = groups
    self.mostScales = mostScales
    self.problem.tolerance = 1e-3
    self.problem.iterations = 1
  }

  /// Where the search starts.
  package mutating func begin(at start: [Double]) { problem.start = start }

  /// A gain in ``badness`` below this is none.
  package static let leastGain = 1e-3
  private static let mostHalvings = 4

  package func solve() throws(LeastSquares.Failure) -> Fit {
    var problem = problem
    var residuals = problem.residuals(problem.start)
    precondition(residuals.count == groups.count, "each residual has its group")
    guard residuals.allSatisfy(\.isFinite) else { throw .notFinite }
    var badness = self.badness(of: residuals)
    var hasSettled = false
    for _ in 0..<passes where !hasSettled {
      weigh(&problem, residuals)
      let aim = try problem.solve().parameters
      let better = try nearer(aim, problem, than: badness)
      hasSettled = better == nil
      if let better { (problem.start, residuals, badness) = better }
    }
    return try fit(problem, hasSettled: hasSettled)
  }

  /// Between the start and the aim, as near to the aim as is better than the start.
  private func nearer(
    _ aim: [Double], _ problem: LeastSquares, than badness: Double
  ) throws(LeastSquares.Failure) -> ([Double], [Double], badness: Double)? {
    var share = 1.0
    for _ in 0...Self.mostHalvings {
      let point = zip(problem.start, aim).map { $0 + share * ($1 - $0) }
      let residuals = problem.residuals(point)
      guard residuals.allSatisfy(\.isFinite) else { throw .notFinite }
      let found = self.badness(of: residuals)
      if found < badness - Self.leastGain { return (point, residuals, found) }
      share /= 2
    }
    return nil
  }

  private func weigh(_ problem: inout LeastSquares, _ residuals: [Double]) {
    let (scales, weights) = scalesAndWeights(of: residuals)
    problem.weights = zip(weights, groups).map { $0 / (scales[$1] * scales[$1]) }
  }

  /// What there is at the start of a problem, which is where the search ended.
  private func fit(_ problem: LeastSquares, hasSettled: Bool) throws(LeastSquares.Failure) -> Fit {
    var problem = problem
    let residuals = problem.residuals(problem.start)
    weigh(&problem, residuals)
    let (scales, weights) = scalesAndWeights(of: residuals)
    return Fit(
      fit: try problem.stay(), scales: scales, weights: weights,
      badness: badness(of: residuals), hasSettled: hasSettled)
  }

  private func badness(of residuals: [Double]) -> Double {
    Self.badness(of: residuals, groups, leastScale, mostScales: mostScales)
  }

  private func scalesAndWeights(of residuals: [Double]) -> (scales: [Double], weights: [Double]) {
    Self.scalesAndWeights(of: residuals, groups, leastScale, mostScales: mostScales)
  }

  /// What was found at a point that another search came to.
  package func evaluate(at point: [Double], hasSettled: Bool) throws(LeastSquares.Failure) -> Fit {
    var problem = problem
    problem.start = point
    return try fit(problem, hasSettled: hasSettled)
  }

  // MARK: - Student's t

  /// Of the distribution of residuals: 3 is hardly moved by one wild residual of ten, and loses a tenth of what plain
  /// least squares make of residuals that are normal.
  package static let freedom = 3.0

  /// No group's scatter is taken for less, so that a group that fits perfectly does not outweigh all others.
  package static let usualLeastScale = 0.003

  /// The logarithm of how unlikely the residuals are, each group with its likeliest scale, up to a constant.
  package static func badness(
    of residuals: [Double], _ groups: [Int], _ leastScale: Double = usualLeastScale,
    mostScales: [Double] = []
  ) -> Double {
    let scales = scales(of: residuals, groups, leastScale, mostScales)
    return zip(residuals, groups).reduce(0) { sum, pair in
      let distance = pair.0 / scales[pair.1]
      return sum + GSL.logarithm(scales[pair.1])
        + (freedom + 1) / 2 * GSL.logarithm(1 + distance * distance / freedom)
    }
  }

  /// The scale of each group, and how much each residual counts beside it.
  package static func scalesAndWeights(
    of residuals: [Double], _ groups: [Int], _ leastScale: Double = usualLeastScale,
    mostScales: [Double] = []
  ) -> (scales: [Double], weights: [Double]) {
    let scales = scales(of: residuals, groups, leastScale, mostScales)
    return (scales, zip(residuals, groups).map { weight(of: $0, scale: scales[$1]) })
  }

  package static func weight(of residual: Double, scale: Double) -> Double {
    1 / (1 + residual * residual / (scale * scale * freedom))
  }

  /// The likeliest scale of each group, by EM from the median absolute residual.
  private static func scales(
    of residuals: [Double], _ groups: [Int], _ leastScale: Double, _ mostScales: [Double]
  ) -> [Double] {
    (0...(groups.max() ?? 0)).map { group in
      let sizes = zip(residuals, groups).filter { $0.1 == group }.map { abs($0.0) }.sorted()
      guard !sizes.isEmpty else { return leastScale }
      let most = group < mostScales.count ? max(leastScale, mostScales[group]) : .infinity
      var scale = min(most, max(leastScale, 1.4826 * sizes[sizes.count / 2]))
      for _ in 0..<100 {
        let squares = sizes.reduce(0) {
          $0 + (freedom + 1) / freedom * weight(of: $1, scale: scale) * $1 * $1
        }
        let next = min(most, max(leastScale, (squares / Double(sizes.count)).squareRoot()))
        if abs(next - scale) <= 1e-9 * scale { break }
        scale = next
      }
      return scale
    }
  }
}
