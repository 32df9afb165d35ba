internal import DiscreteEvent

#if canImport(Glibc)
  private import Glibc
#endif

/// What chance adds to a prediction: nothing, or the draws of one sample.
struct Chance {
  let isSilent: Bool
  var stream: RandomStream

  static let none = Chance(isSilent: true, stream: RandomStream(seed: 1))

  private init(isSilent: Bool, stream: RandomStream) {
    self.isSilent = isSilent
    self.stream = stream
  }

  init(seed: UInt64, sample: Int) {
    isSilent = false
    stream = RandomStream(
      StreamKey(seed: seed, replication: UInt64(sample), entity: 0, purpose: .forecast))
  }

  /// A lognormal factor of median 1.
  mutating func factor(_ sigma: Double) -> Double {
    isSilent || sigma <= 0 ? 1 : exp(sigma * stream.standardNormal())
  }

  mutating func deviate(_ sigma: Double) -> Double {
    isSilent || sigma <= 0 ? 0 : sigma * stream.standardNormal()
  }

  /// An exponential time; its median where there is no chance.
  mutating func exponential(_ mean: Double) -> Double {
    guard mean > 0 else { return 0 }
    return isSilent ? mean * 0.693_147_180_559_945 : -mean * log(stream.uniform())
  }
}

extension StreamPurpose {
  static let forecast = StreamPurpose("forecast")
}
