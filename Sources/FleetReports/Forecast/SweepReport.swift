internal import FleetExperiments
public import MigrationPhysics
internal import Quantities

/// A curve of forecasts, and where its cliff is.
public enum SweepReport {
  /// - Parameters:
  ///   - sweep: the forecasts; each of its points is a row.
  ///   - key: what was varied.
  ///   - unit: what follows its numbers.
  ///   - profile: under which they were predicted; only its name is shown.
  ///   - style: how wide the lines are, and whether in colour.
  public static func text(
    _ sweep: ForecastSweep, of key: String, unit: String, under profile: RigProfile,
    style: TerminalStyle = .plain
  ) -> String {
    var document = Document()
    document.add(
      .title(
        "\(key) from \(words(sweep.points.first, unit)) to \(words(sweep.points.last, unit)) on \(profile.name)"
      ))
    var table = Table([
      .number(key), .number("completes"), .number("median", of: "total time"),
      .number("high", of: "total time"),
      .number("median", of: "data"), .number("median", of: "downtime"), .number("high", of: "downtime"),
      .text("held back by"),
    ])
    for point in sweep.points {
      let forecast = point.forecast
      let gap = forecast.serviceGap ?? forecast.networkGap
      // What never completes has no total time: how long it was tried says nothing but the time limit.
      let isCalledOff = forecast.completion < 0.005
      table.add([
        words(point, unit), ForecastReport.percent(forecast.completion),
        isCalledOff ? "called off" : ForecastReport.seconds(forecast.totalTime.median),
        isCalledOff ? nil : ForecastReport.seconds(forecast.totalTime.high),
        ForecastReport.bytes(forecast.bytes.median), gap.map { ForecastReport.seconds($0.median) },
        gap.map { ForecastReport.seconds($0.high) }, forecast.bottleneck.rawValue.replacing("-", with: " "),
      ])
    }
    document.add(
      "The curve", table,
      note:
        "High: one course in twenty is longer. Downtime: of those that complete. Called off: after the time limit."
    )
    document.add(.paragraph(cliff(sweep, key, unit)))
    return document.text(style)
  }

  /// Schema `fleetshift.forecast-sweep/1`.
  public static func json(
    _ sweep: ForecastSweep, of key: String, unit: String, under profile: RigProfile
  ) throws -> String {
    try JSONReport.encode(SweepJSON(sweep, key, unit, profile))
  }

  private struct SweepJSON: Encodable {
    struct Point: Encodable {
      let value: Double
      let forecast: MigrationForecast
    }
    struct Cliff: Encodable {
      let below: Double
      let above: Double
    }
    let schema = "fleetshift.forecast-sweep/1"
    let profile: String
    let key: String
    let unit: String
    let points: [Point]
    let cliff: Cliff?

    init(_ sweep: ForecastSweep, _ key: String, _ unit: String, _ profile: RigProfile) {
      self.profile = profile.name
      self.key = key
      self.unit = unit
      points = sweep.points.map { Point(value: $0.value, forecast: $0.forecast) }
      cliff = sweep.cliff.map { Cliff(below: $0.below.value, above: $0.above.value) }
    }
  }

  private static func cliff(_ sweep: ForecastSweep, _ key: String, _ unit: String) -> String {
    guard let cliff = sweep.cliff else {
      let completes = (sweep.points.first?.forecast.completion ?? 0) >= 0.5
      return "No cliff: it \(completes ? "completes" : "does not complete") all the way."
    }
    let stops = cliff.above.forecast.completion < cliff.below.forecast.completion
    let place = Figure.short(cliff.above.value, digits: 4) + (unit.isEmpty ? "" : " \(unit)")
    return "The cliff is at \(key) \(place): there it \(stops ? "stops completing" : "begins to complete")."
  }

  private static func words(_ point: ForecastSweep.Point?, _ unit: String) -> String {
    guard let value = point?.value else { return "" }
    let rounded = (value * 1000).rounded() / 1000
    let number = rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    return unit.isEmpty ? number : number + " " + unit
  }
}
