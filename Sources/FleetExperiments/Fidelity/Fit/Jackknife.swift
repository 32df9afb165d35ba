internal import DiscreteEvent

/// How far estimates move when one configuration after the other is left out: the spread that another sample of
/// configurations would give them.
///
/// The figures of a configuration err together - its repeats, and time with data - so the curvature at the minimum, which
/// takes each for news, promises too much. Each leave-one-out estimate is one Gauss-Newton step from the estimate of all
/// (Bell and McCaffrey 2002, "CR3"; the infinitesimal step of Pregibon 1981), with the robust weights kept.
struct Jackknife: Sendable {
  /// Per residual: its derivative with respect to each parameter, itself, its weight, its configuration.
  let slopes: [[Double]]
  let residuals: [Double]
  let weights: [Double]
  let configurations: [Int]

  /// Of some of the parameters, the others being left as they are.
  func of(_ parameters: [Int]) -> Jackknife {
    Jackknife(
      slopes: slopes.map { row in parameters.map { row[$0] } }, residuals: residuals, weights: weights,
      configurations: configurations)
  }

  /// Of each parameter; nil where it is not told from the others once some configuration is gone.
  func standardErrors(of parameters: Int) -> [Double?] {
    let groups = Set(configurations).sorted()
    guard groups.count > 1 else { return [Double?](repeating: nil, count: parameters) }
    var squares: [Double?] = [Double?](repeating: 0, count: parameters)
    let whole = information(without: nil, parameters)
    for group in groups {
      let rest = information(without: group, parameters)
      // What one configuration alone tells, no other confirms.
      for index in squares.indices where rest[index] <= Self.alone * whole[index] { squares[index] = nil }
      guard let step = step(without: group, parameters) else {
        return [Double?](repeating: nil, count: parameters)
      }
      for index in squares.indices { squares[index] = squares[index].map { $0 + step[index] * step[index] } }
    }
    let share = Double(groups.count - 1) / Double(groups.count)
    return squares.map { $0.flatMap { $0 > 0 ? (share * $0).squareRoot() : nil } }
  }

  /// A parameter of which less than this share is told by all configurations but one is told by that one alone.
  static let alone = 1e-3

  /// The weighted sum of the squares of each parameter's derivatives.
  private func information(without group: Int?, _ parameters: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: parameters)
    for index in residuals.indices where configurations[index] != group {
      for (parameter, slope) in slopes[index].enumerated() {
        sums[parameter] += weights[index] * slope * slope
      }
    }
    return sums
  }

  /// Where the minimum is without a configuration, relative to that of all; nil where there is none.
  func step(without group: Int?, _ parameters: Int) -> [Double]? {
    let kept = residuals.indices.filter { configurations[$0] != group }
    let roots = kept.map { weights[$0].squareRoot() }
    let rows = zip(kept, roots).map { index, root in slopes[index].map { $0 * root } }
    let right = zip(kept, roots).map { index, root in -residuals[index] * root }
    return LinearLeastSquares.solve(rows: rows, right: right, columns: parameters)
  }
}
