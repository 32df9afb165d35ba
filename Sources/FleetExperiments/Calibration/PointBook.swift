/// What has been simulated in a calibration, so that nothing is simulated twice; on one thread.
final class PointBook {
  // A class because the solver and its caller look at the same one.
  private let search: CalibrationSearch
  private let simulate: ([String]) throws -> CalibrationSearch.Sides?
  private var known: [[String]: CalibrationSearch.Sides] = [:]
  /// What kept a point from being simulated; there is no use in going on.
  private(set) var failure: (any Error)?

  init(_ search: CalibrationSearch, _ simulate: @escaping ([String]) throws -> CalibrationSearch.Sides?) {
    (self.search, self.simulate) = (search, simulate)
  }

  /// How many points have been simulated.
  var count: Int { known.count }

  /// How little is known of each target, relative, by its tolerance and by chance.
  private(set) var scales: [Double] = []

  /// Looks at the start how far chance goes; the search keeps these weights.
  func weigh(at start: [Double]) throws {
    let shares = zip(search.parameters, start).map { $0.share(of: min(max($1, $0.range.low), $0.range.high)) }
    scales = zip(search.targets, try sides(at: shares)).map { target, sides in
      let size = abs(sides.distance + sides.wanted)
      let chance = size > 0 ? sides.covariance(with: sides) / (size * size) : 0
      return (target.variance + chance * CalibrationSearch.histories(sides.left.count)).squareRoot()
    }
  }

  /// How far each target is missed, in what is not known of it; no numbers once anything has failed, which ends the solver.
  func residuals(at shares: [Double]) -> [Double] {
    guard failure == nil else { return search.targets.map { _ in .nan } }
    do {
      return zip(scales, try sides(at: shares)).map { scale, sides in
        sides.distance / (scale * abs(sides.wanted))
      }
    } catch {
      failure = error
      return search.targets.map { _ in .nan }
    }
  }

  func sides(at shares: [Double]) throws -> CalibrationSearch.Sides {
    try sides(zip(search.parameters, shares).map { $0.range.text($0.value(at: $1)) })
  }

  func sides(_ texts: [String]) throws -> CalibrationSearch.Sides {
    if let sides = known[texts] { return sides }
    let place = zip(search.parameters, texts).map { "\($0.path) = \($1)" }.joined(separator: ", ")
    guard let sides = try simulate(texts) else {
      throw SweepError(
        "with \(place) there is nothing of which a target could be said",
        remedy: "other ranges, or targets that every replication has")
    }
    for (target, pair) in zip(search.targets, sides) where pair.wanted == 0 || !pair.distance.isFinite {
      throw SweepError(
        "with \(place) the target '\(target.text)' is nothing, and a tolerance of nothing is none",
        remedy: "other ranges, or another target")
    }
    known[texts] = sides
    return sides
  }
}

/// The two sides of a target at a point, replication by replication.
public struct TargetSides: Sendable {
  public var left: [Double]
  public var right: [Double]

  public init(left: [Double] = [], right: [Double] = []) { (self.left, self.right) = (left, right) }

  /// What is reached less what is wanted.
  var distance: Double { wanted.isFinite ? TargetSides.mean(left) - wanted : .nan }
  var wanted: Double { TargetSides.mean(right) }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// How the distances of two targets go together from replication to replication; nothing of a single one.
  func covariance(with other: TargetSides) -> Double {
    guard left.count > 1 else { return 0 }
    // From the first one on, so that what is the same in all has a covariance of nothing to the last digit.
    func steps(_ sides: TargetSides) -> [Double] {
      sides.left.indices.map { (sides.left[$0] - sides.left[0]) - (sides.right[$0] - sides.right[0]) }
    }
    let (a, b) = (steps(self), steps(other))
    let (meanA, meanB) = (TargetSides.mean(a), TargetSides.mean(b))
    let sum = zip(a, b).reduce(0.0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
    return sum / Double(left.count - 1)
  }
}
