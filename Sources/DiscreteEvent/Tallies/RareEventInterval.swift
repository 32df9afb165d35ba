/// The 95 % interval of the mean of a Poisson variable, by how many events there were in all (Garwood 1936, "Fiducial limits
/// for the Poisson distribution").
///
/// Of events so rare that most samples have none Student's t knows nothing: of no event at all it makes an interval of no
/// width.
public struct RareEventInterval: Hashable, Sendable {
  public let low: Double
  public let high: Double

  /// - Parameters:
  ///   - events: in all samples together.
  ///   - samples: more than none.
  public init(events: Int, samples: Int) {
    precondition(events >= 0 && samples > 0, "events are counted in samples")
    low = events == 0 ? 0 : GSL.gammaQuantile(0.025, shape: Double(events), scale: 1) / Double(samples)
    high = GSL.gammaQuantile(0.975, shape: Double(events) + 1, scale: 1) / Double(samples)
  }
}
