/// SplitMix64, so that each run tries the same random values.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number that is not negative, of any size alike.
  mutating func magnitude() -> Int64 { Int64(next() >> 1) >> Int64.random(in: 0...62, using: &self) }

  /// A finite positive number of any size.
  mutating func positiveDouble() -> Double {
    while true {
      let value = Double(bitPattern: next() >> 1)
      if value.isFinite, value > 0 { return value }
    }
  }
}
