import TestTools
import Testing

@testable import FleetSimulation

/// Quantiles in bounded memory against those of all the values.
@Suite struct SamplesTests {
  private static func values(_ count: Int, seed: UInt64) -> [Double] {
    var random = Seeded(spreading: seed)
    // Six orders of magnitude, and some zeros.
    return (0..<count).map { _ in
      random.chance(0.02) ? 0 : 1e-3 * random.number(0...1e6).squareRoot() * random.number(0...1e3)
    }
  }

  private static func exact(_ values: [Double], _ share: Double) -> Double {
    let rank = min(max(Int((share * Double(values.count)).rounded(.up)), 1), values.count)
    return values.sorted()[rank - 1]
  }

  private static let shares = [0, 0.01, 0.3, 0.5, 0.95, 0.99, 0.9999, 1]

  @Test(arguments: [10, Samples.mostExact, Samples.mostExact + 1, 15_000])
  func `quantiles are good to a thousandth, and up to 4,096 values to a float`(count: Int) throws {
    let values = SamplesTests.values(count, seed: UInt64(count))
    var samples = Samples()
    for value in values { samples.add(value) }
    let precision = count <= Samples.mostExact ? 0x1p-24 : Samples.precision
    let quantiles = try #require(samples.quantiles(SamplesTests.shares))
    for (share, quantile) in zip(SamplesTests.shares, quantiles) {
      let expected = SamplesTests.exact(values, share)
      #expect(abs(quantile - expected) <= expected * precision, "p\(share * 100)")
    }
    #expect(samples.count == count)
    #expect(abs(samples.sum - values.reduce(0, +)) <= samples.sum * 1e-12)
    #expect(quantiles.last == Double(Float(values.max() ?? 0)))
  }

  @Test func `tallies merge to what one of all the values is, however they are split`() throws {
    let values = SamplesTests.values(9_000, seed: 3)
    var whole = Samples()
    for value in values { whole.add(value) }
    for cuts in [[0, 9_000], [1, 4_000], [4_096, 8_192], [300, 350], [5_000, 5_001]] {
      var merged = Samples()
      for part in [values[..<cuts[0]], values[cuts[0]..<cuts[1]], values[cuts[1]...]] {
        var tally = Samples()
        for value in part { tally.add(value) }
        merged.merge(tally)
      }
      #expect(merged.quantiles(SamplesTests.shares) == whole.quantiles(SamplesTests.shares))
      #expect(merged.count == whole.count)
    }
  }

  @Test func `memory does not grow with the number of values`() {
    var samples = Samples()
    for value in SamplesTests.values(20_000, seed: 5) { samples.add(value) }
    // 4 KiB for each of the factors of two from 1e-3 to 1e6, and some beyond.
    #expect(samples.storedBytes < 40 * 4096)
    let size = samples.storedBytes
    for value in SamplesTests.values(30_000, seed: 5) { samples.add(value) }
    #expect(samples.storedBytes <= size + 2 * 4096)
  }
}
