/// One figure of a case varied, all else as it is: where does it stop working?
public struct ForecastSweep: Sendable {
  public struct Point: Sendable {
    public var value: Double
    public var forecast: MigrationForecast
  }

  /// Where a small step changes much.
  public struct Cliff: Sendable {
    /// On the good side and on the bad one.
    public var below: Point
    public var above: Point
  }

  public private(set) var points: [Point] = []
  /// Between which values it stops (or starts) to complete; `nil` if it does so nowhere.
  public private(set) var cliff: Cliff?

  /// Forecasts each value, and then halves the step in which completion passes one half, until that is known to one part
  /// in a thousand of the range.
  public init<Failure: Error>(
    _ values: [Double], _ forecast: (Double) throws(Failure) -> MigrationForecast
  ) throws(Failure) {
    for value in values { points.append(Point(value: value, forecast: try forecast(value))) }
    guard
      let edge = points.indices.dropFirst().first(where: { index in
        (points[index].forecast.completion < 0.5) != (points[index - 1].forecast.completion < 0.5)
      })
    else { return }
    var (below, above) = (points[edge - 1], points[edge])
    let fine = abs(points[points.count - 1].value - points[0].value) / 1_000
    while abs(above.value - below.value) > fine {
      let value = (below.value + above.value) / 2
      let middle = Point(value: value, forecast: try forecast(value))
      if (middle.forecast.completion < 0.5) == (below.forecast.completion < 0.5) {
        below = middle
      } else {
        above = middle
      }
    }
    cliff = Cliff(below: below, above: above)
  }
}
