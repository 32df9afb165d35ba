/// What the free parameters of a scenario have to be for it to come to its targets, and how surely.
///
/// Figures of targets are in seconds and bytes, those of parameters in the unit in which their range is written.
public struct Calibration: Codable, Sendable {
  public var schema = "fleetshift.calibration/1"
  public var scenario: String
  public var variant: String?
  public var seed: UInt64
  public var replications: Int
  public var parameters: [Parameter]
  public var targets: [Target]
  /// Combinations of parameters that the targets do not tell.
  public var untold: [[Part]]
  /// Of the errors of two parameters, where they go together: beyond ±0.9.
  public var correlations: [Correlation]
  /// Of the slopes of the targets, in their uncertainties, over the ranges of the parameters; falling.
  public var singularValues: [Double]
  /// How many points were simulated, each with all replications.
  public var points: Int
  /// Whether the search came to its end; else it was given up, and this is the best that was found.
  public var hasConverged: Bool

  enum CodingKeys: String, CodingKey {
    case schema, scenario, variant, seed, replications, parameters, targets, correlations, points
    case untold = "not_told_apart"
    case singularValues = "singular_values"
    case hasConverged = "converged"
  }

  public struct Parameter: Codable, Sendable {
    public var path: String
    public var unit: String
    public var start: Double
    public var low: Double
    public var high: Double
    /// As it is written in the scenario, rounded to what its error bears.
    public var text: String
    public var value: Double
    /// From both sources; `nil` where the targets do not tell the parameter.
    public var standardError: Double?
    /// From what one history differs from the next by: the observed one, and those that were simulated.
    public var errorByChance: Double?
    /// From the tolerance of the targets.
    public var errorByTolerance: Double?
    /// Whether it lies at an end of its range, so that it would rather be elsewhere.
    public var isAtEnd: Bool

    enum CodingKeys: String, CodingKey {
      case path, unit, start, low, high, text, value
      case standardError = "standard_error"
      case errorByChance = "error_by_chance"
      case errorByTolerance = "error_by_tolerance"
      case isAtEnd = "at_end_of_range"
    }
  }

  public struct Target: Codable, Sendable {
    public var text: String
    public var wanted: Double
    /// Over replications, with the parameters as they are written.
    public var reached: Estimate
    /// What was reached less what was wanted, as a part of that.
    public var residual: Double
    public var tolerance: Double
    /// Whether it is within its tolerance.
    public var isMet: Bool

    enum CodingKeys: String, CodingKey {
      case text, wanted, reached, residual, tolerance
      case isMet = "met"
    }
  }

  /// How far one parameter goes in a combination, as a part of its range, the farthest being 1.
  public struct Part: Codable, Sendable {
    public var path: String
    public var weight: Double
  }

  public struct Correlation: Codable, Sendable {
    public var first: String
    public var second: String
    public var value: Double
  }

  public var isMet: Bool { targets.allSatisfy(\.isMet) }
}
