/// What the model says of a published case, or why it says nothing.
public struct CaseVerdict: Sendable {
  /// One published figure with its prediction.
  public struct Point: Hashable, Sendable {
    public enum Figure: String, Hashable, Sendable, Codable {
      case time, bytes, downtime
    }

    public let figure: Figure
    /// Which of the case's figures: `large, tunnel on`.
    public let label: String
    /// Seconds or bytes.
    public let measured: Double
    public let predicted: Double
    /// Whether the rig's constants were fitted on other figures than this.
    public let isHeldOut: Bool
    /// Whether a constant of the rig was reckoned from this very figure: its error proves nothing.
    public let isFittedOn: Bool

    public init(
      _ figure: Figure, _ label: String, measured: Double, predicted: Double, isHeldOut: Bool = false,
      isFittedOn: Bool = false
    ) {
      self.figure = figure
      self.label = label
      self.measured = measured
      self.predicted = predicted
      self.isHeldOut = isHeldOut
      self.isFittedOn = isFittedOn
    }

    /// Predicted over measured, less one.
    public var error: Double { measured == 0 ? (predicted == 0 ? 0 : 1) : predicted / measured - 1 }
  }

  public enum Coverage: Sendable {
    /// - Parameters:
    ///   - profile: the rig's constants that it was predicted with.
    ///   - note: what to know of the comparison.
    case covered([Point], profile: String, note: String)
    case notCovered(why: String)
  }

  public let published: PublishedCase
  public let coverage: Coverage

  public init(_ published: PublishedCase, _ coverage: Coverage) {
    self.published = published
    self.coverage = coverage
  }

  /// The figures that are held to a bound: how long it takes and how much it moves.
  public var bounded: [Point] { points.filter { $0.figure != .downtime } }

  public var points: [Point] {
    if case .covered(let points, _, _) = coverage { points } else { [] }
  }

  /// The largest error of time and bytes; nil where there is none.
  public var worst: Double? { bounded.map { abs($0.error) }.max() }

  /// The figures that are held to none: how long the guest stood still, or served nobody.
  public var downtimes: [Point] { points.filter { $0.figure == .downtime } }

  /// Those that no constant was reckoned from.
  public var scoredDowntimes: [Point] { downtimes.filter { !$0.isFittedOn } }

  /// The error of the downtime that is off by the most, with its sign, of those that are scored; nil without any.
  public var worstDowntime: Double? { scoredDowntimes.map(\.error).max { abs($0) < abs($1) } }
}

/// How the covered cases did.
public struct CaseScore: Hashable, Sendable, Encodable {
  public let covered: Int
  public let within10: Int
  public let within5: Int
  public let downtimes: Downtimes

  /// Of all downtimes that no constant was reckoned from, whichever case they are of. They are held to no bound.
  public struct Downtimes: Hashable, Sendable, Encodable {
    public let figures: Int
    /// Further ones, from which a constant was reckoned: they say nothing about how right it is.
    public let fittedOn: Int
    public let within10: Int
    /// Of the absolute errors; nil without downtimes.
    public let median: Double?
    public let worst: Double?

    enum CodingKeys: String, CodingKey {
      case figures, worst
      case fittedOn = "fitted_on"
      case within10 = "within_10_percent"
      case median = "median_abs_error"
    }

    fileprivate init(_ all: [CaseVerdict.Point]) {
      let points = all.filter { !$0.isFittedOn }
      fittedOn = all.count - points.count
      let errors = ValidationScore.Errors(points.map(\.error))
      figures = points.count
      within10 = points.count { abs($0.error) <= 0.10 }
      median = errors?.medianAbsolute
      worst = errors?.worstAbsolute
    }
  }

  enum CodingKeys: String, CodingKey {
    case covered, downtimes
    case within10 = "within_10_percent"
    case within5 = "within_5_percent"
  }

  /// A case is within a bound if each of its times and bytes is.
  public init(_ verdicts: [CaseVerdict]) {
    let worst = verdicts.compactMap(\.worst)
    covered = worst.count
    within10 = worst.count { $0 <= 0.10 }
    within5 = worst.count { $0 <= 0.05 }
    downtimes = Downtimes(verdicts.flatMap(\.downtimes))
  }
}
