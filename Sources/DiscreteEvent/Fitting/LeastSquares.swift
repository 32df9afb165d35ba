/// Non-linear least squares: the parameters that make the sum of squared residuals smallest, and how surely.
///
/// A trust region with Levenberg-Marquardt steps (GSL, `gsl_multifit_nlinear`; Moré 1978). Derivatives are central
/// differences over steps that the caller chooses: a simulation that counts rounds is a staircase when looked at too
/// closely, so a step must span the stairs.
///
///     let fit = try LeastSquares(start: [250, 5e-4]) { b in
///       zip(x, y).map { x, y in b[0] * (1 - exp(-b[1] * x)) - y }
///     }.solve()
package struct LeastSquares {
  /// Why no fit was made.
  package enum Failure: Error, Equatable {
    /// Fewer residuals than parameters.
    case tooFewResiduals(count: Int, parameters: Int)
    /// A residual at the start is no number.
    case notFinite
    /// GSL gave up, in its words.
    case solver(String)
  }

  /// The outcome of a fit.
  package struct Fit: Sendable {
    package let parameters: [Double]
    /// Of each parameter, from the curvature at the minimum and the scatter of the residuals about it: the square
    /// root of the diagonal of `s² (JᵀWJ)⁻¹`. Nil where the residuals do not tell the parameter from the others.
    package let standardErrors: [Double?]
    /// Unweighted, at the minimum.
    package let residuals: [Double]
    /// The derivative of each residual with respect to each parameter, at the minimum.
    package let slopes: [[Double]]
    /// The weighted sum of squares.
    package let sumOfSquares: Double
    /// Residuals less parameters.
    package let degreesOfFreedom: Int
    package let iterations: Int
    /// Whether the steps became small; else the iterations ran out.
    package let hasConverged: Bool
  }

  package var start: [Double]
  /// Half the span of the difference that stands for the derivative, per parameter.
  package var steps: [Double]
  /// Per residual; nil for equal ones.
  package var weights: [Double]?
  package var iterations = 100
  /// Relative size of a step below which the search has arrived.
  package var tolerance = 1e-10
  /// A weighted sum of squares that is small enough for the search to end; nil: it goes on until the steps are small.
  package var enough: Double?
  /// Model less measurement at the parameters.
  let residuals: ([Double]) -> [Double]
  /// The derivatives where they were last taken: a search that goes on there, with other weights, need not take them anew.
  private let known = KnownSlopes()

  /// - Parameter residuals: model less measurement at the parameters; always the same number of them.
  package init(
    start: [Double], steps: [Double]? = nil, weights: [Double]? = nil,
    residuals: @escaping ([Double]) -> [Double]
  ) {
    self.start = start
    // The step of least error of a central difference of a smooth function is the cube root of the rounding error.
    self.steps = steps ?? start.map { 6e-6 * max(abs($0), 1e-6) }
    self.weights = weights
    self.residuals = residuals
    precondition(self.steps.count == start.count, "each parameter has its step")
  }

  package func solve() throws(Failure) -> Fit {
    let atStart = residuals(start)
    guard atStart.count >= start.count, !start.isEmpty else {
      throw .tooFewResiduals(count: atStart.count, parameters: start.count)
    }
    guard atStart.allSatisfy(\.isFinite) else { throw .notFinite }
    let problem = LeastSquaresProblem(count: atStart.count, steps: steps, known: known, residuals: residuals)
    return try GSL.leastSquares(
      problem, start: start, weights: weights, iterations: iterations, tolerance: tolerance,
      enough: enough)
  }
}

extension LeastSquares {
  /// What there is to say of the start, without a step from it.
  package func stay() throws(Failure) -> Fit {
    let atStart = residuals(start)
    guard atStart.count >= start.count, !start.isEmpty else {
      throw .tooFewResiduals(count: atStart.count, parameters: start.count)
    }
    let problem = LeastSquaresProblem(count: atStart.count, steps: steps, known: known, residuals: residuals)
    guard atStart.allSatisfy(\.isFinite), let columns = problem.slopes(at: start) else { throw .notFinite }
    let slopes = atStart.indices.map { row in columns.map { $0[row] } }
    let weights = weights ?? [Double](repeating: 1, count: atStart.count)
    let sum = zip(weights, atStart).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    let freedom = atStart.count - start.count
    let variances = LinearLeastSquares.variances(
      rows: zip(slopes, weights).map { row, weight in row.map { $0 * weight.squareRoot() } },
      columns: start.count)
    return Fit(
      parameters: start,
      standardErrors: variances.map { variance in
        freedom > 0 ? variance.map { ($0 * sum / Double(freedom)).squareRoot() } : nil
      },
      residuals: atStart, slopes: slopes, sumOfSquares: sum, degreesOfFreedom: freedom, iterations: 0,
      hasConverged: true)
  }
}

/// What GSL asks for while it searches.
final class LeastSquaresProblem {
  let count: Int
  private let steps: [Double]
  private let known: KnownSlopes
  let residuals: ([Double]) -> [Double]

  init(count: Int, steps: [Double], known: KnownSlopes, residuals: @escaping ([Double]) -> [Double]) {
    self.count = count
    self.steps = steps
    self.known = known
    self.residuals = residuals
  }

  /// The columns of the Jacobian; nil where the model has no number.
  func slopes(at point: [Double]) -> [[Double]]? {
    if let columns = known.columns(point, steps) { return columns }
    var columns: [[Double]] = []
    for parameter in point.indices {
      guard let slope = slope(parameter, at: point) else { return nil }
      columns.append(slope)
    }
    known.remember(columns, point, steps)
    return columns
  }

  /// The column of the Jacobian that belongs to one parameter.
  private func slope(_ parameter: Int, at point: [Double]) -> [Double]? {
    var (above, below) = (point, point)
    above[parameter] += steps[parameter]
    below[parameter] -= steps[parameter]
    let span = above[parameter] - below[parameter]
    let slopes = zip(residuals(above), residuals(below)).map { ($0 - $1) / span }
    return slopes.count == count && slopes.allSatisfy(\.isFinite) ? slopes : nil
  }
}

/// Derivatives at one point.
final class KnownSlopes {
  private var found: (point: [Double], steps: [Double], columns: [[Double]])?

  func columns(_ point: [Double], _ steps: [Double]) -> [[Double]]? {
    found.flatMap { $0.point == point && $0.steps == steps ? $0.columns : nil }
  }

  func remember(_ columns: [[Double]], _ point: [Double], _ steps: [Double]) {
    found = (point, steps, columns)
  }
}
