/// Where a function of one variable passes through zero, by Brent's method (GSL's `gsl_root_fsolver_brent`).
///
/// Made for functions that cost seconds: each point is evaluated once. With common random numbers a simulation is such
/// a function, of steps here and there: the root is then where its sign changes.
public enum RootSearch {
  public struct Root: Hashable, Sendable {
    public var value: Double
    /// The sign changes within.
    public var low: Double
    public var high: Double
  }

  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The function has the same sign at both ends.
    case noSignChange(atLow: Double, atHigh: Double)
    case notFinite(at: Double)
    case tooManySteps(Int)

    public var description: String {
      switch self {
      case .noSignChange(let low, let high):
        "the function is \(low) at the lower end and \(high) at the upper one: it need not pass through zero between"
      case .notFinite(let place): "the function has no value at \(place)"
      case .tooManySteps(let count): "no root was found in \(count) steps"
      }
    }
  }

  /// - Parameters:
  ///   - low: The lower end of the interval that is searched.
  ///   - high: The upper end. The function's sign has to differ between the two, or one of them be a root.
  ///   - tolerance: Of the root, relative to its size (or to the interval's, near zero).
  ///   - iterations: The most steps after the two ends; without a root by then the search fails.
  ///   - function: Called once for each place; its values have to be finite.
  /// - Throws: `Failure`, or what the function throws.
  public static func root(
    from low: Double, to high: Double, tolerance: Double = 1e-3, iterations: Int = 60,
    of function: @escaping (Double) throws -> Double
  ) throws -> Root {
    precondition(low < high && tolerance > 0, "a root is sought between two ends, to some tolerance")
    var known: [Double: Double] = [:]
    let once: (Double) throws -> Double = { x in
      if let value = known[x] { return value }
      let value = try function(x)
      guard value.isFinite else { throw Failure.notFinite(at: x) }
      known[x] = value
      return value
    }
    let ends = (try once(low), try once(high))
    if ends.0 == 0 { return Root(value: low, low: low, high: low) }
    if ends.1 == 0 { return Root(value: high, low: high, high: high) }
    guard (ends.0 < 0) != (ends.1 < 0) else { throw Failure.noSignChange(atLow: ends.0, atHigh: ends.1) }
    let scale = max(abs(low), abs(high)) * 1e-6
    let box = RootFunction(once)
    let found = GSL.brent(
      box, from: low, to: high,
      isNarrow: { $1 - $0 <= tolerance * max(min(abs($0), abs($1)), scale) }, iterations: iterations)
    if let failure = box.failure { throw failure }
    guard let found else { throw Failure.tooManySteps(iterations) }
    return Root(value: found.root, low: found.low, high: found.high)
  }
}
