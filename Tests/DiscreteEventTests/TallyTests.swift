import DiscreteEvent
import Foundation
import Quantities
import Testing

@Suite struct MomentsTests {
  /// 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squared distances 32, sample variance 32/7.
  @Test func `known answers`() {
    var moments = Moments()
    for value in [2.0, 4, 4, 4, 5, 5, 7, 9] { moments.add(value) }
    #expect(moments.count == 8 && moments.sum == 40 && moments.mean == 5)
    #expect(moments.min == 2 && moments.max == 9)
    #expect(abs((moments.variance ?? 0) - 32.0 / 7) < 1e-14)
    #expect(abs((moments.standardDeviation ?? 0) - (32.0 / 7).squareRoot()) < 1e-14)
  }

  @Test func `nothing and one number have no variance`() {
    var moments = Moments()
    #expect(moments.variance == nil && moments.min == nil && moments.max == nil && moments.mean == 0)
    moments.add(-3)
    #expect(moments.variance == nil && moments.min == -3 && moments.max == -3 && moments.mean == -3)
  }

  @Test func `a large offset does not cancel the variance`() {
    var moments = Moments()
    for value in [4.0, 7, 13, 16] { moments.add(1e9 + value) }
    #expect(moments.variance == 30)
  }

  @Test(arguments: 0..<20)
  func `merging parts is tallying the whole`(seed: UInt64) throws {
    var stream = RandomStream(seed: seed)
    var whole = Moments()
    var merged = Moments()
    for _ in 0..<stream.index(below: 8) {
      var part = Moments()
      for _ in 0..<stream.index(below: 50) {
        let value = 100 + stream.standardNormal()
        whole.add(value)
        part.add(value)
      }
      merged.merge(part)
    }
    #expect(merged.count == whole.count && merged.min == whole.min && merged.max == whole.max)
    #expect(abs(merged.mean - whole.mean) < 1e-11)
    #expect(abs((merged.variance ?? 0) - (whole.variance ?? 0)) < 1e-11)
    #expect(abs(merged.sum - whole.sum) < 1e-9)
    let coded = try JSONDecoder().decode(Moments.self, from: JSONEncoder().encode(merged))
    #expect(coded == merged)
  }

  @Test func `not a number is refused`() async {
    await #expect(processExitsWith: .failure) {
      var moments = Moments()
      moments.add(.nan)
    }
  }
}

@Suite struct ConfidenceIntervalTests {
  /// 1...5: mean 3, s = sqrt(2.5), t(4, 0.975) = 2.776445 (tables): 2.776445 * sqrt(2.5 / 5) = 1.963243.
  @Test func `known answers`() throws {
    let interval = try #require(ConfidenceInterval([1.0, 2, 3, 4, 5]))
    #expect(interval.mean == 3 && interval.count == 5 && interval.level == 0.95)
    #expect(abs((interval.halfWidth ?? 0) - 1.963_243) < 1e-6)
    #expect(abs((interval.low ?? 0) - 1.036_757) < 1e-6 && abs((interval.high ?? 0) - 4.963_243) < 1e-6)
    #expect(interval.contains(4.9) && !interval.contains(5))
    // t(4, 0.995) = 4.604095.
    let wide = try #require(ConfidenceInterval([1.0, 2, 3, 4, 5], level: 0.99))
    #expect(abs((wide.halfWidth ?? 0) - 4.604_095 * 0.5.squareRoot()) < 1e-6)
  }

  @Test func `one sample has a mean but no interval, and none has nothing`() throws {
    let one = try #require(ConfidenceInterval([7.0]))
    #expect(one.mean == 7 && one.halfWidth == nil && one.low == nil && one.high == nil && !one.contains(7))
    #expect(ConfidenceInterval([Double]()) == nil)
  }

  /// Differences 1, 2, 3: mean 2, s = 1, t(2, 0.975) = 4.302653: half width 4.302653 / sqrt 3 = 2.484138.
  @Test func `pairs are judged by their differences`() throws {
    let paired = try #require(ConfidenceInterval.paired([11, 102, 1003], minus: [10, 100, 1000]))
    #expect(paired.mean == 2 && paired.count == 3)
    #expect(abs((paired.halfWidth ?? 0) - 2.484_138) < 1e-6)
  }

  /// Of 95 % intervals of normal samples, 95 % hold the truth.
  @Test func `the interval holds the truth as often as it says`() throws {
    var stream = RandomStream(seed: 77)
    var hits = 0
    for _ in 0..<2000 {
      let sample = (0..<6).map { _ in 10 + 3 * stream.standardNormal() }
      if try #require(ConfidenceInterval(sample)).contains(10) { hits += 1 }
    }
    #expect(abs(Double(hits) - 1900) < 4 * (2000 * 0.95 * 0.05).squareRoot())
  }
}
