internal import CGSL

extension GSL {
  static func logarithm(_ x: Double) -> Double { quiet { gsl_sf_log(x) } }

  /// Runs `gsl_multifit_nlinear_driver` on a problem.
  static func leastSquares(
    _ problem: LeastSquaresProblem, start: [Double], weights: [Double]?, iterations: Int, tolerance: Double,
    enough: Double? = nil
  ) throws(LeastSquares.Failure) -> LeastSquares.Fit {
    var parameters = gsl_multifit_nlinear_default_parameters()
    // The step is solved by SVD: it bears parameters that the residuals do not tell apart, as QR does not.
    parameters.solver = cgsl_multifit_nlinear_solver_svd()
    let (n, p) = (problem.count, start.count)
    guard
      let workspace = quiet({ gsl_multifit_nlinear_alloc(cgsl_multifit_nlinear_trust(), &parameters, n, p) })
    else { throw .solver("no memory") }
    defer { gsl_multifit_nlinear_free(workspace) }
    let point = Vector(start)
    var callbacks = gsl_multifit_nlinear_fdf()
    callbacks.f = evaluateResiduals
    callbacks.df = evaluateJacobian
    callbacks.n = n
    callbacks.p = p
    // GSL keeps the pointer to the callbacks, and they the problem, only until the workspace is freed below.
    defer {
      withExtendedLifetime(problem) {}
      withExtendedLifetime(point) {}
    }
    callbacks.params = Unmanaged.passUnretained(problem).toOpaque()
    let held = UnsafeMutablePointer<gsl_multifit_nlinear_fdf>.allocate(capacity: 1)
    held.initialize(to: callbacks)
    defer { held.deallocate() }
    let begun = quiet {
      guard let weights else { return gsl_multifit_nlinear_winit(point.pointer, nil, held, workspace) }
      // It keeps their roots, in memory of its own.
      let scales = Vector(weights)
      return withExtendedLifetime(scales) {
        gsl_multifit_nlinear_winit(point.pointer, scales.pointer, held, workspace)
      }
    }
    guard begun == GSL_SUCCESS.code else { throw .solver(String(cString: gsl_strerror(begun))) }
    var (why, ended, left) = (Int32(0), GSL_EMAXITER.code, iterations)
    // The driver takes up where it stopped, so a search that may end early is driven step by step.
    while ended == GSL_EMAXITER.code, why != GSL_ENOPROG.code, left > 0 {
      let steps = enough == nil ? left : 1
      ended = quiet {
        gsl_multifit_nlinear_driver(steps, tolerance, tolerance, tolerance, nil, nil, &why, workspace)
      }
      left -= steps
      if let enough, square(of: gsl_multifit_nlinear_residual(workspace)) <= enough {
        ended = GSL_SUCCESS.code
      }
    }
    if enough != nil, why == GSL_ENOPROG.code { ended = GSL_ENOPROG.code }
    // No progress means that the staircase has no lower stair within reach: that is an arrival too.
    guard [GSL_SUCCESS.code, GSL_EMAXITER.code, GSL_ENOPROG.code].contains(ended) else {
      throw .solver(String(cString: gsl_strerror(ended)))
    }
    return fit(of: workspace, problem, weights, hasConverged: ended != GSL_EMAXITER.code)
  }

  private static func fit(
    of workspace: UnsafeMutablePointer<gsl_multifit_nlinear_workspace>, _ problem: LeastSquaresProblem,
    _ weights: [Double]?, hasConverged: Bool
  ) -> LeastSquares.Fit {
    let parameters = values(of: gsl_multifit_nlinear_position(workspace))
    let residuals = problem.residuals(parameters)
    let sum = residuals.indices.reduce(0.0) { sum, i in
      sum + (weights?[i] ?? 1) * residuals[i] * residuals[i]
    }
    let freedom = problem.count - parameters.count
    let variance = freedom > 0 ? sum / Double(freedom) : .nan
    let errors = variances(of: gsl_multifit_nlinear_jac(workspace), columns: parameters.count).map { part in
      freedom > 0 ? part.map { (variance * $0).squareRoot() } : nil
    }
    return LeastSquares.Fit(
      parameters: parameters, standardErrors: errors, residuals: residuals,
      slopes: slopes(of: gsl_multifit_nlinear_jac(workspace), weights), sumOfSquares: sum,
      degreesOfFreedom: freedom, iterations: gsl_multifit_nlinear_niter(workspace),
      hasConverged: hasConverged)
  }

  /// The Jacobian without the roots of the weights, which GSL multiplies into it.
  private static func slopes(of jacobian: UnsafeMutablePointer<gsl_matrix>?, _ weights: [Double]?)
    -> [[Double]]
  {
    guard let jacobian else { return [] }
    return (0..<jacobian.pointee.size1).map { i in
      let root = (weights?[i] ?? 1).squareRoot()
      return (0..<jacobian.pointee.size2).map { j in
        root > 0 ? gsl_matrix_get(jacobian, i, j) / root : 0
      }
    }
  }

  /// Runs `gsl_multifit_linear_tsvd`; the arguments have been checked.
  static func linearLeastSquares(
    _ rows: [[Double]], _ right: [Double], columns: Int, tolerance: Double
  ) -> [Double]? {
    guard let workspace = quiet({ gsl_multifit_linear_alloc(rows.count, columns) }) else { return nil }
    defer { gsl_multifit_linear_free(workspace) }
    guard let matrix = Matrix(rows, columns: columns), let covariance = Matrix(size: columns) else {
      return nil
    }
    let target = Vector(right)
    let solution = Vector([Double](repeating: 0, count: columns))
    var (rank, squares) = (0, 0.0)
    let done = quiet {
      gsl_multifit_linear_tsvd(
        matrix.pointer, target.pointer, tolerance, solution.pointer, covariance.pointer, &squares, &rank,
        workspace)
    }
    // Pointers do not keep what they were taken from.
    withExtendedLifetime(matrix) {}
    withExtendedLifetime(covariance) {}
    withExtendedLifetime(target) {}
    let found = solution.values
    return done == GSL_SUCCESS.code && found.allSatisfy(\.isFinite) ? found : nil
  }

  /// Runs `gsl_multifit_nlinear_covar`; the arguments have been checked.
  static func variances(_ rows: [[Double]], columns: Int) -> [Double?] {
    guard let matrix = Matrix(rows, columns: columns) else { return .init(repeating: nil, count: columns) }
    return withExtendedLifetime(matrix) { variances(of: matrix.pointer, columns: columns) }
  }

  /// Columns that depend on others, within a share of 1e-8, get a variance of nought from GSL, which tells nothing.
  private static func variances(of jacobian: UnsafeMutablePointer<gsl_matrix>?, columns: Int) -> [Double?] {
    let none = [Double?](repeating: nil, count: columns)
    guard let covariance = Matrix(size: columns) else { return none }
    let told = quiet { gsl_multifit_nlinear_covar(jacobian, 1e-8, covariance.pointer) }
    guard told == GSL_SUCCESS.code else { return none }
    return (0..<columns).map { i in
      let variance = covariance[i, i]
      return variance > 0 && variance.isFinite ? variance : nil
    }
  }

  /// The singular value decomposition by one-sided Jacobi rotations, accurate for small values too.
  ///
  /// - Parameter rows: no fewer than there are columns.
  static func singularValues(
    _ rows: [[Double]], columns: Int
  ) -> (left: [[Double]], values: [Double], right: [[Double]])? {
    guard let a = Matrix(rows, columns: columns), let v = Matrix(size: columns) else { return nil }
    let s = Vector(Array(repeating: 0, count: columns))
    guard quiet({ gsl_linalg_SV_decomp_jacobi(a.pointer, v.pointer, s.pointer) }) == GSL_SUCCESS.code else {
      return nil
    }
    return (
      (0..<columns).map { k in rows.indices.map { a[$0, k] } }, s.values,
      (0..<columns).map { k in (0..<columns).map { v[$0, k] } }
    )
  }
}

/// A matrix of GSL's with its one owner.
private struct Matrix: ~Copyable {
  let pointer: UnsafeMutablePointer<gsl_matrix>

  /// - Returns: `nil` where there is no memory for it.
  init?(_ rows: [[Double]], columns: Int) {
    guard let pointer = gsl_matrix_alloc(rows.count, columns) else { return nil }
    self.pointer = pointer
    for (i, row) in rows.enumerated() {
      for (j, value) in row.enumerated() { gsl_matrix_set(pointer, i, j, value) }
    }
  }

  /// A square one, for a result.
  init?(size: Int) {
    guard let pointer = gsl_matrix_alloc(size, size) else { return nil }
    self.pointer = pointer
  }

  deinit { gsl_matrix_free(pointer) }

  subscript(row: Int, column: Int) -> Double { gsl_matrix_get(pointer, row, column) }
}

/// A vector of GSL's with its one owner.
private struct Vector: ~Copyable {
  let pointer: UnsafeMutablePointer<gsl_vector>

  init(_ values: [Double]) {
    guard let pointer = gsl_vector_alloc(values.count) else {
      preconditionFailure("a vector of \(values.count) numbers finds no memory")
    }
    self.pointer = pointer
    for (i, value) in values.enumerated() { gsl_vector_set(pointer, i, value) }
  }

  deinit { gsl_vector_free(pointer) }

  var values: [Double] { DiscreteEvent.values(of: pointer) }
}

private func values(of vector: UnsafePointer<gsl_vector>?) -> [Double] {
  guard let vector else { return [] }
  return (0..<vector.pointee.size).map { gsl_vector_get(vector, $0) }
}

private func square(of vector: UnsafePointer<gsl_vector>?) -> Double {
  values(of: vector).reduce(0) { $0 + $1 * $1 }
}

private func square(of vector: UnsafeMutablePointer<gsl_vector>?) -> Double {
  square(of: UnsafePointer(vector))
}

private func values(of vector: UnsafeMutablePointer<gsl_vector>?) -> [Double] {
  values(of: UnsafePointer(vector))
}

private func evaluateResiduals(
  _ x: UnsafePointer<gsl_vector>?, _ context: UnsafeMutableRawPointer?,
  _ result: UnsafeMutablePointer<gsl_vector>?
) -> Int32 {
  guard let context, let result else { return GSL_EFAULT.code }
  let problem = Unmanaged<LeastSquaresProblem>.fromOpaque(context).takeUnretainedValue()
  let residuals = problem.residuals(values(of: x))
  guard residuals.count == problem.count, residuals.allSatisfy(\.isFinite) else { return GSL_EBADFUNC.code }
  for (i, residual) in residuals.enumerated() { gsl_vector_set(result, i, residual) }
  return GSL_SUCCESS.code
}

private func evaluateJacobian(
  _ x: UnsafePointer<gsl_vector>?, _ context: UnsafeMutableRawPointer?,
  _ result: UnsafeMutablePointer<gsl_matrix>?
) -> Int32 {
  guard let context, let result else { return GSL_EFAULT.code }
  let problem = Unmanaged<LeastSquaresProblem>.fromOpaque(context).takeUnretainedValue()
  guard let columns = problem.slopes(at: values(of: x)) else { return GSL_EBADFUNC.code }
  for (parameter, column) in columns.enumerated() {
    for (i, slope) in column.enumerated() { gsl_matrix_set(result, i, parameter, slope) }
  }
  return GSL_SUCCESS.code
}

// GSL's codes are an anonymous enum, which Swift sees with a type of its own per declaration.
extension RawRepresentable where RawValue: BinaryInteger {
  fileprivate var code: Int32 { Int32(truncatingIfNeeded: rawValue) }
}

extension Int {
  fileprivate var code: Int32 { Int32(truncatingIfNeeded: self) }
}
