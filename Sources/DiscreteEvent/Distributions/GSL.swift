internal import CGSL

/// The GNU Scientific Library with its error handler switched off.
///
/// Left alone, GSL aborts the process on a domain error. All calls in this module go through here, and the first one
/// switches the handler off: Swift initialises a global `let` once, whichever thread comes first. Afterwards GSL
/// answers an impossible question with NaN, which each caller either rules out beforehand or handles.
enum GSL {
  private static let handlerIsOff: Bool = {
    gsl_set_error_handler_off()
    return true
  }()

  @inline(__always)
  static func quiet<Result>(_ call: () -> Result) -> Result {
    _ = handlerIsOff
    return call()
  }

  // MARK: - Normal

  static func normalQuantile(_ p: Double) -> Double { quiet { gsl_cdf_ugaussian_Pinv(p) } }
  static func normalCDF(_ x: Double) -> Double { quiet { gsl_cdf_ugaussian_P(x) } }

  // MARK: - Gamma

  /// The regularised lower incomplete gamma function P(shape, x / scale).
  static func gammaCDF(_ x: Double, shape: Double, scale: Double) -> Double {
    quiet { gsl_cdf_gamma_P(x, shape, scale) }
  }

  /// NaN where GSL's iteration does not converge.
  static func gammaQuantile(_ p: Double, shape: Double, scale: Double) -> Double {
    quiet { gsl_cdf_gamma_Pinv(p, shape, scale) }
  }

  /// The complete gamma function, or infinity where it exceeds what a `Double` holds.
  static func gammaFunction(_ x: Double) -> Double {
    quiet {
      var result = gsl_sf_result()
      return Int(gsl_sf_gamma_e(x, &result)) == Int(GSL_SUCCESS) ? result.val : .infinity
    }
  }

  // MARK: - The others

  static func exponentialQuantile(_ p: Double, mean: Double) -> Double {
    quiet { gsl_cdf_exponential_Pinv(p, mean) }
  }
  static func exponentialCDF(_ x: Double, mean: Double) -> Double { quiet { gsl_cdf_exponential_P(x, mean) } }
  static func weibullQuantile(_ p: Double, scale: Double, shape: Double) -> Double {
    quiet { gsl_cdf_weibull_Pinv(p, scale, shape) }
  }
  static func weibullCDF(_ x: Double, scale: Double, shape: Double) -> Double {
    quiet { gsl_cdf_weibull_P(x, scale, shape) }
  }
  static func paretoQuantile(_ p: Double, scale: Double, shape: Double) -> Double {
    quiet { gsl_cdf_pareto_Pinv(p, shape, scale) }
  }
  static func paretoCDF(_ x: Double, scale: Double, shape: Double) -> Double {
    quiet { gsl_cdf_pareto_P(x, shape, scale) }
  }

  /// The quantile of Student's t with `degrees` degrees of freedom.
  static func studentQuantile(_ p: Double, degrees: Double) -> Double {
    quiet { gsl_cdf_tdist_Pinv(p, degrees) }
  }
}
