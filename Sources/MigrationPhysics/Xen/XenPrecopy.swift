/// Pre-copy as Xen does it: rounds whose rate follows the dirtying, and three reasons to stop.
///
/// After Clark et al., "Live Migration of Virtual Machines", NSDI 2005, section 5.3 ("dynamic rate-limiting"), and the
/// stop conditions of `xc_domain_save` (at most 29 rounds, fewer than 50 pages left, more than three times the memory
/// sent). QEMU's rule is another: it stops when what is left fits the downtime limit.
public struct XenPrecopy: Hashable, Sendable {
  /// How fast a round before the last is sent.
  public enum Rate: Hashable, Sendable {
    /// Bytes per second.
    case constant(Double)
    /// The first round at the minimum; each later one at the rate at which the round before was dirtied and `step`
    /// more, within the bounds. Bytes per second.
    case adaptive(minimum: Double, maximum: Double, step: Double)
  }

  /// One copy of memory while the guest runs.
  public struct Round: Hashable, Sendable {
    /// Since the first byte, seconds.
    public let start: Double
    public let duration: Double
    public let bytes: Double
  }

  /// What it comes to.
  public struct Course: Hashable, Sendable {
    public let rounds: [Round]
    /// The last round, which is sent while the guest stands still, bytes.
    public let finalBytes: Double
    public let totalSeconds: Double
    public let totalBytes: Double
    public let downtimeSeconds: Double
  }

  /// Bytes of the first round.
  public var firstRound: Double
  public var rate: Rate
  /// Of the last round, which no policy holds back, bytes per second.
  public var finalRate: Double
  /// From the last byte to the guest's first instruction, seconds.
  public var resume = 0.0
  /// Set-up and tear-down around the copying, seconds.
  public var fixed = 0.0
  /// `xc_domain_save`: the rounds before the last one, at most.
  public var mostRounds = 29
  /// `xc_domain_save`: so many times the memory sent in total ends it.
  public var mostSent = 3.0
  /// 50 pages of 4 KiB: less than this left ends it.
  public var littleLeft = 204_800.0

  public init(firstRound: Double, rate: Rate, finalRate: Double) {
    self.firstRound = firstRound
    self.rate = rate
    self.finalRate = finalRate
  }

  /// The course where `dirtied` says how many bytes a round of that number, from 0, and that length leaves to be sent
  /// again. Nil: there is no such round, for the guest is stopped before it.
  public func course(_ dirtied: (_ round: Int, _ seconds: Double) -> Double?) -> Course {
    var rounds: [Round] = []
    var (start, left, sent) = (0.0, firstRound, 0.0)
    var pace = firstPace
    while true {
      let duration = left / pace
      guard let next = dirtied(rounds.count, duration) else { break }
      rounds.append(Round(start: start, duration: duration, bytes: left))
      start += duration
      sent += left
      left = next
      if left < littleLeft || rounds.count >= mostRounds || sent > mostSent * firstRound { break }
      guard let faster = nextPace(after: duration > 0 ? next / duration : .infinity) else { break }
      pace = faster
    }
    let copying = left / finalRate
    return Course(
      rounds: rounds, finalBytes: left, totalSeconds: fixed + start + copying + resume,
      totalBytes: sent + left, downtimeSeconds: copying + resume)
  }

  private var firstPace: Double {
    switch rate {
    case .constant(let rate): rate
    case .adaptive(let minimum, _, _): minimum
    }
  }

  /// Nil where the pace that is wanted is above the maximum: then the rounds end.
  private func nextPace(after dirtyRate: Double) -> Double? {
    switch rate {
    case .constant(let rate): return rate
    case .adaptive(let minimum, let maximum, let step):
      let wanted = dirtyRate + step
      return wanted > maximum ? nil : max(minimum, wanted)
    }
  }
}
