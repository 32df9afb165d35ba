import Testing

@testable import DiscreteEvent

@Suite("Bootstrap intervals") struct BootstrapIntervalTests {
  private func interval(_ samples: [Double], seed: UInt64 = 1, level: Double = 0.95) throws
    -> BootstrapInterval
  {
    try #require(BootstrapInterval(samples, level: level, stream: RandomStream(seed: seed)))
  }

  private func normals(_ count: Int, seed: UInt64) -> [Double] {
    var stream = RandomStream(seed: seed)
    return (0..<count).map { _ in stream.standardNormal() }
  }

  @Test("of many normal samples it is Student's interval, near enough") func normal() throws {
    let samples = normals(400, seed: 3)
    let found = try interval(samples)
    let student = try #require(ConfidenceInterval(samples))
    let (low, high) = (try #require(student.low), try #require(student.high))
    #expect(abs(found.low - low) < 0.1 * (high - low) && abs(found.high - high) < 0.1 * (high - low))
  }

  @Test("it holds the true mean as often as it says: 95 % of 600 times, within the error of so few")
  func coverage()
    throws
  {
    var held = 0
    for seed in UInt64(0)..<600 {
      let samples = normals(40, seed: 1_000 + seed)
      let found = try #require(
        BootstrapInterval(samples, resamples: 1_000, stream: RandomStream(seed: seed)))
      if found.low <= 0 && found.high >= 0 { held += 1 }
    }
    // A 95 % interval is held 545 to 587 of 600 times in 99.9 % of all series; 40 samples cost a little.
    #expect((545...587).contains(held), "\(held)")
  }

  @Test("of skewed samples the long side is the long one") func skewed() throws {
    var stream = RandomStream(seed: 5)
    let samples = (0..<40).map { _ in exponential(&stream) }
    let found = try interval(samples)
    #expect(found.high - found.mean > 1.15 * (found.mean - found.low))
    let mirrored = try interval(samples.map { -$0 })
    #expect(mirrored.mean - mirrored.low > 1.15 * (mirrored.high - mirrored.mean))
  }

  private func exponential(_ stream: inout RandomStream) -> Double {
    GSL.exponentialQuantile(stream.uniform(), mean: 1)
  }

  @Test("other units give the same interval in those units, and a higher level a wider one")
  func equivariance() throws {
    let samples = normals(25, seed: 8)
    let (found, scaled) = (try interval(samples), try interval(samples.map { 3 * $0 + 10 }))
    #expect(abs(scaled.low - (3 * found.low + 10)) < 1e-9 && abs(scaled.high - (3 * found.high + 10)) < 1e-9)
    let wide = try interval(samples, level: 0.99)
    #expect(wide.low < found.low && wide.high > found.high)
    #expect(try interval(samples) == found)
  }

  @Test("samples that are all alike, and too few of them") func degenerate() throws {
    let same = try interval([4, 4, 4])
    #expect(same.low == 4 && same.high == 4)
    #expect(BootstrapInterval([4], stream: RandomStream(seed: 1)) == nil)
    #expect(BootstrapInterval([], stream: RandomStream(seed: 1)) == nil)
  }
}
