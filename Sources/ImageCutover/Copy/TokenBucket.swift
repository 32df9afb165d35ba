internal import Quantities

/// Keeps several threads together below one rate: each takes what it is about to send and is told when it may.
final class TokenBucket: Sendable {
  /// What may go at once after a rest, as time at the full rate.
  private static let burst = Duration.milliseconds(20)

  private let rate: ByteRate
  private let paidUntil: Monitor<Instant>

  init(_ rate: ByteRate, now: Instant) {
    self.rate = rate
    paidUntil = Monitor(now)
  }

  /// Takes `amount`, and returns when it is paid for: the caller sends it then.
  func take(_ amount: Bytes, now: Instant) -> Instant {
    paidUntil.withLock { paidUntil in
      paidUntil = max(paidUntil, now - Self.burst) + rate.time(for: amount)
      return paidUntil
    }
  }
}
