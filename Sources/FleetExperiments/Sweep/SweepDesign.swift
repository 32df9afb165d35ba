internal import DiscreteEvent

/// Which points of the space of its factors a sweep looks at.
public enum SweepDesign: String, Hashable, Codable, Sendable, CaseIterable {
  /// Every value of each with every value of all others.
  case grid
  /// Latin hypercube: of each factor, each of as many slices as there are points is hit once.
  case lhs
  /// Sobol's sequence: points that fill the space evenly.
  case sobol
  /// Made for first-order and total sensitivity indices: see `SensitivityDesign`.
  case sensitivity

  /// The most points of one sweep.
  public static let mostPoints = 1_000_000

  /// The values of each point, in the order of the factors.
  ///
  /// - Parameters:
  ///   - factors: what is varied, one at least, and no place twice.
  ///   - count: how many points are wanted; a grid has as many as it has. A sensitivity design takes the largest that
  ///     is not larger and whose rows are a power of two.
  ///   - seed: of the chance in a Latin hypercube.
  public func points(_ factors: [SweepFactor], count: Int?, seed: UInt64) throws(SweepError) -> [[String]] {
    guard !factors.isEmpty else {
      throw SweepError("nothing is varied", remedy: "say what, such as --over 'limits.host-out=1,2,4'")
    }
    for (index, factor) in factors.enumerated()
    where factors[..<index].contains(where: { $0.path == factor.path }) {
      throw SweepError("'\(factor.path)' is varied twice", remedy: "write all its values in one --over")
    }
    if self == .grid { return try grid(factors, count) }
    let most =
      self == .sensitivity
      ? SpaceFillingDesign.mostSobolDimensions / 2 : SpaceFillingDesign.mostSobolDimensions
    guard self == .lhs || factors.count <= most else {
      throw SweepError(
        "\(factors.count) factors are more than the design \(rawValue) serves", remedy: "at most \(most)")
    }
    guard let count else {
      throw SweepError("the design \(rawValue) needs to know how many points", remedy: "say --points 256")
    }
    guard (1...SweepDesign.mostPoints).contains(count) else {
      throw SweepError("\(count) points cannot be looked at", remedy: "from 1 to \(SweepDesign.mostPoints)")
    }
    return try places(factors.count, count, seed).map { place in
      zip(factors, place).map { $0.value(at: $1) }
    }
  }

  private func places(_ dimensions: Int, _ count: Int, _ seed: UInt64) throws(SweepError) -> [[Double]] {
    switch self {
    case .grid: return []
    case .lhs:
      let stream = RandomStream(StreamKey(seed: seed, purpose: .sweepDesign))
      return SpaceFillingDesign.latinHypercube(count, dimensions: dimensions, stream: stream)
    case .sobol: return SpaceFillingDesign.sobol(count, dimensions: dimensions)
    case .sensitivity:
      guard let rows = SweepDesign.rows(count, dimensions) else {
        throw SweepError(
          "\(count) points are too few for the indices of \(dimensions) factors",
          remedy: "at least \(8 * (dimensions + 2)): a power of two times \(dimensions + 2)")
      }
      return SensitivityDesign(rows: rows, dimensions: dimensions).points
    }
  }

  /// The rows of a sensitivity design of at most so many points; `nil` if that is below eight.
  static func rows(_ count: Int, _ dimensions: Int) -> Int? {
    var rows = 8
    guard rows * (dimensions + 2) <= count else { return nil }
    while rows * 2 * (dimensions + 2) <= count { rows *= 2 }
    return rows
  }

  /// All combinations; the last factor changes fastest.
  private func grid(_ factors: [SweepFactor], _ count: Int?) throws(SweepError) -> [[String]] {
    if count != nil {
      throw SweepError(
        "a grid has as many points as its values make", remedy: "leave --points out, or use lhs or sobol")
    }
    var points: [[String]] = [[]]
    for factor in factors {
      let values = try factor.gridValues()
      guard points.count * values.count <= SweepDesign.mostPoints else {
        throw SweepError(
          "the grid has more than \(Figure.text(Double(SweepDesign.mostPoints), .count)) points",
          remedy: "fewer values, or --design lhs --points 1000")
      }
      points = points.flatMap { point in values.map { point + [$0] } }
    }
    return points
  }
}

extension StreamPurpose {
  static let sweepDesign = StreamPurpose("sweep.design")
  static let sweepResamples = StreamPurpose("sweep.resamples")
}
