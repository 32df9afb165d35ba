internal import DiscreteEvent
internal import MigrationPhysics

/// The way to the constants: which of them the figures tell, and their best values.
struct FitSearch {
  private let observations: FitObservations
  /// With what the figures have driven away in its place.
  private var start: RigProfile
  private let groups: [Int]
  private let mostScales: [Double]
  private let configurations: [Int]

  /// A constant known no better than this, relative to its value, is not identified.
  private static let vague = 0.5
  /// Of a logarithm that something has driven away.
  private static let far = 1.0
  /// Half of the chi-square that one constant more exceeds by chance once in a thousand times.
  private static let rejected = 5.4

  struct Found {
    let profile: RigProfile
    let fit: RobustLeastSquares.Fit
  }

  init(_ observations: FitObservations, start: RigProfile) {
    self.observations = observations
    self.start = start
    groups = observations.groups
    mostScales = FidelityFigure.allCases.map(\.mostScatter)
    configurations = observations.configurations
  }

  /// First which constants the figures tell from where it begins, then the best minimum with these, then whether they
  /// are told there too.
  mutating func run(_ free: [RigConstant], otherStarts: Int) throws(ProfileFit.Failure) -> Found {
    var constants = try tellable(free)
    var others = starts(otherStarts, constants)
    var begin: [Double]?
    // Where the last of them went before it was given up.
    var end: ProfileFit.Failure.End?
    while true {
      guard !constants.isEmpty else {
        throw .tooVague(
          migrations: observations.inputs.count, configurations: Set(configurations).count,
          constants: free.count, end: end)
      }
      var found = farther(try solve(constants, others, from: begin), constants)
      var told = self.told(found)
      if told.count == constants.count {
        found = try polish(found, constants)
        told = self.told(found)
        if told.count == constants.count {
          let errors = zip(told.map(\.error), misfit(found)).map { ($0 * $0 + $1 * $1).squareRoot() }
          return Found(profile: profile(found, constants, errors, free), fit: found)
        }
      }
      if told.isEmpty {
        // Together they are told by nothing; with the vaguest left as it was, the others may be.
        let given = vaguest(jackknife(found), Array(constants.indices))
        end = ended(found, constants, at: given)
        constants.remove(at: given)
        (begin, others) = (nil, [])
        continue
      }
      drive(found, constants, but: told.map(\.index))
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
  /// for without it others may be told, and so on. One that the figures drive two errors from its start is told, however
  /// vaguely: where it was is not where it is, and a cost that is next to nothing has no sharp logarithm.
  private func told(_ found: RobustLeastSquares.Fit) -> [(index: Int, error: Double)] {
    let jackknife = jackknife(found)
    var kept = Array(found.fit.parameters.indices)
    while !kept.isEmpty {
      let errors = jackknife.of(kept).standardErrors(of: kept.count).map { $0 ?? .infinity }
      let vague = zip(kept, errors).map { index, error in
        error <= max(Self.vague, abs(found.fit.parameters[index]) / 2) ? 0 : error
      }
      guard let worst = vague.max(), worst > 0 else { return Array(zip(kept, errors)) }
      if kept.count > 1, errors.allSatisfy({ $0 == .infinity }) {
        // More constants than a configuration less tells apart: that says nothing against any of them.
        kept.remove(at: vaguest(jackknife, kept))
      } else {
        // Those without any bearing on the figures go at once.
        kept = zip(kept, vague).filter { $1 < worst }.map { $0.0 }
      }
    }
    return []
  }

  /// A constant that is given up goes back to where it was, unless the figures drove it far away and would be much less
  /// likely with it back: a cost of nothing, say, of which no more is told than that it is small.
  private mutating func drive(
    _ found: RobustLeastSquares.Fit, _ constants: [RigConstant], but told: [Int]
  ) {
    let parameters = found.fit.parameters
    let place = ProfileFit.profile(start, constants, parameters)
    for index in constants.indices where !told.contains(index) && abs(parameters[index]) > Self.far {
      var back = parameters
      back[index] = 0
      let gain = badness(constants, back, observations) - found.badness
      if gain > Self.rejected { start[constants[index]] = place[constants[index]] }
    }
  }

  /// Where a constant went until it had no bearing any more; `nil` if it has.
  private func ended(
    _ found: RobustLeastSquares.Fit, _ constants: [RigConstant], at index: Int
  ) -> ProfileFit.Failure.End? {
    let isFlat = zip(found.fit.slopes, groups).allSatisfy { row, group in
      abs(row[index]) * 2 * Self.vague < FidelityFigure.allCases[group].usualScatter
    }
    guard isFlat else { return nil }
    let place = ProfileFit.profile(start, constants, found.fit.parameters)
    return .init(constant: constants[index], value: place[constants[index]])
  }

  /// The place in `kept` of the constant that all configurations together tell worst; the last of several.
  private func vaguest(_ jackknife: Jackknife, _ kept: [Int]) -> Int {
    let roots = jackknife.weights.map { $0.squareRoot() }
    let rows = zip(jackknife.of(kept).slopes, roots).map { row, root in row.map { $0 * root } }
    return Self.vaguest(rows, columns: kept.count)
  }

  /// The column with the largest variance. Where none is told from the others, it is the one that bears least on anything.
  private static func vaguest(_ rows: [[Double]], columns: Int) -> Int {
    let variances = LinearLeastSquares.variances(rows: rows, columns: columns)
    let isHopeless = variances.allSatisfy { $0 == nil }
    let badness = (0..<columns).map { column in
      isHopeless
        ? -rows.reduce(0) { $0 + $1[column] * $1[column] } : variances[column] ?? .infinity
    }
    return badness.indices.reversed().max { badness[$0] < badness[$1] } ?? 0
  }

  /// What the scatter of figures that the constants do not explain makes of their errors, a configuration counting once. A
  /// jackknife does not see it, for all configurations err alike; nought where all is explained.
  private func misfit(_ found: RobustLeastSquares.Fit) -> [Double] {
    let (residuals, slopes) = (found.fit.residuals, found.fit.slopes)
    let scales = RobustLeastSquares.scalesAndWeights(of: residuals, groups).scales
    let none = found.fit.parameters.map { _ in 0.0 }
    guard zip(scales, mostScales).contains(where: { $0 > $1 }) else { return none }
    let rows = residuals.indices.map { row in
      let repeats = residuals.indices.count {
        groups[$0] == groups[row] && configurations[$0] == configurations[row]
      }
      return slopes[row].map { $0 / scales[groups[row]] / Double(repeats).squareRoot() }
    }
    return LinearLeastSquares.variances(rows: rows, columns: none.count).map { ($0 ?? 0).squareRoot() }
  }

  /// The constants that the figures could tell if each were off by no more than is usual: wherever the search begins,
  /// and however far off it is there, they are the same or nearly.
  private func tellable(_ free: [RigConstant]) throws(ProfileFit.Failure) -> [RigConstant] {
    // A constant of nought, or without bound, has no logarithm and stays.
    var kept = free.filter { start[$0] > 0 && start[$0].isFinite }
    var columns = kept.map { constant in
      zip(
        observations.residuals(ProfileFit.profile(start, [constant], [constant.fitStep])),
        observations.residuals(ProfileFit.profile(start, [constant], [-constant.fitStep]))
      ).map { ($0 - $1) / (2 * constant.fitStep) }
    }
    let bearing = kept.indices.filter { index in columns[index].contains { $0 != 0 } }
    guard !bearing.isEmpty else { throw .nothingIdentified }
    (kept, columns) = (bearing.map { kept[$0] }, bearing.map { columns[$0] })
    let scales = observations.observations.map(\.figure.usualScatter)
    while !kept.isEmpty {
      let rows = scales.indices.map { row in columns.map { $0[row] / scales[row] } }
      let variances = LinearLeastSquares.variances(rows: rows, columns: kept.count)
      let errors = variances.map { $0.map { $0.squareRoot() } ?? .infinity }
      guard let worst = errors.max(), worst > Self.vague else { break }
      if kept.count > 1, errors.allSatisfy({ $0 == .infinity }) {
        let vaguest = Self.vaguest(rows, columns: kept.count)
        kept.remove(at: vaguest)
        columns.remove(at: vaguest)
        continue
      }
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
    return RobustLeastSquares(problem, groups: groups, mostScales: mostScales)
  }

  private func badness(
    _ constants: [RigConstant], _ logarithms: [Double], _ observations: FitObservations
  ) -> Double {
    RobustLeastSquares.badness(
      of: observations.residuals(ProfileFit.profile(start, constants, logarithms)), groups,
      mostScales: mostScales)
  }

  // MARK: - Far from the start

  /// A constant is looked for as far as this many doublings from the start, to either side.
  private static let doublings = 3
  /// The logarithm of two.
  private static let double = 0.693_147_180_559_945_3
  /// From how many places, besides the end that was found.
  private static let farStarts = 3

  /// Where an end leaves figures unexplained, the rig may be far from the start: then it is looked for there, from the best
  /// places at which one constant is some doublings off, by steps that are doublings at first. What explains its figures
  /// stays as it is.
  private func farther(
    _ found: RobustLeastSquares.Fit, _ constants: [RigConstant]
  ) -> RobustLeastSquares.Fit {
    let scales = RobustLeastSquares.scalesAndWeights(of: found.fit.residuals, groups).scales
    guard zip(scales, mostScales).contains(where: { $0 > $1 }) else { return found }
    let few = observations.with(courses: min(observations.courses, Self.fewCourses))
    var places: [(place: [Double], badness: Double)] = []
    for index in constants.indices {
      for count in (1...Self.doublings).flatMap({ [Double($0), -Double($0)] }) {
        var place = constants.map { _ in 0.0 }
        place[index] = count * Self.double
        places.append((place, badness(constants, place, few)))
      }
    }
    let order = places.indices.sorted { (places[$0].badness, $0) < (places[$1].badness, $1) }
    let begins = [found.fit.parameters] + order.prefix(Self.farStarts).map { places[$0].place }
    var end = found
    for begin in begins {
      let near = PatternSearch(start: begin, steps: constants.map { _ in Self.double }) {
        badness(constants, $0, few)
      }.solve().point
      var search = robust(constants, start, observations)
      search.begin(at: near)
      // From there the search may go astray; the others do not suffer.
      guard let other = try? search.solve(), other.badness < end.badness - RobustLeastSquares.leastGain
      else { continue }
      end = other
    }
    return end
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
