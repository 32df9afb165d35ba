public import Quantities

/// What a pass left behind.
public struct CopyReport: Hashable, Codable, Sendable {
  /// What was sent in the pass.
  public var transferred: Bytes
  /// What the next pass would have to send: all that was written since this one began (or was left over).
  public var remaining: Bytes
  /// The rate that the final move may count on.
  public var bandwidth: ByteRate

  public init(transferred: Bytes, remaining: Bytes, bandwidth: ByteRate) {
    self.transferred = transferred
    self.remaining = remaining
    self.bandwidth = bandwidth
  }
}

/// How one replication stage is getting on: everything its rules look at.
public struct ConvergenceState: Hashable, Codable, Sendable {
  /// Passes ended so far.
  public private(set) var passes = 0
  public let began: Instant
  /// The pause that is now allowed; rules may raise it.
  public private(set) var downtimeLimit: Duration
  /// The share of its CPU time that the guest is denied, 0 to 1.
  public private(set) var throttle = 0.0

  private var remaining: Bytes?
  private var lowest: Bytes?
  private var lowestAt: Instant
  private var rises = 0
  private var heavyPasses = 0
  private var fired: UInt64 = 0

  init(of rules: ConvergenceRules, at now: Instant) {
    began = now
    lowestAt = now
    if case .expectedPause(let limit) = rules.target { downtimeLimit = limit } else { downtimeLimit = .zero }
  }

  /// The stage is taken up again with its first pass long made: the next one sends only what was written since.
  mutating func resumeAfterFirstPass() {
    passes = 1
  }

  /// What a look at the rules came to.
  enum Verdict: Hashable {
    case again, switchOver, postCopy
    case abort(isTimeOut: Bool)
  }

  /// Takes in a pass that has ended and says what comes next.
  mutating func passEnded(_ report: CopyReport, under rules: ConvergenceRules, at now: Instant) -> Verdict {
    passes += 1
    if let before = remaining, report.remaining > before { rises += 1 }
    remaining = report.remaining
    if lowest.map({ report.remaining < $0 }) ?? true {
      lowest = report.remaining
      lowestAt = now
    }
    if isReached(rules.target, by: report) { return .switchOver }
    let verdict = look(at: rules, report, now)
    // A rule may just have raised the limit far enough.
    return verdict == .again && isReached(rules.target, by: report) ? .switchOver : verdict
  }

  /// Looks at the rules about time when one of them is due in the middle of a pass.
  mutating func timePassed(under rules: ConvergenceRules, at now: Instant) -> Verdict {
    look(at: rules, nil, now)
  }

  /// When the next rule about time is due; `nil` if none is left.
  func nextLook(under rules: ConvergenceRules) -> Instant? {
    var next: Instant?
    for (index, rule) in rules.rules.enumerated() where fired & 1 << UInt64(index) == 0 {
      let due: Instant
      switch rule.when {
      case .elapsed(let time): due = began + time
      case .noProgress(let time): due = lowestAt + time
      case .passes, .remainingRose, .dirtiedOverSent: continue
      }
      if next.map({ due < $0 }) ?? true { next = due }
    }
    return next
  }

  private func isReached(_ target: ConvergenceTarget, by report: CopyReport) -> Bool {
    switch target {
    case .expectedPause: report.bandwidth.time(for: report.remaining) <= downtimeLimit
    case .remaining(let most): report.remaining <= most
    case .passes(let count): passes >= count
    }
  }

  private mutating func look(at rules: ConvergenceRules, _ report: CopyReport?, _ now: Instant) -> Verdict {
    for (index, rule) in rules.rules.enumerated() where fires(rule.when, UInt64(index), report, now) {
      switch rule.remedy {
      case .setDowntimeLimit(let limit): downtimeLimit = limit
      case .scaleDowntimeLimit(let factor, let most): downtimeLimit = min(downtimeLimit * factor, most)
      case .throttle(let first, let step, let most):
        throttle = min(throttle == 0 ? first : throttle + step, most)
      case .switchOver: return .switchOver
      case .postCopy: return .postCopy
      case .abort:
        if case .elapsed = rule.when { return .abort(isTimeOut: true) }
        return .abort(isTimeOut: false)
      }
    }
    return .again
  }

  private mutating func fires(
    _ condition: ConvergenceCondition, _ index: UInt64, _ report: CopyReport?, _ now: Instant
  ) -> Bool {
    let bit: UInt64 = 1 << index
    switch condition {
    case .passes(let least):
      guard fired & bit == 0, passes >= least else { return false }
      fired |= bit
      return true
    case .elapsed(let time):
      guard fired & bit == 0, now - began >= time else { return false }
      fired |= bit
      return true
    case .noProgress(let time):
      guard fired & bit == 0, now - lowestAt >= time else { return false }
      fired |= bit
      return true
    case .remainingRose(let times):
      guard report != nil, rises >= times else { return false }
      rises = 0
      return true
    case .dirtiedOverSent(let ratio, let times):
      guard let report, report.remaining.value > ratio * report.transferred.value else { return false }
      heavyPasses += 1
      guard heavyPasses >= times else { return false }
      heavyPasses = 0
      return true
    }
  }
}
