import Quantities
import Testing

@testable import FleetExperiments

@Suite struct TimeBinsTests {
  @Test("however late it gets, nothing is lost, and there are never more bins than the most")
  func conserves() {
    var bins = TimeBins()
    var sum = 0.0
    var time: Int64 = 1
    while time < Int64(4e17) {
      bins.add(3, at: Instant(nanoseconds: time))
      sum += 3
      time = time * 17 / 10 + 900_000_000
    }
    #expect(bins.amounts.count <= TimeBins.most)
    #expect(bins.amounts.reduce(0, +) == sum)
    #expect(bins.width.nonzeroBitCount == Int64(1_000_000_000).nonzeroBitCount, "a second, doubled")
  }

  @Test("an amount is spread by how long it was in each bin") func spreads() {
    var bins = TimeBins()
    bins.add(100, from: Instant(nanoseconds: 500_000_000), to: Instant(nanoseconds: 3_000_000_000))
    #expect(bins.amounts.prefix(3).elementsEqual([20, 40, 40]))
    #expect(bins.amounts.dropFirst(3).allSatisfy { $0 == 0 })
    #expect(bins.widened(to: 2_000_000_000).prefix(2).elementsEqual([60, 40]))
  }

  @Test("widths of different runs can be laid over each other") func overlays() {
    var (short, long) = (TimeBins(), TimeBins())
    short.add(1, at: Instant(nanoseconds: 10_000_000_000))
    long.add(1, at: Instant(nanoseconds: 100_000_000_000_000))
    #expect(long.width % short.width == 0)
    #expect(short.widened(to: long.width) == [1])
  }
}
