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
    var begin: [Double]?
    while true {
      guard !constants.isEmpty else { throw .nothingIdentified }
      var found = try solve(constants, others, from: begin)
      var told = told(jackknife(found), constants.count, Self.vague)
      if told.count == constants.count {
        found = try polish(found, constants)
        told = self.told(jackknife(found), constants.count, Self.vague)
        if told.count == constants.count {
          return Found(profile: profile(found, constants, told.map(\.error), free), fit: found)
        }
      }
      begin = told.map { found.fit.parameters[$0.index] }
      constants = told.map { constants[$0.index] }
      others = []
    }
  }

  private func jackknife(_ found: RobustLeastSquares.Fit) -> Jackknife {
    Jackknife(
      slopes: found.fit.slopes, residuals: found.fit.residuals,
      weights: zip(found.weights, groups).map { $0 / (found.scales[$1] * found.scales[$1]) },
      configurations: configurations)
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

  /// First with more chance than the rig has, from the start itself and from some other points, or else at `begin`;
  /// then with the rig's own, from the best of these ends or from the start, whichever is better.
  ///
  /// The less chance, the more the figures are stairs in the constants, with a false minimum on each. What is found on
  /// a blurred staircase lies near the bottom of the real one (graduated optimisation; Blake and Zisserman 1987).
  private func solve(
    _ constants: [RigConstant], _ others: [[Double]], from begin: [Double]?
  ) throws(ProfileFit.Failure) -> RobustLeastSquares.Fit {
    do throws(LeastSquares.Failure) {
      var search = robust(constants, start, observations)
      let still = constants.map { _ in 0.0 }
      let near = if let begin { begin } else { try near(constants, others) }
      let gain = badness(constants, still, observations) - badness(constants, near, observations)
      search.begin(at: gain > RobustLeastSquares.leastGain ? near : still)
      return try search.solve()
    } catch {
      throw Self.failure(error)
    }
  }

  private static func failure(_ failure: LeastSquares.Failure) -> ProfileFit.Failure {
    switch failure {
    case .tooFewResiduals(let count, let parameters): .tooFewFigures(count, constants: parameters)
    case .notFinite: .solver("a prediction is no number")
    case .solver(let words): .solver(words)
    }
  }

  /// Where the search with the rig's own chance begins.
  private func near(
    _ constants: [RigConstant], _ others: [[Double]]
  ) throws(LeastSquares.Failure) -> [Double] {
    let blurred = try blurred(constants, others).fit.parameters
    // Some stairs are of the policy's making, and no chance blurs them: steps long enough to cross them do.
    let few = observations.with(courses: min(observations.courses, Self.fewCourses))
    return PatternSearch(start: blurred, steps: constants.map { 4 * $0.fitStep }) {
      badness(constants, $0, few)
    }.solve().point
  }

  private func blurred(
    _ constants: [RigConstant], _ others: [[Double]]
  ) throws(LeastSquares.Failure) -> RobustLeastSquares.Fit {
    var search = robust(
      constants, start.blurred, observations.with(courses: min(observations.courses, Self.fewCourses)))
    var best = try search.solve()
    for other in others {
      search.begin(at: other)
      // From there the search may go astray; the others do not suffer.
      guard let found = try? search.solve(), found.badness < best.badness else { continue }
      best = found
    }
    return best
  }

  private static let fewCourses = 16

  private func robust(
    _ constants: [RigConstant], _ start: RigProfile, _ observations: FitObservations
  ) -> RobustLeastSquares {
    let problem = LeastSquares(start: constants.map { _ in 0 }, steps: constants.map(\.fitStep)) {
      logarithms in
      observations.residuals(ProfileFit.profile(start, constants, logarithms))
    }
    return RobustLeastSquares(problem, groups: groups)
  }

  private func badness(
    _ constants: [RigConstant], _ logarithms: [Double], _ observations: FitObservations
  ) -> Double {
    RobustLeastSquares.badness(
      of: observations.residuals(ProfileFit.profile(start, constants, logarithms)), groups)
  }

  /// To the bottom of the stair that the search with derivatives ended on, by steps that begin with a third of what the
  /// figures tell of each constant.
  private func polish(
    _ found: RobustLeastSquares.Fit, _ constants: [RigConstant]
  ) throws(ProfileFit.Failure) -> RobustLeastSquares.Fit {
    let errors = jackknife(found).standardErrors(of: constants.count)
    let steps = zip(errors, constants).map { ($0 ?? $1.fitStep) / 3 }
    var search = PatternSearch(start: found.fit.parameters, steps: steps) {
      badness(constants, $0, observations)
    }
    search.leastGain = RobustLeastSquares.leastGain
    let end = search.solve()
    do throws(LeastSquares.Failure) {
      return try robust(constants, start, observations).evaluate(at: end.point, hasSettled: found.hasSettled)
    } catch {
      throw Self.failure(error)
    }
  }

  /// Some steps to either side of the given start, the same each time.
  private func starts(_ count: Int, _ constants: [RigConstant]) -> [[Double]] {
    var stream = RandomStream(seed: 20_261_121)
    return (0..<count).map { _ in constants.map { 3 * $0.fitStep * stream.standardNormal() } }
  }
}

extension RigProfile {
  /// More chance than any rig that was measured has.
  fileprivate var blurred: RigProfile {
    let least: [(RigConstant, Double)] = [
      (.rateNoise, 0.02), (.baseNoise, 0.1), (.dirtyNoise, 0.1), (.bufferNoise, 0.3), (.estimateNoise, 0.1),
      (.phaseNoise, 0.2),
    ]
    var profile = self
    for (constant, sigma) in least { profile[constant] = max(profile[constant], sigma) }
    return profile
  }
}
