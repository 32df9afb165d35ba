/// The singular value decomposition of a matrix, `A = U S Vᵀ`: which combinations of its columns have how large an effect.
///
/// One-sided Jacobi rotations (GSL's `gsl_linalg_SV_decomp_jacobi`; Demmel and Veselić 1992), which keep small singular
/// values accurate: those are what tells whether parameters can be told apart.
package struct SingularValues: Sendable {
  /// Falling; as many as there are columns.
  package let values: [Double]
  /// To each value its combination of columns, of length 1.
  package let right: [[Double]]
  /// To each value its combination of rows, of length 1, or nought where the value is.
  package let left: [[Double]]

  /// - Parameter rows: of equal length; all finite. Nil for an empty matrix, and if GSL finds no memory.
  package init?(_ rows: [[Double]]) {
    guard let columns = rows.first?.count, columns > 0 else { return nil }
    precondition(rows.allSatisfy { $0.count == columns }, "a matrix is rectangular")
    // Rows of noughts change nothing; the algorithm wants no fewer rows than columns.
    let missing = max(0, columns - rows.count)
    let padded = rows + Array(repeating: Array(repeating: 0, count: columns), count: missing)
    guard let found = GSL.singularValues(padded, columns: columns) else { return nil }
    values = found.values
    right = found.right
    left = found.left.map { Array($0.prefix(rows.count)) }
  }
}
