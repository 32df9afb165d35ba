public import CutoverCore
public import Quantities

/// KubeVirt: a time limit by size, then post-copy, pause or cancel; and a stall detector in its newer versions.
///
/// Source: `pkg/virt-launcher/virtwrap/live-migration-source.go`, the stall detector beside it, and
/// `pkg/virt-config/virt-config.go`. The limit's unit is called GiB and is a decimal GB, rounded up.
public struct KubeVirtSteering: LiveSteering, Hashable {
  /// `completionTimeoutPerGiB`. 150 s; 800 s before 2024.
  public var completionTimeout: Duration
  /// `progressTimeout`: no new low of what remains for so long, and it is cancelled; not with a stall detector.
  public var progressTimeout: Duration
  /// `allowPostCopy`.
  public var allowsPostCopy: Bool
  /// `allowWorkloadDisruption`: at the limit act rather than cancel.
  public var allowsDisruption: Bool
  /// `allowAutoConverge`.
  public var allowsAutoConverge: Bool
  /// `maxDowntimeMs`; only a stall detector looks at it.
  public var maxDowntime: Duration
  /// The newer way (version 1.9, alpha); `nil`: the legacy one.
  public var stall: StallDetection?
  /// A device that cannot take part in post-copy or a long pause by itself (VFIO).
  public var hasPassthrough: Bool

  public init(
    completionTimeout: Duration = .seconds(150), progressTimeout: Duration = .seconds(150),
    allowsPostCopy: Bool = false, allowsDisruption: Bool = false, allowsAutoConverge: Bool = false,
    maxDowntime: Duration = .milliseconds(900), stall: StallDetection? = nil, hasPassthrough: Bool = false
  ) {
    self.completionTimeout = completionTimeout
    self.progressTimeout = progressTimeout
    self.allowsPostCopy = allowsPostCopy
    self.allowsDisruption = allowsDisruption
    self.allowsAutoConverge = allowsAutoConverge
    self.maxDowntime = maxDowntime
    self.stall = stall
    self.hasPassthrough = hasPassthrough
  }

  /// The downtime limit that QEMU starts with.
  private static let start = Duration.milliseconds(300)
  /// The most that QEMU takes as a downtime limit: `migrationutils.QEMUMaxMigrationDowntimeMS`.
  private static let most = Duration.seconds(2_000)

  public func course(for request: MigrationRequest) -> SteeredCourse {
    let deadline = completionTimeout * Self.gigabytes(of: request)
    var rules = allowsAutoConverge ? [QEMUSteering.slowDown] : []
    rules += stall == nil ? legacy(deadline) : detecting(deadline)
    let start = stall == nil ? Self.start : min(Self.start, maxDowntime)
    return SteeredCourse(
      rounds: ConvergenceRules(
        until: .expectedPause(atMost: start), rules: rules, clock: .attempt, stall: stall),
      postCopy: usesPostCopy ? .whenAsked : .never,
      // Once the guest has been paused at the limit, the limit is twice as long.
      outage: allowsDisruption ? deadline : nil)
  }

  private var usesPostCopy: Bool { allowsPostCopy && allowsDisruption && !hasPassthrough }

  /// What the size is counted in: decimal gigabytes of memory and of each disk that has to move, rounded up.
  static func gigabytes(of request: MigrationRequest) -> Double {
    func count(_ size: Bytes) -> Double { (size.value / 1e9).rounded(.up) }
    return count(request.guest.memory) + count(request.movedDisk)
  }

  private func legacy(_ deadline: Duration) -> [ConvergenceRule] {
    var rules: [ConvergenceRule] = []
    if progressTimeout > .zero {
      rules.append(ConvergenceRule(when: .noProgress(for: progressTimeout), do: .abort))
    }
    guard deadline > .zero else { return rules }
    guard allowsDisruption else { return rules + [ConvergenceRule(when: .elapsed(deadline), do: .abort)] }
    if usesPostCopy { return rules + [ConvergenceRule(when: .elapsed(deadline), do: .postCopy)] }
    if hasPassthrough {
      return rules + [
        ConvergenceRule(when: .elapsed(deadline), do: .setDowntimeLimit(min(deadline * 2, Self.most))),
        ConvergenceRule(when: .elapsed(deadline * 2), do: .abort),
      ]
    }
    return rules + [ConvergenceRule(when: .elapsed(deadline), do: .switchOver)]
  }

  /// What a pause may be above `maxDowntime` and still be tried for. 1.5: `precopyPossibleFactor`.
  private static let possible = 1.5
  /// Of the limit, within which a forced switch-over must end. 2: `completionTimeoutFactor`.
  private static let patience = 2.0
  /// 60 s: `switchoverTimeout`.
  private static let switchTimeout = Duration.seconds(60)

  private func detecting(_ deadline: Duration) -> [ConvergenceRule] {
    let inTime = ConvergenceGuard(finishedWithin: deadline * Self.patience)
    let force: ConvergenceRemedy? = usesPostCopy ? .postCopy : allowsDisruption ? .switchOver : nil
    var rules: [ConvergenceRule] = []
    if let force {
      rules.append(ConvergenceRule(when: .stalledAtLow, onlyIf: inTime, do: force))
    } else {
      let bearable = ConvergenceGuard(
        pauseAtMost: maxDowntime * Self.possible, finishedWithin: deadline * Self.patience)
      rules.append(ConvergenceRule(when: .stalledAtLow, onlyIf: bearable, do: .setDowntimeLimit(maxDowntime)))
      rules.append(ConvergenceRule(when: .stalledAtLow, onlyIf: inTime, do: .abort))
    }
    rules.append(ConvergenceRule(when: .switchOverdue(by: Self.switchTimeout), do: .abort))
    guard deadline > .zero else { return rules }
    if let force { rules.append(ConvergenceRule(when: .elapsed(deadline), onlyIf: inTime, do: force)) }
    return rules + [ConvergenceRule(when: .elapsed(deadline), do: .abort)]
  }
}
