import DiscreteEvent
import FleetModel
import Testing

@Suite struct MixTests {
  func stream(_ seed: UInt64 = 1) -> RandomStream { RandomStream(seed: seed) }

  @Test func `quotas are exact`() {
    var stream = stream()
    let mix = Mix([("a", 60.0), ("b", 40.0)])
    let indices = mix.indices(count: 500, shuffledBy: &stream)
    #expect(indices.count { $0 == 0 } == 300)
    #expect(indices.count == 500)
  }

  @Test(arguments: [
    ([1.0, 1, 1], 10, [4, 3, 3]), ([1, 1, 1], 11, [4, 4, 3]), ([5, 3, 2], 7, [4, 2, 1]),
    ([0, 1], 5, [0, 5]), ([1], 0, [0]), ([20.93, 79.07], 20_000, [4186, 15_814]),
  ])
  func `the largest remainders get what is left, the earlier part first`(
    weights: [Double], count: Int, expected: [Int]
  ) {
    var stream = stream()
    let indices = Mix(weights.enumerated().map { ($0.offset, $0.element) })
      .indices(count: count, shuffledBy: &stream)
    #expect(weights.indices.map { part in indices.count { $0 == part } } == expected)
  }

  @Test func `any weights and counts add up, and no part is off by one or more`() {
    var random = stream(7)
    for _ in 0..<300 {
      let weights = (0..<(1 + random.index(below: 6))).map { _ in random.uniform() }
      let (count, total) = (random.index(below: 50), weights.reduce(0, +))
      let mix = Mix(weights.enumerated().map { ($0.offset, $0.element) })
      let indices = mix.indices(count: count, shuffledBy: &random)
      #expect(indices.count == count)
      for (part, weight) in weights.enumerated() {
        let exact = weight / total * Double(count)
        #expect(abs(Double(indices.count { $0 == part }) - exact) < 1, "\(weights) \(count)")
      }
    }
  }

  @Test func `the order is by chance, and the same for the same stream`() {
    var (a, b, c) = (stream(1), stream(1), stream(2))
    let mix = Mix([("a", 1.0), ("b", 1.0)])
    let first = mix.indices(count: 40, shuffledBy: &a)
    #expect(first == mix.indices(count: 40, shuffledBy: &b))
    #expect(first != mix.indices(count: 40, shuffledBy: &c))
    #expect(first != first.sorted())
  }

  @Test func `a uniform number falls into the part that covers it`() {
    let mix = Mix([("a", 1.0), ("b", 3.0)])
    #expect([0.0, 0.2499, 0.25, 0.999, 1].map(mix.index(at:)) == [0, 0, 1, 1, 1])
    #expect(Mix(all: 5).index(at: 0.7) == 0)
  }

  @Test func `a mix of nothing gives nothing`() {
    var stream = stream()
    #expect(Mix<String>([]).isEmpty)
    #expect(Mix<String>([]).indices(count: 3, shuffledBy: &stream).isEmpty)
  }
}
