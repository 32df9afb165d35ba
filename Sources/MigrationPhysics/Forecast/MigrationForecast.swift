/// What a migration is expected to come to, with how sure one can be.
public struct MigrationForecast: Hashable, Codable, Sendable {
  /// The chance that it completes rather than being called off.
  public var completion: Double
  /// The chance of each way it may end, by the code of its outcome, most likely first.
  public var outcomes: [Outcome]
  /// From the command until the source is done (QEMU's `total-time`); a migration that is called off ends there.
  public var totalTime: Quantiles
  /// Sent by the source, all in all.
  public var bytes: Quantiles
  /// Seconds in which neither side ran the guest; `nil` where it was never merely paused.
  public var blackout: Quantiles?
  /// The same as clients saw it, with what the network took to find the guest again.
  public var networkGap: Quantiles?
  /// Seconds from the shutdown until it had booted; `nil` where it did not go down.
  public var serviceGap: Quantiles?
  /// Seconds of disk copying while the guest ran (cold: while it did not).
  public var bulkTime: Quantiles?
  /// Seconds from the cutover to the guest's first sign of life at the destination; `nil` for `live-ram`.
  public var cutoverDowntime: Quantiles?
  /// What a post-copy costs the guest, in the course without chance; `nil` where nothing is pulled.
  public var postCopy: PostCopyForecast?
  /// The rounds of the migration without chance.
  public var rounds: [RoundForecast]
  public var bottleneck: Bottleneck

  public struct Outcome: Hashable, Codable, Sendable {
    public var code: String
    public var probability: Double
  }
}

/// The distribution of one figure. Of the samples that have it: a pause is one of the completed migrations.
public struct Quantiles: Hashable, Codable, Sendable {
  public var mean: Double
  public var median: Double
  /// 5 % and 95 %: between them lie nine of ten.
  public var low: Double
  public var high: Double

  /// `nil` of nothing.
  package init?(_ sample: [Double]) {
    guard !sample.isEmpty else { return nil }
    let sorted = sample.sorted()
    func quantile(_ p: Double) -> Double {
      let position = p * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
    mean = sorted.reduce(0, +) / Double(sorted.count)
    (low, median, high) = (quantile(0.05), quantile(0.5), quantile(0.95))
  }
}

/// One round of memory, or one pass over a disk.
public struct RoundForecast: Hashable, Codable, Sendable {
  public var medium: String
  /// Seconds.
  public var duration: Double
  /// Sent in it.
  public var bytes: Double
  /// Written anew meanwhile.
  public var dirtied: Double
  /// Left for the next.
  public var remaining: Double
}

/// What held a migration back most.
public enum Bottleneck: String, Hashable, Codable, Sendable {
  case link
  case hypervisorLimit = "hypervisor-limit"
  case jobLimit = "job-limit"
  case host
  /// The guest writes faster than anything could send.
  case guestWrites = "guest-writes"
  /// Nothing is copied for long: fixed costs, boot.
  case fixedCosts = "fixed-costs"
}

/// One course of a migration: without chance, or one sample.
public struct PointForecast: Hashable, Codable, Sendable {
  /// The code of the outcome: `completed`, `timed_out`, ...
  public var outcome: String
  public var completed: Bool
  /// Seconds.
  public var totalTime: Double
  public var bytes: Double
  public var blackout: Double?
  public var networkGap: Double?
  public var serviceGap: Double?
  public var bulkTime: Double?
  public var cutoverDowntime: Double?
  public var postCopy: PostCopyForecast?
}
