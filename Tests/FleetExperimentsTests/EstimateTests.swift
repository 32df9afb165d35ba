import FleetSimulation
import MigrationPhysics
import Testing

@testable import FleetExperiments

@Suite struct EstimateTests {
  @Test("the interval of 1, 2, 3 is 2 ± t(2, 0.975) / √3 = 2 ± 2.48414")
  func knownInterval() throws {
    let estimate = Estimate([1, 2, 3])
    #expect(estimate.mean == 2)
    #expect(abs(try #require(estimate.low) - (2 - 2.484138)) < 1e-5)
    #expect(abs(try #require(estimate.high) - (2 + 2.484138)) < 1e-5)
  }

  @Test func oneReplicationHasNoInterval() {
    let estimate = Estimate([42])
    #expect(estimate.mean == 42)
    #expect(estimate.low == nil)
    #expect(estimate.high == nil)
  }

  @Test("of nothing seen in ten replications there is at most 3.689 / 10 (Garwood 1936)")
  func rareEvents() throws {
    let none = Estimate(rare: Array(repeating: 0, count: 10))
    #expect(none.mean == 0 && none.low == 0)
    #expect(abs(try #require(none.high) - 0.3689) < 1e-4)
    let one = Estimate(rare: [1] + Array(repeating: 0, count: 9))
    #expect(one.low == 0, "and no number below zero")
    #expect(abs(try #require(one.high) - 0.5572) < 1e-4)
    // Those that come in crowds are wider than independent ones.
    let crowd = Estimate(rare: [20] + Array(repeating: 0, count: 9))
    #expect(try #require(crowd.high) == #require(Estimate([20] + Array(repeating: 0, count: 9)).high))
    let many = Array(repeating: 30.0, count: 10)
    #expect(Estimate(rare: many) == Estimate(many))
    #expect(Estimate(rare: [0]).high == nil)
  }

  @Test func aSpreadIsOverAllReplicationsTogether() throws {
    // 1 to 100 in two parts: by the inverse of the empirical distribution the quantiles are the numbers themselves.
    var (odd, even) = (Samples(), Samples())
    for value in 1...100 where value % 2 == 1 { odd.add(Double(value)) }
    for value in 1...100 where value % 2 == 0 { even.add(Double(value)) }
    let spread = try #require(Spread([odd, even, Samples()]))
    #expect(spread.count == 100)
    #expect(spread.mean == 50.5)
    #expect([spread.p50, spread.p95, spread.p99, spread.max] == [50, 95, 99, 100])
    #expect(spread.total(over: 2) == 2525)
  }

  @Test func nothingHasNoSpread() { #expect(Spread([Samples(), Samples()]) == nil) }
}
