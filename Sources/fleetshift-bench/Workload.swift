internal import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014), as all drivers in Tests/Peers draw it.
struct WorkloadStream {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The top 53 bits of the next number, in 0..<1.
  mutating func uniform() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  /// Exponential with mean 1.
  mutating func exponential() -> Double { -log(1 - uniform()) }
}

/// One migration of the shared workload.
struct WorkloadMigration {
  let source: Int32
  let destination: Int32
  let bytes: Double

  /// The fleet that every driver in Tests/Peers draws, bit for bit: seed 1, lognormal sizes of mean 200e9, sigma 1.
  static func fleet(
    count: Int, hosts: Int, mean: Double = 200e9, sigma: Double = 1
  ) -> [WorkloadMigration] {
    var stream = WorkloadStream(seed: 1)
    let mu = log(mean) - sigma * sigma / 2
    return (0..<count).map { _ in
      let source = Int32(stream.uniform() * Double(hosts))
      var destination = Int32(stream.uniform() * Double(hosts - 1))
      if destination >= source { destination += 1 }
      let (u3, u4) = (stream.uniform(), stream.uniform())
      let z = (-2 * log(1 - u3)).squareRoot() * cos(2 * .pi * u4)
      return WorkloadMigration(
        source: source, destination: destination, bytes: exp(mu + sigma * z).rounded(.down))
    }
  }
}
