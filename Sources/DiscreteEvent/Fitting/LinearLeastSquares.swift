/// Linear least squares: the `x` that makes `|A x - b|` smallest, and the shortest of them where several do.
///
/// By singular values (GSL, `gsl_multifit_linear_tsvd`), of which those below `tolerance` times the largest count as
/// nought.
package enum LinearLeastSquares {
  /// - Parameters:
  ///   - rows: of `A`, each of `columns` numbers; not fewer than that.
  ///   - right: `b`.
  /// - Returns: nil where there are too few rows, or a number is none.
  package static func solve(
    rows: [[Double]], right: [Double], columns: Int, tolerance: Double = 1e-8
  ) -> [Double]? {
    precondition(rows.count == right.count, "each row has its right side")
    guard columns > 0, rows.count >= columns, right.allSatisfy(\.isFinite) else { return nil }
    guard rows.allSatisfy({ $0.count == columns && $0.allSatisfy(\.isFinite) }) else { return nil }
    return GSL.linearLeastSquares(rows, right, columns: columns, tolerance: tolerance)
  }

  /// The variance of each number of `x` where those of `b` have variance 1: the diagonal of `(AᵀA)⁻¹`; nil for a column
  /// that depends on others (`gsl_multifit_nlinear_covar`).
  package static func variances(rows: [[Double]], columns: Int) -> [Double?] {
    guard columns > 0, rows.count >= columns, rows.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      return [Double?](repeating: nil, count: columns)
    }
    return GSL.variances(rows, columns: columns)
  }
}
