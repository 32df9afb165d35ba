public import Quantities

/// When to stop copying around a running guest, and what to do if that moment does not come.
///
/// The rules are data, evaluated here and nowhere else, so that the simulator and the image driver decide alike.
/// They are looked at when a pass ends, and the ones about time also when their time has come.
public struct ConvergenceRules: Hashable, Codable, Sendable {
  /// The test that ends the stage well.
  public var target: ConvergenceTarget
  /// Looked at in order; several may fire at one look, the first one that ends the stage ends the look.
  public var rules: [ConvergenceRule]
  /// What `elapsed` counts from.
  public var clock: ConvergenceClock
  /// How a stall is told; needed by rules that look for one.
  public var stall: StallDetection?

  public init(
    until target: ConvergenceTarget, rules: [ConvergenceRule] = [], clock: ConvergenceClock = .stage,
    stall: StallDetection? = nil
  ) {
    self.target = target
    self.rules = rules
    self.clock = clock
    self.stall = stall
  }
}

/// From when the time of a stage's rules counts.
public enum ConvergenceClock: String, Hashable, Codable, Sendable {
  /// From when the stage began.
  case stage
  /// From when the migration began, its disks included: so count Nova, KubeVirt and libvirt's own statistics.
  case attempt
}

/// What "small enough to stop" means.
public enum ConvergenceTarget: Hashable, Codable, Sendable {
  /// The rest would take at most the downtime limit at the bandwidth last seen: QEMU, Xen, vSphere, Nova.
  case expectedPause(atMost: Duration)
  /// The rest is at most this much: "until the mirror is one-to-one".
  case remaining(atMost: Bytes)
  /// So many passes, whatever is left: a snapshot is copied once.
  case passes(Int)
}

/// If this, then that.
public struct ConvergenceRule: Hashable, Codable, Sendable {
  public var when: ConvergenceCondition
  /// What must hold besides; a rule that fires once and finds that it doesn't has had its turn.
  public var onlyIf: ConvergenceGuard?
  public var remedy: ConvergenceRemedy

  public init(when: ConvergenceCondition, onlyIf: ConvergenceGuard? = nil, do remedy: ConvergenceRemedy) {
    self.when = when
    self.onlyIf = onlyIf
    self.remedy = remedy
  }
}

/// What the rest has to come to, at the bandwidth last seen, for a rule to act on it. It never holds before the first
/// pass has ended.
public struct ConvergenceGuard: Hashable, Codable, Sendable {
  /// The rest takes at most this.
  public var pauseAtMost: Duration?
  /// The rest is over by then, counted as `elapsed` is: no switch-over over a link that has died.
  public var finishedWithin: Duration?

  public init(pauseAtMost: Duration? = nil, finishedWithin: Duration? = nil) {
    self.pauseAtMost = pauseAtMost
    self.finishedWithin = finishedWithin
  }
}

/// What a rule looks at. Rules with a count start counting anew each time they fire; the others fire once.
public enum ConvergenceCondition: Hashable, Codable, Sendable {
  /// So many passes have ended.
  case passes(atLeast: Int)
  /// So long since the stage began.
  case elapsed(Duration)
  /// What remains after a pass has been more than after the pass before, so many times.
  case remainingRose(times: Int)
  /// A pass saw more than `ratio` of what it sent dirtied again, so many times.
  case dirtiedOverSent(ratio: Double, times: Int)
  /// The same of all passes that end within a second or more since the last such look (QEMU's auto-converge: 0.5, 2).
  case dirtiedOverSentPerSecond(ratio: Double, times: Int)
  /// No new low of what remains for so long (KubeVirt's `progressTimeout`).
  case noProgress(for: Duration)
  /// The passes have sent so much between them (Xen: three times the memory).
  case sent(atLeast: Bytes)
  /// The stage has stalled and is at a low of what remains: see `StallDetection`. Looked at after every pass until a
  /// rule has acted on it.
  case stalledAtLow
  /// So long since a rule acted on a stall, and the stage still goes on (KubeVirt's `switchoverTimeout`).
  case switchOverdue(by: Duration)
}

/// What a rule does.
public enum ConvergenceRemedy: Hashable, Codable, Sendable {
  case setDowntimeLimit(Duration)
  /// Proxmox doubles it, up to 2000 s.
  case scaleDowntimeLimit(by: Double, upTo: Duration)
  /// Slows the guest's CPUs by `first`, then by `step` more each time, up to `most` (fractions).
  case throttle(first: Double, step: Double, most: Double)
  /// Stop the guest now, whatever is left.
  case switchOver
  /// Start the guest there and fetch the rest after it; the plan must allow it.
  case postCopy
  case abort
}

extension ConvergenceRules {
  func validate() throws(PlanError) {
    switch target {
    case .expectedPause(let limit) where limit < .zero: throw PlanError("a downtime limit cannot be negative")
    case .remaining(let rest) where rest < .zero: throw PlanError("less than nothing cannot remain")
    case .passes(let count) where count < 1: throw PlanError("at least one pass has to be made")
    case .expectedPause, .remaining, .passes: break
    }
    try stall?.validate()
    // One bit of `ConvergenceState.fired` a rule.
    if rules.count > 64 { throw PlanError("\(rules.count) convergence rules: at most 64 are kept") }
    let counting = rules.count { $0.when.counts }
    if counting > ConvergenceState.mostCounters {
      throw PlanError(
        "\(counting) convergence rules that count: at most \(ConvergenceState.mostCounters) are kept")
    }
    for rule in rules {
      try rule.remedy.validate()
      switch rule.when {
      case .remainingRose(let times) where !(1...ConvergenceState.mostCounts).contains(times),
        .dirtiedOverSent(_, let times) where !(1...ConvergenceState.mostCounts).contains(times),
        .dirtiedOverSentPerSecond(_, let times) where !(1...ConvergenceState.mostCounts).contains(times):
        throw PlanError(
          "a rule that counts must count to at least 1 and at most \(ConvergenceState.mostCounts)")
      case .dirtiedOverSent(let ratio, _) where !(ratio >= 0 && ratio.isFinite),
        .dirtiedOverSentPerSecond(let ratio, _) where !(ratio >= 0 && ratio.isFinite):
        throw PlanError("\(ratio) is no ratio of what is dirtied to what is sent")
      case .elapsed(let time) where time <= .zero, .noProgress(let time) where time <= .zero,
        .switchOverdue(let time) where time <= .zero:
        throw PlanError("a rule's time must be longer than nothing")
      case .stalledAtLow where stall == nil, .switchOverdue where stall == nil:
        throw PlanError("a rule looks for a stall, and nothing says how one is told")
      case .passes, .elapsed, .remainingRose, .dirtiedOverSent, .dirtiedOverSentPerSecond, .noProgress, .sent,
        .stalledAtLow,
        .switchOverdue:
        break
      }
    }
  }
}

extension ConvergenceRemedy {
  fileprivate func validate() throws(PlanError) {
    switch self {
    case .setDowntimeLimit(let limit) where limit < .zero,
      .scaleDowntimeLimit(_, let limit) where limit < .zero:
      throw PlanError("a downtime limit cannot be negative")
    case .scaleDowntimeLimit(let factor, _) where !(factor > 0 && factor.isFinite):
      throw PlanError("a downtime limit cannot be multiplied by \(factor)")
    case .throttle(let first, let step, let most):
      for share in [first, step, most] where !(0...1).contains(share) {
        throw PlanError("a guest can be denied from 0 to 1 of its CPU time, not \(share)")
      }
    case .setDowntimeLimit, .scaleDowntimeLimit, .switchOver, .postCopy, .abort: break
    }
  }
}
