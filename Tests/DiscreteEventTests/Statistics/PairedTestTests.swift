import Testing

@testable import DiscreteEvent

@Suite("Tests of differences") struct PairedTestTests {
  @Test("Student's own data: ten patients, two drugs (Biometrika 6 (1908), p. 20)") func student() throws {
    let test = try #require(PairedTest([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]))
    // R: t.test(extra ~ group, sleep, paired = TRUE): t = 4.0621, df = 9, p = 0.002833.
    #expect(
      abs(test.statistic - 4.0621) < 5e-5 && abs(test.probability - 0.002833) < 5e-7 && test.count == 10)
  }

  @Test("the sign of the difference does not matter") func sign() throws {
    let differences = [0.3, -0.1, 0.8, 0.4]
    let (one, other) = (
      try #require(PairedTest(differences)), try #require(PairedTest(differences.map { -$0 }))
    )
    #expect(one.probability == other.probability && one.statistic == -other.statistic)
  }

  @Test("pairs that are all alike leave no doubt; one pair leaves all") func degenerate() throws {
    #expect(try #require(PairedTest([0, 0, 0])).probability == 1)
    #expect(try #require(PairedTest([2, 2])).probability == 0)
    #expect(PairedTest([2]) == nil)
  }

  @Test("Holm's adjustment, worked by hand") func holm() {
    let adjusted = HolmAdjustment.adjust([0.01, 0.04, 0.03, 0.005])
    // 4 x 0.005, 3 x 0.01, 2 x 0.03, and 0.04 no less than the one before.
    for (found, wanted) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(found - wanted) < 1e-12) }
    #expect(HolmAdjustment.adjust([0.5, 0.9]) == [1, 1])
    #expect(HolmAdjustment.adjust([]) == [])
  }

  @Test("of ten differences that are none, at most one series in twenty raises an alarm") func familyWise() {
    var stream = RandomStream(seed: 11)
    var alarms = 0
    for _ in 0..<500 {
      let probabilities = (0..<10).compactMap { _ in
        PairedTest((0..<10).map { _ in stream.standardNormal() })?.probability
      }
      if HolmAdjustment.adjust(probabilities).contains(where: { $0 < 0.05 }) { alarms += 1 }
    }
    // 25 expected; 42 or more in one series of 2,000.
    #expect((8...42).contains(alarms), "\(alarms)")
  }
}
