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
    /// By a jackknife over configurations; nil where the measurements do not tell it: then it was left as it was.
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
  /// The scale of the relative error that is left, by figure.
  public let scatter: [FidelityFigure: Double]
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
    let found = try FitSearch(observations, start: start).run(free, otherStarts: otherStarts)
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
    for (observation, group) in zip(observations.observations, observations.groups) {
      scatter[observation.figure] = found.fit.scales[group]
    }
    self.scatter = scatter
  }

  /// How unlikely the measured figures are under a profile, as a logarithm: what a fit makes small.
  package static func badness(of profile: RigProfile, on migrations: [MeasuredMigration], courses: Int)
    -> Double
  {
    let observations = FitObservations(migrations, courses: courses)
    return RobustLeastSquares.badness(of: observations.residuals(profile), observations.groups)
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
