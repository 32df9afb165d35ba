internal import DiscreteEvent
internal import Foundation
public import MigrationPhysics

/// The constants of a rig, estimated from migrations that were measured on it.
///
/// Robust non-linear least squares on the logarithms of predicted over measured figures (`RobustLeastSquares`): a run
/// that a stalled connection spoiled weighs little, by rule and not by name. What is predicted is the mean over the
/// courses that chance may take, which is nearly smooth in the constants, so that the search has one minimum to come to
/// from wherever it begins. The constants are varied by their logarithms, and stay
/// positive.
public struct ProfileFit: Sendable {
  /// One constant with how it came out.
  public struct Constant: Sendable {
    public let constant: RigConstant
    public let start: Double
    public let value: Double
    /// By a jackknife over configurations; nil where the measurements do not tell it: then it was left as it was, unless it
    /// was driven away.
    public let standardError: Double?
    /// Whether the measurements tell no more than that it is nowhere near the start: it went on until it had no bearing.
    public var isDriven: Bool { standardError == nil && value != start }
  }

  public enum Failure: Error, Equatable {
    /// There are fewer measured figures than constants to estimate.
    case tooFewFigures(Int, constants: Int)
    /// None of the constants has any bearing on the figures.
    case nothingIdentified
    /// They have, but so few migrations that differ do not tell even one of them.
    ///
    /// - Parameter end: a constant that fits best from some value on, where another cost holds the migrations back.
    case tooVague(migrations: Int, configurations: Int, constants: Int, end: End?)
    /// The search gave up, in the words of the library.
    case solver(String)

    /// Where the search left a constant.
    public struct End: Equatable, Sendable {
      public let constant: RigConstant
      public let value: Double
    }
  }

  /// The start with the fitted constants in place, standard errors set.
  public let profile: RigProfile
  public let constants: [Constant]
  /// The scale of the relative error that is left, by figure.
  public let scatter: [FidelityFigure: Double]
  /// Figures that no choice of the constants explains: what is left of them is more than a rig's scatter. Then the constants
  /// are not the rig's, whatever their errors, which are widened for it.
  public var unexplained: [FidelityFigure] {
    FidelityFigure.allCases.filter { figure in scatter[figure].map { $0 > figure.mostScatter } ?? false }
  }
  /// Measured figures that were fitted.
  public let figures: Int
  /// Those that counted for less than half, being far off.
  public let downWeighted: Int
  public let hasConverged: Bool
  /// The derivatives of the residuals at the minimum, for those of `constants` that have an error.
  let slopes: [[Double]]

  /// Courses of each migration whose mean is compared: enough that no single one of their thresholds is felt.
  public static let usualCourses = 32
  let courses: Int
  /// Starts of the search besides the given one.
  public static let usualOtherStarts = 1

  /// - Throws: `Failure`.
  public init(
    _ migrations: [MeasuredMigration], start: RigProfile, free: [RigConstant],
    otherStarts: Int = usualOtherStarts, courses: Int = usualCourses
  ) throws(Failure) {
    self.courses = courses
    let observations = FitObservations(migrations, courses: courses)
    guard !observations.observations.isEmpty else { throw .tooFewFigures(0, constants: free.count) }
    var search = FitSearch(observations, start: start)
    let found = try search.run(free, otherStarts: otherStarts)
    profile = found.profile
    slopes = found.fit.fit.slopes
    constants = free.map { constant in
      Constant(
        constant: constant, start: start[constant], value: found.profile[constant],
        standardError: found.profile.standardError(of: constant))
    }
    figures = observations.observations.count
    downWeighted = found.fit.weights.count { $0 < 0.5 }
    hasConverged = found.fit.hasSettled
    var scatter: [FidelityFigure: Double] = [:]
    let groups = observations.groups
    let (scales, _) = RobustLeastSquares.scalesAndWeights(of: found.fit.fit.residuals, groups)
    for (observation, group) in zip(observations.observations, groups) {
      scatter[observation.figure] = scales[group]
    }
    self.scatter = scatter
  }

  /// How unlikely the measured figures are under a profile, as a logarithm: what a fit makes small.
  package static func badness(of profile: RigProfile, on migrations: [MeasuredMigration], courses: Int)
    -> Double
  {
    let observations = FitObservations(migrations, courses: courses)
    return RobustLeastSquares.badness(
      of: observations.residuals(profile), observations.groups,
      mostScales: FidelityFigure.allCases.map(\.mostScatter))
  }

  static func profile(_ start: RigProfile, _ constants: [RigConstant], _ logarithms: [Double]) -> RigProfile {
    var profile = start
    for (constant, logarithm) in zip(constants, logarithms) {
      // Beyond these bounds a constant has no meaning left; the search may try them on its way.
      profile[constant] = start[constant] * exp(min(max(logarithm, -6), 6))
    }
    return profile
  }
}
