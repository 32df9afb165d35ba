/// The smallest value of a function of several figures, found without derivatives.
///
/// Nelder and Mead's simplex (1965) as GSL has it (`gsl_multimin_fminimizer_nmsimplex2`). It walks over stairs and
/// kinks on which derivatives mislead, but knows no standard errors.
package struct NelderMead {
  package struct Minimum: Sendable {
    package let parameters: [Double]
    package let value: Double
    package let iterations: Int
    /// Whether the simplex shrank below the tolerance; else the iterations ran out.
    package let hasConverged: Bool
  }

  package var start: [Double]
  /// The size of the first simplex, per parameter.
  package var steps: [Double]
  package var iterations = 1000
  /// The size of the simplex at which the search has arrived.
  package var tolerance = 1e-6
  private let function: SimplexFunction

  package init(start: [Double], steps: [Double], _ function: @escaping ([Double]) -> Double) {
    precondition(steps.count == start.count, "each parameter has its step")
    self.start = start
    self.steps = steps
    self.function = SimplexFunction(function)
  }

  /// Nil where the function has no number at the start.
  package func solve() -> Minimum? {
    guard !start.isEmpty, function.value(start).isFinite else { return nil }
    return GSL.minimise(function, start: start, steps: steps, iterations: iterations, tolerance: tolerance)
      .map {
        Minimum(
          parameters: $0.parameters, value: $0.value, iterations: $0.iterations,
          hasConverged: $0.hasConverged)
      }
  }
}

/// A function that GSL can hold by a pointer.
final class SimplexFunction {
  let value: ([Double]) -> Double

  init(_ value: @escaping ([Double]) -> Double) { self.value = value }
}
