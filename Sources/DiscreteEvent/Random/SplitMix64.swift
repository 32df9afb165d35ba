/// The SplitMix64 generator (Steele, Lea and Flood 2014; reference code by Vigna 2015): spreads a seed over the state
/// of a larger generator.
@usableFromInline
struct SplitMix64: Sendable {
  @usableFromInline private(set) var state: UInt64

  /// 2^64 divided by the golden ratio, odd.
  @usableFromInline static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  @usableFromInline init(seed: UInt64) { state = seed }

  @usableFromInline mutating func next() -> UInt64 {
    state &+= SplitMix64.increment
    return SplitMix64.mixed(state)
  }

  /// The output function: a bijection on 64 bits in which each input bit changes about half of the output bits.
  @usableFromInline static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
