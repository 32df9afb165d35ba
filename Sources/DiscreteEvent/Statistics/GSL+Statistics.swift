internal import CGSL

extension GSL {
  /// P(T > t) for Student's t with `degrees` degrees of freedom.
  static func studentTail(_ t: Double, degrees: Double) -> Double { quiet { gsl_cdf_tdist_Q(t, degrees) } }

  /// P(F > f) for Fisher's F with `above` and `below` degrees of freedom.
  static func fisherTail(_ f: Double, above: Double, below: Double) -> Double {
    quiet { gsl_cdf_fdist_Q(f, above, below) }
  }

  /// The points of Sobol's sequence in `dimensions` (at most 40), its first, the origin, left out.
  static func sobol(_ count: Int, dimensions: Int) -> [[Double]]? {
    guard let generator = quiet({ gsl_qrng_alloc(cgsl_qrng_sobol(), UInt32(dimensions)) }) else { return nil }
    defer { gsl_qrng_free(generator) }
    var point = [Double](repeating: 0, count: dimensions)
    return (0..<count).map { _ in
      _ = point.withUnsafeMutableBufferPointer { gsl_qrng_get(generator, $0.baseAddress) }
      return point
    }
  }

  /// Brent's root of a function that has opposite signs at the ends.
  ///
  /// - Returns: The bracket that is left; `nil` if GSL gives up.
  static func brent(
    _ function: RootFunction, from low: Double, to high: Double, isNarrow: (Double, Double) -> Bool,
    iterations: Int
  ) -> (low: Double, root: Double, high: Double)? {
    guard let solver = quiet({ gsl_root_fsolver_alloc(cgsl_root_fsolver_brent()) }) else { return nil }
    defer { gsl_root_fsolver_free(solver) }
    return withExtendedLifetime(function) {
      var callback = gsl_function(
        function: { x, parameters in
          // The function outlives the solver; see above. GSL hands on the `params` below, which are never null.
          Unmanaged<RootFunction>.fromOpaque(parameters!).takeUnretainedValue().evaluate(x)
        }, params: Unmanaged.passUnretained(function).toOpaque())
      return withUnsafeMutablePointer(to: &callback) { held in
        guard quiet({ gsl_root_fsolver_set(solver, held, low, high) }) == 0 else { return nil }
        for _ in 0..<iterations {
          guard quiet({ gsl_root_fsolver_iterate(solver) }) == 0, !function.hasFailed else { return nil }
          let bracket = (
            low: gsl_root_fsolver_x_lower(solver), root: gsl_root_fsolver_root(solver),
            high: gsl_root_fsolver_x_upper(solver)
          )
          if isNarrow(bracket.low, bracket.high) { return bracket }
        }
        return nil
      }
    }
  }
}

/// A function for GSL's solvers, which may fail: then it is not asked again.
final class RootFunction {
  private let body: (Double) throws -> Double
  private(set) var failure: (any Error)?
  var hasFailed: Bool { failure != nil }

  init(_ body: @escaping (Double) throws -> Double) { self.body = body }

  func evaluate(_ x: Double) -> Double {
    guard failure == nil else { return .nan }
    do { return try body(x) } catch {
      failure = error
      return .nan
    }
  }
}
