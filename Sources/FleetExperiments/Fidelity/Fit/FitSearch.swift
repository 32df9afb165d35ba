internal import DiscreteEvent
internal import MigrationPhysics

/// The way to the constants: which of them the figures tell, and their best values.
struct FitSearch {
  private let observations: FitObservations
  private let start: RigProfile
  private let groups: [Int]
  private let configurations: [Int]

  /// A constant known no better than this, relative to its value, is not identified.
  private static let vague = 0.5

  struct Found {
    let profile: RigProfile
    let fit: RobustLeastSquares.Fit
  }

  init(_ observations: FitObservations, start: RigProfile) {
    self.observations = observations
    self.start = start
    groups = observations.groups
    configurations = observations.configurations
  }

  /// First which constants the figures tell from where it begins, then the best minimum with these, then whether they
  /// are told there too.
  func run(_ free: [RigConstant], otherStarts: Int) throws(ProfileFit.Failure) -> Found {
    var constants = tellable(free)
    var others = starts(otherStarts, constants)
    var begin: [Double] = []
    while true {
      guard !constants.isEmpty else { throw .nothingIdentified }
      let found = try solve(constants, others, from: begin)
      let weights = zip(found.weights, groups).map { $0 / (found.scales[$1] * found.scales[$1]) }
      let told = told(
        Jackknife(
          slopes: found.fit.slopes, residuals: found.fit.residuals, weights: weights,
          configurations: configurations), constants.count, Self.vague)
      if told.count == constants.count {
        return Found(profile: profile(found, constants, told.map(\.error), free), fit: found)
      }
      begin = told.map { found.fit.parameters[$0.index] }
      constants = told.map { constants[$0.index] }
      others = []
    }
  }

  /// Those of the constants that are known well enough, with their errors (of the logarithms): the vaguest is given up,
  /// for without it others may be told, and so on.
  private func told(_ jackknife: Jackknife, _ count: Int, _ vague: Double) -> [(index: Int, error: Double)] {
    var kept = Array(0..<count)
    while !kept.isEmpty {
      let errors = jackknife.of(kept).standardErrors(of: kept.count).map { $0 ?? .infinity }
      guard let worst = errors.max(), worst > vague else { return Array(zip(kept, errors)) }
      // Those without any bearing on the figures go at once.
      kept = zip(kept, errors).filter { $1 < worst }.map { $0.0 }
    }
    return []
  }

  /// The constants that the figures could tell if each were off by no more than is usual: wherever the search begins,
  /// and however far off it is there, they are the same or nearly.
  private func tellable(_ free: [RigConstant]) -> [RigConstant] {
    // A constant of nought, or without bound, has no logarithm and stays.
    var kept = free.filter { start[$0] > 0 && start[$0].isFinite }
    var columns = kept.map { constant in
      zip(
        observations.residuals(ProfileFit.profile(start, [constant], [constant.fitStep])),
        observations.residuals(ProfileFit.profile(start, [constant], [-constant.fitStep]))
      ).map { ($0 - $1) / (2 * constant.fitStep) }
    }
    let scales = observations.observations.map(\.figure.usualScatter)
    while !kept.isEmpty {
      let rows = scales.indices.map { row in columns.map { $0[row] / scales[row] } }
      let variances = LinearLeastSquares.variances(rows: rows, columns: kept.count)
      let errors = variances.map { $0.map { $0.squareRoot() } ?? .infinity }
      guard let worst = errors.max(), worst > Self.vague else { break }
      let told = kept.indices.filter { errors[$0] < worst }
      (kept, columns) = (told.map { kept[$0] }, told.map { columns[$0] })
    }
    return kept
  }

  private func profile(
    _ found: RobustLeastSquares.Fit, _ constants: [RigConstant], _ errors: [Double], _ free: [RigConstant]
  ) -> RigProfile {
    var profile = ProfileFit.profile(start, constants, found.fit.parameters)
    for constant in free { profile.setStandardError(nil, of: constant) }
    // The error of a logarithm is a relative one.
    for (constant, error) in zip(constants, errors) {
      profile.setStandardError(error * profile[constant], of: constant)
    }
    return profile
  }

  // MARK: - One search

  /// The best of the searches from `begin`, or else from the start itself, and from some other points.
  private func solve(
    _ constants: [RigConstant], _ others: [[Double]], from begin: [Double] = []
  ) throws(ProfileFit.Failure) -> RobustLeastSquares.Fit {
    let problem = LeastSquares(
      start: begin.isEmpty ? constants.map { _ in 0 } : begin, steps: constants.map(\.fitStep)
    ) { [observations, start] logarithms in
      observations.residuals(ProfileFit.profile(start, constants, logarithms))
    }
    var robust = RobustLeastSquares(problem, groups: groups)
    robust.passes = 20
    robust.tolerance(1e-3, iterations: 1)
    do {
      var best = try robust.solve()
      for other in others {
        robust.begin(at: other)
        // From there the search may go astray; the others do not suffer.
        guard let found = try? robust.solve(), found.badness < best.badness else { continue }
        best = found
      }
      return best
    } catch {
      switch error {
      case .tooFewResiduals(let count, let parameters):
        throw .tooFewFigures(count, constants: parameters)
      case .notFinite: throw .solver("a prediction is no number")
      case .solver(let words): throw .solver(words)
      }
    }
  }

  /// Some steps to either side of the given start, the same each time.
  private func starts(_ count: Int, _ constants: [RigConstant]) -> [[Double]] {
    var stream = RandomStream(seed: 20_261_121)
    return (0..<count).map { _ in constants.map { 3 * $0.fitStep * stream.standardNormal() } }
  }
}
