#if canImport(Glibc)
  private import Glibc
#endif

/// What a post-copy costs the guest after it has gone on: it runs, but each page that it lacks has to be fetched.
///
/// A page that is asked for travels behind all that the source has already sent (QEMU without `postcopy-preempt`:
/// migration/ram.c, one stream for both), so that a fault takes the round trip, the rig's own time, and as long as the
/// link takes for what is in flight. On the measured rows that is 26 ms at 128 MiB/s and 52 ms at 64 MiB/s.
public struct PostCopyForecast: Hashable, Codable, Sendable {
  /// Seconds that one fault holds the guest.
  public var faultLatency: Double
  /// Seconds from the guest's first instruction at the destination until it has all of its pages.
  public var brownout: Double
  /// Pages that it asks for meanwhile; `nil` for a sweep, which the stream runs along with after its first fault.
  public var faults: Double?

  /// - Parameters:
  ///   - touches: pages each second that a guest without faults would write.
  ///   - missing: of the pages that it writes, the share that is missing when it goes on, 0 to 1.
  init(faultLatency: Double, brownout: Double, touches: Double, missing: Double, isSweep: Bool) {
    self.faultLatency = faultLatency
    self.brownout = brownout
    guard !isSweep else { return }
    // Between two faults lies the latency and, as the missing share m falls from its first value to nothing, the mean
    // run 1 / (r m): dn/dt = r m / (1 + r m latency), integrated over the brownout.
    let first = touches * missing
    let held = first * faultLatency
    faults = held > 1e-6 ? brownout / faultLatency * (1 - log1p(held) / held) : first * brownout / 2
  }
}
