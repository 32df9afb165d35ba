internal import DiscreteEvent

/// What targets tell of parameters: how surely each, and which combinations not at all.
///
/// The slopes of the targets, each over its own uncertainty, are decomposed into singular values. A combination of
/// parameters whose singular value is `s` is known to `1 / s`; it is told if that is less than its range alone says, the
/// standard deviation of a uniform distribution being `1 / √12` of its width. Along the told ones uncertainties are
/// carried over linearly (JCGM 100:2008, 5.2.2): `Cov = P Σ Pᵀ` with the pseudo-inverse `P` of the slopes.
struct Identifiability {
  /// Falling, in uncertainties of the targets for the whole range of the parameters.
  let singularValues: [Double]
  /// Combinations that the targets do not tell, each with a weight for each parameter; the largest is 1.
  let untold: [[Double]]
  /// Standard errors as parts of the parameters' ranges, from the two sources; `nil` of what is not told.
  let errors: [(chance: Double, tolerance: Double)?]
  /// Of the errors of the parameters with one another.
  let correlations: [[Double]]

  /// - Parameters:
  ///   - slopes: by target and parameter, over the whole range of the parameter.
  ///   - chance: the covariance of the targets by chance.
  ///   - tolerance: the variance of each target by what is not known of it.
  ///   - scales: the uncertainty of each by which the fit has weighed it; above 0.
  init?(slopes: [[Double]], chance: [[Double]], tolerance: [Double], scales: [Double]) {
    let count = slopes[0].count
    guard let parts = SingularValues(zip(slopes, scales).map { row, scale in row.map { $0 / scale } }) else {
      return nil
    }
    singularValues = parts.values
    let isTold = parts.values.map { $0 > Identifiability.leastTold }
    // By parameter and target.
    var inverse = Array(repeating: Array(repeating: 0.0, count: slopes.count), count: count)
    for k in isTold.indices where isTold[k] {
      for j in 0..<count {
        for i in slopes.indices {
          inverse[j][i] += parts.right[k][j] * parts.left[k][i] / parts.values[k] / scales[i]
        }
      }
    }
    let byChance = Identifiability.carried(inverse, chance)
    let byTolerance = Identifiability.carried(
      inverse, tolerance.indices.map { i in tolerance.indices.map { i == $0 ? tolerance[i] : 0 } })
    let lost = isTold.indices.filter { !isTold[$0] }.map { parts.right[$0] }
    untold = lost.map { weights in
      let largest = weights.max { abs($0) < abs($1) } ?? 1
      return weights.map { $0 / largest }
    }
    errors = (0..<count).map { j in
      guard lost.allSatisfy({ abs($0[j]) < Identifiability.leastPart }) else { return nil }
      return (byChance[j][j].squareRoot(), byTolerance[j][j].squareRoot())
    }
    correlations = (0..<count).map { j in
      (0..<count).map { k in
        let product = (byChance[j][j] + byTolerance[j][j]) * (byChance[k][k] + byTolerance[k][k])
        return product > 0 ? (byChance[j][k] + byTolerance[j][k]) / product.squareRoot() : 0
      }
    }
  }

  /// √12: below it a combination is known no better than by its range.
  private static let leastTold = 12.0.squareRoot()
  /// A parameter with a smaller part in what is not told is moved by it by less than 3 % of its range.
  static let leastPart = 0.1

  /// `P Σ Pᵀ`.
  private static func carried(_ p: [[Double]], _ covariance: [[Double]]) -> [[Double]] {
    p.map { a in
      p.map { b in
        a.indices.reduce(0) { sum, i in
          sum + b.indices.reduce(0) { $0 + a[i] * covariance[i][$1] * b[$1] }
        }
      }
    }
  }
}
