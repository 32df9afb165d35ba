public import Quantities

/// What a pass left behind.
public struct CopyReport: Hashable, Codable, Sendable {
  /// What was sent in the pass.
  public var transferred: Bytes
  /// What the next pass would have to send: all that was written since this one began (or was left over).
  public var remaining: Bytes
  /// What was written while it ran, and is new among what remains; a driver that cannot tell reports all that remains.
  public var dirtied: Bytes
  /// The rate that the final move may count on.
  public var bandwidth: ByteRate

  public init(transferred: Bytes, remaining: Bytes, dirtied: Bytes? = nil, bandwidth: ByteRate) {
    self.transferred = transferred
    self.remaining = remaining
    self.dirtied = dirtied ?? remaining
    self.bandwidth = bandwidth
  }
}

/// How one replication stage is getting on: everything its rules look at.
public struct ConvergenceState: Hashable, Codable, Sendable {
  /// Passes ended so far.
  public private(set) var passes = 0
  /// From when the time of the rules counts.
  public private(set) var began: Instant
  /// The pause that is now allowed; rules may raise it.
  public private(set) var downtimeLimit: Duration
  /// The share of its CPU time that the guest is denied, 0 to 1.
  public private(set) var throttle = 0.0

  private var remaining: Bytes?
  private var bandwidth = ByteRate.zero
  private var sent = Bytes.zero
  private var lowest: Bytes?
  private var lowestAt: Instant
  /// What rules with a window add up: since when, what was sent, what was dirtied.
  private var windowBegan: Instant
  private var sentInWindow = Bytes.zero
  private var dirtiedInWindow = Bytes.zero
  /// One number for each rule that counts, in their order; fixed, so that no pass allocates.
  private var counts = SIMD16<UInt16>()
  /// One bit for each rule: it has fired, and does not count.
  private var fired: UInt64 = 0
  /// `nil` where nobody looks for a stall.
  private var stall: StallState?

  init(of rules: ConvergenceRules, at now: Instant, attemptBegan: Instant? = nil) {
    began = rules.clock == .attempt ? attemptBegan ?? now : now
    stall = rules.stall.map { _ in StallState() }
    lowestAt = now
    windowBegan = now
    if case .expectedPause(let limit) = rules.target { downtimeLimit = limit } else { downtimeLimit = .zero }
  }

  /// The stage is taken up again with its first pass long made: the next one sends only what was written since.
  mutating func resumeAfterFirstPass() {
    passes = 1
  }

  /// Time in which nobody could make progress does not count against it.
  mutating func excuse(_ time: Duration) {
    began = began + time
    lowestAt = lowestAt + time
    windowBegan = windowBegan + time
    stall?.excuse(time)
  }

  /// What a look at the rules came to.
  enum Verdict: Hashable {
    case again, switchOver, postCopy
    case abort(isTimeOut: Bool)
  }

  /// Takes in a pass that has ended and says what comes next.
  mutating func passEnded(_ report: CopyReport, under rules: ConvergenceRules, at now: Instant) -> Verdict {
    passes += 1
    sentInWindow += report.transferred
    dirtiedInWindow += report.dirtied
    let rose = remaining.map { report.remaining > $0 } ?? false
    remaining = report.remaining
    bandwidth = report.bandwidth
    sent += report.transferred
    if let detection = rules.stall { stall?.passEnded(remaining: report.remaining, detection, at: now) }
    if lowest.map({ report.remaining < $0 }) ?? true {
      lowest = report.remaining
      lowestAt = now
    }
    if isReached(rules.target, by: report) { return .switchOver }
    let verdict = look(at: rules, EndedPass(report: report, rose: rose), now)
    if now - windowBegan > ConvergenceState.window {
      windowBegan = now
      (sentInWindow, dirtiedInWindow) = (.zero, .zero)
    }
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
      case .switchOverdue(let time):
        guard let acted = stall?.acted else { continue }
        due = acted + time
      case .passes, .remainingRose, .dirtiedOverSent, .dirtiedOverSentPerSecond, .sent, .stalledAtLow:
        continue
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

  private struct EndedPass {
    var report: CopyReport
    /// More remains than after the pass before.
    var rose: Bool
  }

  /// `pass` is the one that has just ended, if it was that which brought about the look.
  private mutating func look(at rules: ConvergenceRules, _ pass: EndedPass?, _ now: Instant) -> Verdict {
    var counter = -1
    for (index, rule) in rules.rules.enumerated() {
      if rule.when.counts { counter += 1 }
      guard fires(rule.when, rules, UInt64(index), counter, pass, now), holds(rule.onlyIf, now) else {
        continue
      }
      if case .stalledAtLow = rule.when { stall?.acted = now }
      switch rule.remedy {
      case .setDowntimeLimit(let limit): downtimeLimit = limit
      case .scaleDowntimeLimit(let factor, let most): downtimeLimit = min(downtimeLimit * factor, most)
      case .throttle(let first, let step, let most):
        throttle = min(throttle == 0 ? first : throttle + step, most)
      case .switchOver: return .switchOver
      case .postCopy: return .postCopy
      case .abort:
        switch rule.when {
        case .elapsed, .switchOverdue: return .abort(isTimeOut: true)
        case .passes, .remainingRose, .dirtiedOverSent, .dirtiedOverSentPerSecond, .noProgress, .sent,
          .stalledAtLow:
          return .abort(isTimeOut: false)
        }
      }
    }
    return .again
  }

  private func holds(_ condition: ConvergenceGuard?, _ now: Instant) -> Bool {
    guard let condition else { return true }
    guard let remaining else { return false }
    let pause = bandwidth.time(for: remaining)
    if let most = condition.pauseAtMost, pause > most { return false }
    if let most = condition.finishedWithin, pause > most - (now - began) { return false }
    return true
  }

  private mutating func fires(
    _ condition: ConvergenceCondition, _ rules: ConvergenceRules, _ index: UInt64, _ counter: Int,
    _ pass: EndedPass?, _ now: Instant
  ) -> Bool {
    switch condition {
    case .passes(let least): return once(index, if: pass != nil && passes >= least)
    case .elapsed(let time): return once(index, if: now - began >= time)
    case .noProgress(let time): return once(index, if: now - lowestAt >= time)
    case .sent(let least): return once(index, if: pass != nil && sent >= least)
    case .switchOverdue(let time): return once(index, if: stall?.acted.map { now - $0 >= time } ?? false)
    case .stalledAtLow:
      guard let pass, let detection = rules.stall else { return false }
      return stall?.isAtLow(pass.report.remaining, detection) ?? false
    case .remainingRose(let times):
      guard let pass, pass.rose else { return false }
      return count(counter, to: times)
    case .dirtiedOverSent(let ratio, let times):
      guard let report = pass?.report, report.remaining.value > ratio * report.transferred.value else {
        return false
      }
      return count(counter, to: times)
    case .dirtiedOverSentPerSecond(let ratio, let times):
      guard pass != nil, now - windowBegan > ConvergenceState.window,
        dirtiedInWindow.value > ratio * sentInWindow.value
      else { return false }
      return count(counter, to: times)
    }
  }

  private mutating func once(_ index: UInt64, if holds: Bool) -> Bool {
    let bit: UInt64 = 1 << index
    guard holds, fired & bit == 0 else { return false }
    fired |= bit
    return true
  }

  private mutating func count(_ counter: Int, to times: Int) -> Bool {
    counts[counter] += 1
    guard counts[counter] >= times else { return false }
    counts[counter] = 0
    return true
  }
}

extension ConvergenceState {
  /// Whether its times can be, its amounts can be added up, with more to come, and its counts counted on: of one that comes
  /// from a file.
  var isSound: Bool {
    let amounts = [remaining ?? .zero, sent, lowest ?? .zero, sentInWindow, dirtiedInWindow]
    return [began, lowestAt, windowBegan].allSatisfy(\.isSound) && downtimeLimit >= .zero
      && stall?.isSound ?? true
      && amounts.allSatisfy { (Bytes.zero...CutoverAccounts.mostBytes).contains($0) }
      && (0...CutoverAccounts.mostCounted).contains(passes) && (0...1).contains(throttle)
      && (0..<ConvergenceState.mostCounters).allSatisfy { counts[$0] < .max }
  }

  /// How many rules of one stage may count, and how far.
  static let mostCounters = SIMD16<UInt16>.scalarCount
  static let mostCounts = Int(UInt16.max)
  /// QEMU looks at what was dirtied at most once a second (migration/ram.c, `migration_trigger_throttle`).
  static let window = Duration.seconds(1)
}

extension ConvergenceCondition {
  /// Whether it has to hold several times.
  var counts: Bool {
    switch self {
    case .remainingRose, .dirtiedOverSent, .dirtiedOverSentPerSecond: true
    case .passes, .elapsed, .noProgress, .sent, .stalledAtLow, .switchOverdue: false
    }
  }
}
