public import FleetExperiments

/// A sweep's result as one page: which factors it hangs on, and which way each of them goes.
public struct SweepHTMLReport {
  public var result: SweepResult
  /// Of the program.
  public var version: String
  /// The Vega libraries as one script; without it the page has tables only.
  public var bundle: String?

  public init(_ result: SweepResult, version: String, bundle: String?) {
    (self.result, self.version, self.bundle) = (result, version, bundle)
  }

  /// - Throws: `EncodingError` for a figure that is no number.
  public func render() throws -> String {
    try HTMLPage(
      title: result.scenario + (result.variant.map { ", variant \($0)" } ?? ""),
      question: "What does it hang on?",
      facts: [
        "\(result.points.count) points", "design \(result.design.rawValue)", "seed \(result.seed)",
        result.replications == 1 ? "1 replication" : "\(result.replications) replications",
        "fleetshift \(version)",
      ],
      charts: charts, figures: SweepDocument.make(result).html(level: 3, skipsTitle: true), version: version,
      bundle: bundle
    ).render()
  }

  var charts: [Chart] {
    [EffectsChart.make(result)].compactMap { $0 }
      + result.metrics.indices.compactMap { TornadoChart.make(result, $0) }
  }
}
