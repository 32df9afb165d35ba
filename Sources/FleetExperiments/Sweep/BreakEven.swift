internal import DiscreteEvent

/// Where two sides of an equation cross as one value of the scenario changes.
///
/// Every point is simulated with the same chance, so the difference of the sides changes with the value alone, in steps
/// here and there; the place of its change of sign is found by Brent's method. Chance comes in by which replications
/// were drawn: the interval of the place is that of the difference over the slope around it (the delta method).
public struct BreakEven: Codable, Sendable {
  public struct Point: Codable, Sendable {
    /// As it would be written in the scenario.
    public var text: String
    public var value: Double
    /// The mean over replications of the left side, and of the right one.
    public var left: Double
    public var right: Double
    /// Of the left side less the right one.
    public var difference: Estimate
  }

  public var schema = "fleetshift.break-even/1"
  public var equation: String
  public var path: String
  public var unit: String
  /// All that were simulated, by their value.
  public var points: [Point]
  /// On either side of the change of sign; twice the same where the sides are equal there.
  public var below: Point
  public var above: Point
  /// The place between the two, where the difference would be nothing if it were straight.
  public var value: Double
  public var valueText: String
  /// Of 95 % over replications, of whole numbers never less than from `below` to `above`; `nil` with one replication, or where the difference does not change between the two.
  public var low: Double?
  public var high: Double?

  /// What stands at a value: both sides, replication by replication.
  public typealias Sides = (left: [Double], right: [Double])

  /// Searches the range.
  ///
  /// - Parameters:
  ///   - equation: whose sides are to cross.
  ///   - path: of what is varied in the scenario, for the result and for errors.
  ///   - range: within which the value is searched; both its ends are simulated.
  ///   - sides: simulates with a value, as it would be written; `nil` where there is nothing to compare.
  /// - Throws: ``SweepError`` where there is no change of sign, and what `sides` throws.
  public static func search(
    _ equation: MetricEquation, path: String, in range: SweepRange,
    sides: @escaping @Sendable (String) async throws -> Sides?
  ) async throws -> BreakEven {
    // Brent's method asks for one point after the other.
    try await OwnThread.run {
      try BreakEven(equation, path, range) { text in try OwnThread.wait { try await sides(text) } }
    }
  }

  private init(
    _ equation: MetricEquation, _ path: String, _ range: SweepRange, _ sides: (String) throws -> Sides?
  ) throws {
    var known: [String: Point] = [:]
    func point(_ value: Double) throws -> Point {
      let text = range.text(value)
      if let point = known[text] { return point }
      guard let found = try sides(text) else {
        throw SweepError(
          "with \(path) = \(text) there is nothing of which '\(equation.text)' could be said",
          remedy: "another range, or a metric that every replication has")
      }
      let difference = zip(found.left, found.right).map { $0 - $1 }
      let point = Point(
        text: text, value: range.isWhole ? value.rounded() : value,
        left: found.left.reduce(0, +) / Double(found.left.count),
        right: found.right.reduce(0, +) / Double(found.right.count), difference: Estimate(difference))
      known[text] = point
      return point
    }
    do {
      try withoutActuallyEscaping(point) { point in
        _ = try RootSearch.root(from: range.low, to: range.high) { try point($0).difference.mean }
      }
    } catch let failure as RootSearch.Failure {
      throw BreakEven.words(failure, equation, path, known.values.sorted { $0.value < $1.value })
    }
    self.equation = equation.text
    self.path = path
    unit = range.unit
    points = known.values.sorted { $0.value < $1.value }
    // The narrowest pair around a change of sign.
    let pairs = zip(points, points.dropFirst()).filter {
      ($0.difference.mean < 0) != ($1.difference.mean < 0)
    }
    if let exact = points.first(where: { $0.difference.mean == 0 }) {
      (below, above) = (exact, exact)
    } else if let pair = pairs.min(by: { $0.1.value - $0.0.value < $1.1.value - $1.0.value }) {
      (below, above) = pair
    } else {
      preconditionFailure("a root has been found between two points")
    }
    let rise = above.difference.mean - below.difference.mean
    let run = above.value - below.value
    value = rise == 0 ? below.value : below.value - below.difference.mean / rise * run
    valueText = range.isWhole ? below.text : range.text(value)
    (low, high) = BreakEven.interval(around: value, points, below, above)
    // Between whole numbers there is nothing: an interval inside the pair says no more than the pair does.
    if range.isWhole, let (low, high) = low.flatMap({ low in high.map { (low, $0) } }) {
      self.low = min(low.rounded(.down), below.value)
      self.high = max(high.rounded(.up), above.value)
    }
  }

  /// The half width of the difference over the slope of a straight line through the nearest points on either side that
  /// are far enough apart to be told from steps: a twentieth of the range.
  private static func interval(
    around value: Double, _ points: [Point], _ below: Point, _ above: Point
  ) -> (Double?, Double?) {
    guard let first = points.first, let last = points.last, let low = below.difference.low else {
      return (nil, nil)
    }
    let apart = (last.value - first.value) / 40
    guard let left = points.last(where: { $0.value <= value - apart }) ?? points.first,
      let right = points.first(where: { $0.value >= value + apart }) ?? points.last, right.value > left.value
    else { return (nil, nil) }
    let slope = (right.difference.mean - left.difference.mean) / (right.value - left.value)
    guard slope != 0 else { return (nil, nil) }
    let half = abs((below.difference.mean - low) / slope)
    return (value - half, value + half)
  }

  private static func words(
    _ failure: RootSearch.Failure, _ equation: MetricEquation, _ path: String, _ points: [Point]
  ) -> SweepError {
    switch failure {
    case .noSignChange:
      let ends = [points.first, points.last].compactMap { $0 }.map { point in
        "\(Figure.text(point.left, equation.kind)) against \(Figure.text(point.right, equation.kind)) with \(point.text)"
      }
      return SweepError(
        "'\(equation.text)' is crossed nowhere between: \(ends.joined(separator: ", "))",
        remedy: "a wider range of \(path), or another equation")
    case .notFinite(let place):
      return SweepError("there is no figure at \(place)", remedy: "another range of \(path)")
    case .tooManySteps(let count):
      return SweepError("no place was found in \(count) steps", remedy: "a narrower range of \(path)")
    }
  }
}
