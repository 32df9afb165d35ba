internal import Quantities

// What stands between a copy that is ready and the stop of its guest: the agreed time, a window, somebody's leave. Each
// wait has an end, so however they follow each other the migration ends too.

extension CutoverMachine {
  mutating func readyToStop(_ now: Instant) -> CutoverReaction {
    if let agreed = plan.notBefore, now < agreed { return wait(.agreed, until: agreed, now) }
    if let windows = plan.windows {
      guard let opening = windows.opening(from: now) else { return goBack(to: .windowMissed, now) }
      if opening > now { return wait(.window, until: opening, now) }
    }
    if let gate = plan.gate, isGateOpen != true { return wait(.gate, until: now + gate.within, now) }
    return stop(now)
  }

  private mutating func wait(_ reason: CutoverWait, until time: Instant, _ now: Instant) -> CutoverReaction {
    phase = .waiting
    wait = reason
    step = CutoverStep(.waitUntil(time), deadline: time + plan.deadlines.step)
    return .perform(step)
  }

  mutating func waitIsOver(_ now: Instant) -> CutoverReaction {
    waitEnded = now
    timeAway = .zero
    if wait == .gate {
      if isTimeUp(now), plan.gate?.otherwise == .giveUp { return goBack(to: .windowMissed, now) }
      isGateOpen = true
    }
    wait = nil
    return plan.catchesUpAfterWait ? replicate(stage: 0, now) : readyToStop(now)
  }

  /// The customer has brought the guest down to reboot it, and finds it at the other end.
  mutating func guestWentDown(_ now: Instant) -> CutoverReaction {
    waitEnded = now
    wait = nil
    isGateOpen = true
    accounts.outageBegan = now
    guest = .down
    return enterOutage(at: 0, now)
  }

  private func isTimeUp(_ now: Instant) -> Bool {
    if case .waitUntil(let time) = step.action { return now >= time }
    return true
  }

  // MARK: - Between snapshots

  /// The next pass, at its time.
  mutating func copyInTime(stage: Int, _ state: ConvergenceState, _ now: Instant) -> CutoverReaction {
    guard let next = nextSnapshot(stage), next > now else { return copy(stage: stage, state, now) }
    return rest(stage: stage, state, until: next)
  }

  /// One more snapshot, if there is time for it before the agreed date; `nil` if not.
  mutating func restIfThereIsTime(stage: Int, _ state: ConvergenceState, _ now: Instant) -> CutoverReaction? {
    guard let snapshots = plan.replication[stage].snapshots, let agreed = plan.notBefore,
      state.passes < snapshots.most, let next = nextSnapshot(stage), max(next, now) < agreed
    else { return nil }
    return copyInTime(stage: stage, state, now)
  }

  private func nextSnapshot(_ stage: Int) -> Instant? {
    guard let snapshots = plan.replication[stage].snapshots, let passBegan else { return nil }
    return passBegan + snapshots.interval
  }

  private mutating func rest(stage: Int, _ state: ConvergenceState, until time: Instant) -> CutoverReaction {
    phase = .resting(stage: stage, state)
    step = CutoverStep(.waitUntil(time), deadline: time + plan.deadlines.step)
    return .perform(step)
  }
}
