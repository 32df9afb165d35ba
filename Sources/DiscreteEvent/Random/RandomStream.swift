/// A stream of random numbers: xoshiro256++ 1.0 (Blackman and Vigna 2019), period 2^256 - 1.
///
///     var stream = RandomStream(StreamKey(seed: 1, replication: 0, entity: 42, purpose: .sizes))
///     let u = stream.uniform()
///
/// A stream is a value of 32 bytes that costs a few nanoseconds to seed, so each entity and purpose has its own
/// (see ``StreamKey``). Not for secrets.
public struct RandomStream: RandomNumberGenerator, Hashable, Sendable, BitwiseCopyable {
  @usableFromInline var a: UInt64
  @usableFromInline var b: UInt64
  @usableFromInline var c: UInt64
  @usableFromInline var d: UInt64

  /// The stream that `key` names.
  public init(_ key: StreamKey) { self.init(seed: key.hash) }

  /// The stream whose state is filled from `seed` by SplitMix64, as the authors of xoshiro recommend.
  public init(seed: UInt64) {
    var filler = SplitMix64(seed: seed)
    a = filler.next()
    b = filler.next()
    c = filler.next()
    d = filler.next()
  }

  /// The stream with exactly this state, which must not be all zero.
  public init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(state.0 | state.1 | state.2 | state.3 != 0, "the all-zero state yields nothing but zeros")
    (a, b, c, d) = state
  }

  /// The next 64 random bits.
  @inlinable public mutating func next() -> UInt64 {
    func rotated(_ x: UInt64, _ by: UInt64) -> UInt64 { (x &<< by) | (x &>> (64 &- by)) }
    let result = rotated(a &+ d, 23) &+ a
    let shifted = b &<< 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotated(d, 45)
    return result
  }

  // MARK: - Draws

  /// A uniform number strictly between 0 and 1: one of the 2^52 midpoints `(k + 1/2) / 2^52`.
  ///
  /// Neither end ever occurs, so every quantile of it is finite, and `1 - u` is drawn as often as `u`.
  @inlinable public mutating func uniform() -> Double {
    (Double(next() &>> 12) + 0.5) * 0x1p-52
  }

  /// A standard normal number by inverse transform of one uniform (Wichura 1988, algorithm AS 241, in GSL).
  public mutating func standardNormal() -> Double { GSL.normalQuantile(uniform()) }

  /// A whole number from 0 up to but not including `bound`, each equally likely (Lemire 2019, multiply and reject).
  @inlinable public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "there is no index below \(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// True with the given probability; always draws exactly one number.
  @inlinable public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }
}
