import DiscreteEvent
import Foundation
import Testing

@Suite struct RandomStreamTests {
  /// The first outputs of the authors' C program (xoshiro256plusplus.c) from the state 1, 2, 3, 4; the same numbers
  /// serve as known answers in the Rust crate `rand_xoshiro`.
  @Test func `gives the numbers of the reference program`() {
    var stream = RandomStream(state: (1, 2, 3, 4))
    let expected: [UInt64] = [
      41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205,
      9_973_669_472_204_895_162, 14_011_001_112_246_962_877, 12_406_186_145_184_390_807,
      15_849_039_046_786_891_736, 10_450_023_813_501_588_000,
    ]
    for number in expected { #expect(stream.next() == number) }
  }

  /// The state is filled by SplitMix64, whose first outputs from seed 1234567 are published with it.
  @Test func `is seeded by SplitMix64`() {
    var byHand = RandomStream(
      state: (
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431
      ))
    var seeded = RandomStream(seed: 1_234_567)
    for _ in 0..<10 { #expect(seeded.next() == byHand.next()) }
  }

  @Test func `every part of a key matters, and nothing else`() {
    let key = StreamKey(seed: 1, replication: 2, entity: 3, purpose: .sizes)
    let others = [
      StreamKey(seed: 2, replication: 2, entity: 3, purpose: .sizes),
      StreamKey(seed: 1, replication: 3, entity: 3, purpose: .sizes),
      StreamKey(seed: 1, replication: 2, entity: 2, purpose: .sizes),
      StreamKey(seed: 1, replication: 2, entity: 3, purpose: .faults),
      StreamKey(seed: 2, replication: 1, entity: 3, purpose: .sizes),
      StreamKey(seed: 1, replication: 3, entity: 2, purpose: .sizes),
    ]
    #expect(RandomStream(key) == RandomStream(StreamKey(seed: 1, replication: 2, entity: 3, purpose: .sizes)))
    for other in others { #expect(other.hash != key.hash) }
    #expect(StreamPurpose("sizes") == .sizes)
    #expect(StreamPurpose("a").rawValue == 0xaf63_dc4c_8601_ec8c)  // published FNV-1a value
    #expect(StreamPurpose(rawValue: 7) != .choices)
  }

  @Test func `neighbouring keys have different hashes, and their first numbers look independent`() {
    var hashes = Set<UInt64>()
    var sum = 0.0
    var products = 0.0
    var previous = 0.5
    for entity in 0..<UInt64(100_000) {
      let key = StreamKey(seed: 1, replication: entity % 10, entity: entity / 10, purpose: .choices)
      hashes.insert(key.hash)
      var stream = RandomStream(key)
      let u = stream.uniform()
      sum += u
      products += (u - 0.5) * (previous - 0.5)
      previous = u
    }
    #expect(hashes.count == 100_000)
    // Mean 1/2 with variance 1/12n; lag-one covariance 0 with variance 1/144n: four standard errors.
    #expect(abs(sum / 100_000 - 0.5) < 4 * (1 / 12e5).squareRoot())
    #expect(abs(products / 100_000) < 4 * (1 / 144e5).squareRoot())
  }

  @Test func `uniform numbers lie strictly between 0 and 1`() {
    // After one step from this state the output is zero, and from the other it is all ones.
    var zero = RandomStream(state: (0, 1, 1, 0))
    #expect(zero.next() == 0)
    zero = RandomStream(state: (0, 1, 1, 0))
    #expect(zero.uniform() == 0x1p-53)
    var ones = RandomStream(state: (UInt64.max, 1, 1, 1))
    #expect(ones.next() == UInt64.max)
    ones = RandomStream(state: (UInt64.max, 1, 1, 1))
    #expect(ones.uniform() == 1 - 0x1p-53)
  }

  @Test func `uniform numbers are uniform`() {
    var stream = RandomStream(seed: 9)
    let sample = (0..<20_000).map { _ in stream.uniform() }
    #expect(kolmogorovSmirnov(sample) { $0 } < kolmogorovLimit(20_000))
  }

  @Test func `standard normal numbers follow the error function`() {
    var stream = RandomStream(seed: 10)
    let sample = (0..<20_000).map { _ in stream.standardNormal() }
    #expect(kolmogorovSmirnov(sample) { erfc(-$0 / 2.0.squareRoot()) / 2 } < kolmogorovLimit(20_000))
  }

  @Test func `indices are unbiased`() {
    var stream = RandomStream(seed: 11)
    var counts = [Double](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[stream.index(below: 6)] += 1 }
    // Chi-square with 5 degrees of freedom exceeds 20.5 once in a thousand.
    #expect(counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 } < 20.5)
    #expect(stream.index(below: 1) == 0)
  }

  /// Below 3 * 2^61 each index has 8/3 preimages among 2^64: without rejection the remainders modulo 3 would be drawn
  /// as 3 : 3 : 2.
  @Test func `indices below a bound near the top of the range are unbiased`() {
    var stream = RandomStream(seed: 12)
    let bound = 3 << 61
    var counts = [Double](repeating: 0, count: 3)
    for _ in 0..<30_000 { counts[stream.index(below: bound) % 3] += 1 }
    #expect(counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 } < 13.8)
  }

  @Test func `chance is frequency`() {
    var stream = RandomStream(seed: 13)
    let hits = (0..<10_000).count { _ in stream.chance(0.3) }
    #expect(abs(Double(hits) - 3000) < 4 * (10_000 * 0.21).squareRoot())
    let certain = (0..<100).map { _ in (never: stream.chance(0), always: stream.chance(1)) }
    #expect(certain.allSatisfy { !$0.never && $0.always })
  }

  @Test func `impossible requests are refused`() async {
    await #expect(processExitsWith: .failure) { _ = RandomStream(state: (0, 0, 0, 0)) }
    await #expect(processExitsWith: .failure) {
      var stream = RandomStream(seed: 1)
      _ = stream.index(below: 0)
    }
  }
}
