import Testing

@testable import DiscreteEvent

@Suite("Root search") struct RootSearchTests {
  @Test("the root of two") func smooth() throws {
    let root = try RootSearch.root(from: 0, to: 2, tolerance: 1e-10) { $0 * $0 - 2 }
    #expect(abs(root.value - 2.0.squareRoot()) < 1e-9 && root.low <= root.value && root.value <= root.high)
  }

  @Test("the place of a step") func step() throws {
    let root = try RootSearch.root(from: 0, to: 10, tolerance: 1e-4) { $0 < 3.7 ? -1 : 5 }
    #expect(root.low <= 3.7 && 3.7 <= root.high && root.high - root.low <= 4e-4)
  }

  @Test("no point is asked for twice") func once() throws {
    var asked: [Double] = []
    _ = try RootSearch.root(from: -1, to: 4) {
      asked.append($0)
      return $0 * $0 * $0 - 1
    }
    #expect(Set(asked).count == asked.count && asked.count < 25)
  }

  @Test("a root at an end, and none at all") func ends() throws {
    #expect(try RootSearch.root(from: 1, to: 2) { $0 - 1 }.value == 1)
    #expect(throws: RootSearch.Failure.noSignChange(atLow: 1, atHigh: 4)) {
      try RootSearch.root(from: 1, to: 2) { $0 * $0 }
    }
  }

  @Test("what the function throws comes out, and no number is no answer") func failures() {
    struct Broken: Error {}
    var calls = 0
    #expect(throws: Broken.self) {
      try RootSearch.root(from: 0, to: 1) {
        calls += 1
        if calls > 2 { throw Broken() }
        return $0 - 0.5001
      }
    }
    #expect(throws: RootSearch.Failure.self) { try RootSearch.root(from: 0, to: 1) { $0 == 1 ? .nan : -1 } }
  }
}
