import DiscreteEvent
import Testing

/// Intervals of things that hardly happen.
@Suite struct RareEventIntervalTests {
  /// Ulm 1990, "A simple method to calculate the confidence interval of a standardized mortality ratio", table 1.
  @Test(arguments: [(0, 0, 3.689), (1, 0.025, 5.572), (2, 0.242, 7.225), (10, 4.795, 18.390)])
  func `the limits are those of the tables`(events: Int, low: Double, high: Double) {
    for samples in [1, 10] {
      let interval = RareEventInterval(events: events, samples: samples)
      #expect(abs(interval.low * Double(samples) - low) < 5e-4)
      #expect(abs(interval.high * Double(samples) - high) < 5e-4)
    }
  }
}
