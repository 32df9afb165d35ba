internal import DiscreteEvent
internal import Foundation
public import MigrationPhysics

/// The constants of a rig, estimated from migrations that were measured on it.
///
/// Non-linear least squares on the logarithms of predicted over measured figures, by a trust region with a robust loss
/// (`RobustLeastSquares`): a run that a stalled connection spoiled weighs little, by rule and not by name. The constants
/// are varied by their logarithms, so that they stay positive.
public struct ProfileFit: Sendable {
  /// One constant with how it came out.
  public struct Constant: Sendable {
    public let constant: RigConstant
    public let start: Double
    public let value: Double
    /// Nil where the measurements do not tell it: then it was left as it was.
    public let standardError: Double?
  }

  public enum Failure: Error, Equatable {
    /// There are fewer measured figures than constants to estimate.
    case tooFewFigures(Int, constants: Int)
    /// None of the constants has any bearing on the figures.
    case nothingIdentified
    /// The search gave up, in the words of the library.
    case solver(String)
  }

  /// The start with the fitted constants in place, standard errors set.
  public let profile: RigProfile
  public let constants: [Constant]
  /// The robust standard deviation of the relative error that is left, by figure.
  public let scatter: [FidelityFigure: Double]
  /// Measured figures that were fitted.
  public let figures: Int
  /// Those that counted for less than half, being far off.
  public let downWeighted: Int
  public let hasConverged: Bool

  /// A constant known no better than this, relative to its value, is not identified.
  private static let vague = 0.5
  /// Starts of the search besides the given one.
  public static let usualOtherStarts = 8

  /// - Throws: `Failure`.
  public init(
    _ migrations: [MeasuredMigration], start: RigProfile, free: [RigConstant],
    otherStarts: Int = usualOtherStarts
  ) throws(Failure) {
    let observations = FitObservations(migrations)
    guard !observations.observations.isEmpty else { throw .tooFewFigures(0, constants: free.count) }
    // First what the figures tell at all, then where the best valley is, then once more what is told there.
    let influential = Self.influential(free, start, observations)
    let told = try Self.identified(influential, start, observations, [])
    let best = try Self.solve(told.constants, start, observations, Self.starts(otherStarts, told.constants))
    let found = try Self.identified(told.constants, start, observations, best.fit.parameters)
    self.init(found.fit, found.constants, free: free, start, observations)
  }

  /// Drops the constants that the figures do not tell, the vaguest first: without them others may be told.
  private static func identified(
    _ constants: [RigConstant], _ start: RigProfile, _ observations: FitObservations, _ begin: [Double]
  ) throws(Failure) -> (constants: [RigConstant], fit: RobustLeastSquares.Fit) {
    var candidates = constants
    var begin = begin
    while true {
      guard !candidates.isEmpty else { throw .nothingIdentified }
      let found = try solve(candidates, start, observations, [], from: begin)
      let errors = found.fit.standardErrors.map { $0 ?? .infinity }
      guard let worst = errors.max(), worst > vague else { return (candidates, found) }
      let limit = max(vague, worst.isFinite ? worst / 2 : .greatestFiniteMagnitude)
      let kept = candidates.indices.filter { errors[$0] <= limit }
      candidates = kept.map { candidates[$0] }
      begin = kept.map { found.fit.parameters[$0] }
    }
  }

  private init(
    _ found: RobustLeastSquares.Fit, _ identified: [RigConstant], free: [RigConstant], _ start: RigProfile,
    _ observations: FitObservations
  ) {
    var profile = Self.profile(start, identified, found.fit.parameters)
    var constants: [Constant] = []
    for constant in free {
      var error: Double?
      if let index = identified.firstIndex(of: constant) {
        // The error of a logarithm is a relative one.
        error = found.fit.standardErrors[index].map { $0 * profile[constant] }
      }
      profile.setStandardError(error, of: constant)
      constants.append(
        Constant(constant: constant, start: start[constant], value: profile[constant], standardError: error))
    }
    self.profile = profile
    self.constants = constants
    figures = observations.observations.count
    downWeighted = found.weights.count { $0 < 0.5 }
    hasConverged = found.fit.hasConverged
    var scatter: [FidelityFigure: Double] = [:]
    for observation in observations.observations where scatter[observation.figure] == nil {
      let group = FidelityFigure.allCases.firstIndex(of: observation.figure) ?? 0
      scatter[observation.figure] = found.scales[group]
    }
    self.scatter = scatter
  }

  // MARK: - The search

  /// The best of the searches from `begin`, or else from the start itself, and from some other points.
  private static func solve(
    _ constants: [RigConstant], _ start: RigProfile, _ observations: FitObservations, _ others: [[Double]],
    from begin: [Double] = []
  ) throws(Failure) -> RobustLeastSquares.Fit {
    let problem = LeastSquares(
      start: begin.isEmpty ? constants.map { _ in 0 } : begin, steps: constants.map(\.fitStep)
    ) { logarithms in
      observations.residuals(profile(start, constants, logarithms))
    }
    var robust = RobustLeastSquares(problem, groups: observations.groups)
    robust.passes = 8
    robust.tolerance(1e-3, iterations: 12)
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

  /// Some steps to either side of the given start, the same each time: stairs make little valleys, in which a search
  /// that starts there ends.
  private static func starts(_ count: Int, _ constants: [RigConstant]) -> [[Double]] {
    var stream = RandomStream(seed: 20_261_121)
    return (0..<count).map { _ in constants.map { 3 * $0.fitStep * stream.standardNormal() } }
  }

  static func profile(_ start: RigProfile, _ constants: [RigConstant], _ logarithms: [Double]) -> RigProfile {
    var profile = start
    for (constant, logarithm) in zip(constants, logarithms) {
      // Beyond these bounds a constant has no meaning left; the search may try them on its way.
      profile[constant] = start[constant] * exp(min(max(logarithm, -6), 6))
    }
    return profile
  }

  /// Those that move any figure at all; a constant of nought, or without bound, has no logarithm and stays.
  private static func influential(
    _ constants: [RigConstant], _ start: RigProfile, _ observations: FitObservations
  ) -> [RigConstant] {
    constants.filter { constant in
      guard start[constant] > 0, start[constant].isFinite else { return false }
      let above = observations.residuals(profile(start, [constant], [constant.fitStep]))
      let below = observations.residuals(profile(start, [constant], [-constant.fitStep]))
      return zip(above, below).contains { abs($0 - $1) > 1e-4 * constant.fitStep }
    }
  }
}
