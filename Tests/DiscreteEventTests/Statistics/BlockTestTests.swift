import Testing

@testable import DiscreteEvent

@Suite("F test of points over replications") struct BlockTestTests {
  private func alarms(_ series: Int, _ values: (inout RandomStream) -> [[Double]]) -> Int {
    var stream = RandomStream(seed: 5)
    return (0..<series).count { _ in (BlockTest(values(&stream))?.probability ?? 1) < 0.05 }
  }

  @Test("of two treatments it is the paired t-test") func two() throws {
    let (a, b) = ([3.1, 4.2, 2.8, 5.0, 3.3], [3.4, 4.1, 3.9, 5.6, 3.8])
    let found = try #require(BlockTest([a, b]))
    let pairs = try #require(PairedTest(zip(a, b).map { $1 - $0 }))
    #expect(abs(found.statistic - pairs.statistic * pairs.statistic) < 1e-9)
    #expect(abs(found.probability - pairs.probability) < 1e-9)
  }

  @Test("three treatments in five blocks, reckoned by hand") func byHand() throws {
    let found = try #require(BlockTest([[1, 2, 3, 4, 5], [2, 2, 5, 4, 7], [3, 5, 4, 7, 6]]))
    // Means 3, 4, 5, blocks 2, 3, 4, 5, 6: of squares 48 are in all, 10 between, 30 of blocks, 8 left: 0, and twice
    // ±(0, -1, 1, -1, 1). Box's epsilon is 8²/64/2, Huynh and Feldt's (5·2·½ - 2)/(2·(4 - 1)): both a half.
    #expect(abs(found.statistic - (10.0 / 2) / (8.0 / 8)) < 1e-9)
    #expect(abs(found.degrees.between - 1) < 1e-9 && abs(found.degrees.within - 4) < 1e-9)
    // F(1, 4) = 5 is t(4) = √5.
    #expect(abs(found.probability - 0.0890) < 5e-5)
  }

  @Test("noise that points share in part, or that grows from point to point, raises an alarm 5 % of the time")
  func level() {
    // Of 400 series 5 % is 20; three standard errors are 13.
    let alike = alarms(400) { stream in
      let blocks = (0..<8).map { _ in 3 * stream.standardNormal() }
      return (0..<10).map { _ in blocks.map { $0 + stream.standardNormal() } }
    }
    #expect((7...33).contains(alike), "\(alike)")
    let growing = alarms(400) { stream in
      (0..<10).map { point in (0..<8).map { _ in Double(point + 1) * stream.standardNormal() } }
    }
    #expect((7...33).contains(growing), "\(growing)")
    // A factor that changes nothing at all: three points each are the very same.
    let doubled = alarms(400) { stream in
      (0..<5).flatMap { _ in
        let row = (0..<8).map { _ in stream.standardNormal() }
        return [row, row.map { $0 + 0.1 * stream.standardNormal() }, row]
      }
    }
    #expect((4...40).contains(doubled), "\(doubled)")
  }

  @Test("what moves by more than chance is found") func power() {
    let found = alarms(50) { stream in
      (0..<10).map { point in (0..<8).map { _ in Double(point) * 0.5 + stream.standardNormal() } }
    }
    #expect(found == 50)
  }

  @Test("no chance at all, and too little to judge by") func edges() {
    #expect(BlockTest([[1, 5], [2, 6]])?.probability == 0)
    #expect(BlockTest([[1, 5], [1, 5]])?.probability == 1)
    #expect(BlockTest([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]])?.probability == 0)
    #expect(BlockTest([[1], [2]]) == nil && BlockTest([[1, 2]]) == nil && BlockTest([]) == nil)
  }
}
