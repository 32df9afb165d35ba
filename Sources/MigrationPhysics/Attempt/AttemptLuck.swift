package import DiscreteEvent
package import FleetModel
package import Quantities

extension StreamPurpose {
  static let prepare = StreamPurpose("attempt.prepare")
  static let streamRate = StreamPurpose("attempt.stream-rate")
  static let shutdown = StreamPurpose("attempt.shutdown")
  static let boot = StreamPurpose("attempt.boot")
  static let rebootOverhead = StreamPurpose("attempt.reboot-overhead")
  static let networkGap = StreamPurpose("attempt.network-gap")
  static let dirtyNoise = StreamPurpose("attempt.dirty-noise")
  package static let kernelFault = StreamPurpose("attempt.kernel-fault")
}

/// All that chance decides of one attempt, drawn when it begins.
///
/// Keyed by the guest and by which of its moves this is, never by the strategy: whichever strategy moves it meets the
/// same boot time, the same stream and the same luck, and comparisons are paired.
package struct AttemptLuck: Sendable {
  package var prepare: Duration
  package var streamRate: ByteRate
  package var shutdown: Duration
  package var boot: Duration
  package var rebootOverhead: Duration
  package var networkGap: Duration
  /// 0 to 1; a kernel fault of probability p strikes where this is below p.
  package var kernelFault: Double
  package var noise: RandomStream

  /// Of a single prediction, which names what it knows.
  package init(
    prepare: Duration, shutdown: Duration, boot: Duration, rebootOverhead: Duration, noise: RandomStream
  ) {
    self.prepare = prepare
    self.shutdown = shutdown
    self.boot = boot
    self.rebootOverhead = rebootOverhead
    self.noise = noise
    streamRate = .unlimited
    networkGap = .zero
    kernelFault = 1
  }

  package init(_ mechanics: Mechanics, _ group: GuestGroup, key: (StreamPurpose) -> RandomStream) {
    func draw(_ distribution: Distribution, _ purpose: StreamPurpose) -> Double {
      var stream = key(purpose)
      return max(0, distribution.sample(&stream))
    }
    prepare = Duration(seconds: draw(mechanics.prepare, .prepare))
    let rate = draw(mechanics.streamRate, .streamRate)
    streamRate = rate > 0 ? ByteRate(bytesPerSecond: rate) : .unlimited
    shutdown = Duration(seconds: draw(group.shutdown, .shutdown))
    boot = Duration(seconds: draw(group.boot, .boot))
    rebootOverhead = Duration(seconds: draw(mechanics.rebootOverhead, .rebootOverhead))
    networkGap = Duration(seconds: draw(mechanics.networkGap, .networkGap))
    var faults = key(.kernelFault)
    kernelFault = faults.uniform()
    noise = key(.dirtyNoise)
  }
}
