/// How much of a result's variance each parameter accounts for, alone and with all its interactions: Sobol's indices.
///
/// Two independent designs A and B, and for each parameter A with that parameter's column from B: `n (k + 2)` points.
/// First order by Saltelli et al. (Computer Physics Communications 181 (2010), table 2, row b), total by Jansen (1999,
/// the same table, row f). Intervals come of resampling the rows (Archer, Saltelli and Sobol 1997).
public struct SensitivityDesign: Hashable, Sendable {
  /// Of the unit cube, in the order in which results are to be given: for each row A, then B, then A with each column.
  public let points: [[Double]]
  public let rows: Int
  public let dimensions: Int

  /// - Parameters:
  ///   - rows: `n`; a power of two is best. 2 * `dimensions` may be at most 40.
  ///   - dimensions: How many parameters there are, one at least; each row makes as many points and two more.
  public init(rows: Int, dimensions: Int) {
    precondition(rows > 1, "one row has no variance")
    self.rows = rows
    self.dimensions = dimensions
    let base = SpaceFillingDesign.sobol(rows, dimensions: 2 * dimensions)
    points = base.flatMap { row -> [[Double]] in
      let (a, b) = (Array(row[..<dimensions]), Array(row[dimensions...]))
      let mixed = (0..<dimensions).map { column -> [Double] in
        var point = a
        point[column] = b[column]
        return point
      }
      return [a, b] + mixed
    }
  }

  /// One parameter's share of the variance, 0 to 1 but for the error of estimation.
  public struct Index: Hashable, Sendable, Codable {
    /// By itself.
    public var first: Estimate
    /// With all its interactions.
    public var total: Estimate

    public init(first: Estimate, total: Estimate) { (self.first, self.total) = (first, total) }
  }

  public struct Estimate: Hashable, Sendable, Codable {
    public var value: Double
    /// Of 95 %.
    public var low: Double
    public var high: Double

    public init(value: Double, low: Double, high: Double) {
      (self.value, self.low, self.high) = (value, low, high)
    }
  }

  /// The indices of all parameters, in their order.
  ///
  /// - Parameters:
  ///   - results: One finite number for each of `points`.
  ///   - resamples: How often the rows are drawn again for the intervals.
  ///   - stream: All chance of that: the same stream gives the same intervals.
  /// - Returns: `nil` if the results are all alike: then nothing accounts for anything.
  public func indices(of results: [Double], resamples: Int = 1_000, stream: RandomStream) -> [Index]? {
    precondition(results.count == points.count, "each point has a result")
    let all = Array(0..<rows)
    guard let values = estimates(results, all) else { return nil }
    var stream = stream
    var found = Array(repeating: (first: [Double](), total: [Double]()), count: dimensions)
    for _ in 0..<resamples {
      let drawn = all.map { _ in stream.index(below: rows) }
      guard let values = estimates(results, drawn) else { continue }
      for (column, value) in values.enumerated() {
        found[column].first.append(value.first)
        found[column].total.append(value.total)
      }
    }
    return values.enumerated().map { column, value in
      Index(
        first: Self.estimate(value.first, found[column].first),
        total: Self.estimate(value.total, found[column].total))
    }
  }

  private static func estimate(_ value: Double, _ resampled: [Double]) -> Estimate {
    guard !resampled.isEmpty else { return Estimate(value: value, low: value, high: value) }
    let sorted = resampled.sorted()
    func at(_ share: Double) -> Double { sorted[min(Int(share * Double(sorted.count)), sorted.count - 1)] }
    return Estimate(value: value, low: at(0.025), high: at(0.975))
  }

  private func estimates(_ results: [Double], _ drawn: [Int]) -> [(first: Double, total: Double)]? {
    let width = dimensions + 2
    var moments = Moments()
    for row in drawn {
      moments.add(results[row * width])
      moments.add(results[row * width + 1])
    }
    guard let variance = moments.variance, variance > 0 else { return nil }
    return (0..<dimensions).map { column in
      var (first, total) = (0.0, 0.0)
      for row in drawn {
        let (a, b) = (results[row * width], results[row * width + 1])
        let mixed = results[row * width + 2 + column]
        first += (b - moments.mean) * (mixed - a)
        total += (a - mixed) * (a - mixed)
      }
      let count = Double(drawn.count)
      return (first / count / variance, total / (2 * count) / variance)
    }
  }
}
