internal import Quantities

// Where the machine goes: forwards, into the outage, and the way back.

extension CutoverMachine {
  mutating func perform(_ action: CutoverAction, within time: Duration, of now: Instant) -> CutoverReaction {
    step = CutoverStep(action, deadline: now + time)
    return .perform(step)
  }

  /// A wait for the customer's date does not count: the time starts anew when it is over.
  var attemptDeadline: Instant { (waitEnded ?? accounts.began ?? .zero) + plan.deadlines.attempt + timeAway }

  // MARK: - Forwards

  mutating func replicate(stage: Int, _ now: Instant) -> CutoverReaction {
    guard stage < plan.replication.count else { return readyToStop(now) }
    var state = ConvergenceState(
      of: plan.replication[stage].convergence, at: now,
      attemptBegan: (waitEnded ?? accounts.began).map { $0 + timeAway })
    // Behind the wait the first passes have long been made: what is left to do is a pass over what was written since.
    if waitEnded != nil { state.resumeAfterFirstPass() }
    return copy(stage: stage, state, now)
  }

  mutating func copy(stage: Int, _ state: ConvergenceState, _ now: Instant) -> CutoverReaction {
    phase = .replicating(stage: stage, state)
    if plan.replication[stage].snapshots != nil { passBegan = now }
    nameCopy(stage, state)
    return .perform(step)
  }

  /// The pass under way, with the throttle and the deadline that the rules have come to.
  private mutating func nameCopy(_ stage: Int, _ state: ConvergenceState) {
    accounts.throttle = max(accounts.throttle, state.throttle)
    step = CutoverStep(
      .copy(plan.replication[stage].medium, pass: state.passes, throttle: state.throttle),
      deadline: copyDeadline(stage, state))
  }

  private func copyDeadline(_ stage: Int, _ state: ConvergenceState) -> Instant {
    let rules = plan.replication[stage].convergence
    return min(attemptDeadline, state.nextLook(under: rules) ?? .distantFuture)
  }

  mutating func follow(
    _ verdict: ConvergenceState.Verdict, stage: Int, _ state: ConvergenceState, passHasEnded: Bool,
    _ now: Instant
  ) -> CutoverReaction {
    switch verdict {
    case .again:
      if passHasEnded { return copyInTime(stage: stage, state, now) }
      nameCopy(stage, state)
      return .carryOn(step)
    case .switchOver: return restIfThereIsTime(stage: stage, state, now) ?? replicate(stage: stage + 1, now)
    case .postCopy:
      // Without leave to do so it is the same as stopping now: the memory moves inside the outage.
      isPostCopy = plan.postCopy != .never
      return replicate(stage: stage + 1, now)
    case .abort(let isTimeOut): return goBack(to: isTimeOut ? .timedOut : .notConverging, now)
    }
  }

  mutating func stop(_ now: Instant) -> CutoverReaction {
    phase = .stopping
    // Stopped a second time, it has been down, or may have been, since the first.
    accounts.outageBegan = accounts.outageBegan ?? now
    switch plan.stop {
    case .pause:
      guest = .paused
      return perform(.pauseGuest, within: plan.deadlines.step, of: now)
    case .shutDown(let patience, _):
      guest = .down
      return perform(.shutDownGuest, within: patience, of: now)
    }
  }

  // MARK: - In the outage

  /// The steps of an outage, in their one order: all that moves, then the size, then the proof.
  enum OutageStep: Hashable {
    case move(Medium)
    case deviceState
    case resize(Bytes)
    case verify
  }

  func outageStep(_ index: Int) -> OutageStep {
    var index = index
    for medium in plan.media where !(isPostCopy && medium == .memory) {
      if index == 0 { return .move(medium) }
      index -= 1
    }
    if plan.carriesRunningState && !plan.staysOnHost {
      if index == 0 { return .deviceState }
      index -= 1
    }
    if let size = plan.resizeTo {
      if index == 0 { return .resize(size) }
      index -= 1
    }
    return .verify
  }

  mutating func enterOutage(at index: Int, _ now: Instant) -> CutoverReaction {
    phase = .inOutage(index: index)
    let action: CutoverAction =
      switch outageStep(index) {
      case .move(let medium): .moveRemaining(medium)
      case .deviceState: .moveDeviceState
      case .resize(let size): .resizeDestination(size)
      case .verify: .verifyDestination
      }
    step = CutoverStep(action, deadline: (accounts.outageBegan ?? now) + plan.deadlines.outage)
    return .perform(step)
  }

  mutating func start(_ now: Instant) -> CutoverReaction {
    phase = .starting
    // From here on the guest may have run there, if only for a moment, and written to a disk that both sides share: the
    // memory that the source keeps would no longer fit it. Should it have to go back, it boots.
    if !plan.media.contains(.disk) { guest = .down }
    return perform(.startDestination(plan.start), within: plan.deadlines.start, of: now)
  }

  // MARK: - Behind it

  mutating func guestRunsThere(_ now: Instant) -> CutoverReaction {
    accounts.outageEnded = now
    guard isPostCopy else { return release(now) }
    // A source that died while the destination was being fenced took the rest of the memory with it.
    if sourceIsGone { return lose(.torn, now) }
    phase = .pulling
    return perform(.pullRemaining(.memory), within: plan.deadlines.attempt, of: now)
  }

  mutating func release(_ now: Instant) -> CutoverReaction {
    if sourceIsGone { return finish(.completed, now) }
    phase = .releasing
    return perform(.releaseSource, within: plan.deadlines.step, of: now)
  }

  // MARK: - The way back

  /// The destination may or may not run the guest: find out before the source is touched.
  mutating func fence(towards outcome: CutoverOutcome, _ now: Instant) -> CutoverReaction {
    phase = .fencing(outcome)
    return perform(.fenceDestination, within: plan.deadlines.step, of: now)
  }

  /// The destination does not run the guest: bring the source back if it was stopped, then clear up.
  mutating func goBack(to outcome: CutoverOutcome, _ now: Instant) -> CutoverReaction {
    // What the dead source held exists only at the destination now: it is lost as a running guest, and kept as data.
    if sourceIsGone { return lose(.sourceDied, now) }
    switch guest {
    case .running: return discard(outcome, now)
    case .paused: return restore(by: .resume, outcome, now)
    case .down: return restore(by: .boot, outcome, now)
    }
  }

  mutating func bringBackCrashedGuest(_ now: Instant) -> CutoverReaction {
    boot(towards: .guestCrashed, now)
  }

  /// Nothing is left to resume: the source boots.
  mutating func boot(towards outcome: CutoverOutcome, _ now: Instant) -> CutoverReaction {
    accounts.outageBegan = accounts.outageBegan ?? now
    guest = .down
    return restore(by: .boot, outcome, now)
  }

  mutating func restore(by method: StartMethod, _ outcome: CutoverOutcome, _ now: Instant)
    -> CutoverReaction
  {
    phase = .restoring(outcome)
    let time = method == .boot ? plan.deadlines.start : plan.deadlines.step
    return perform(.restoreSource(method), within: time, of: now)
  }

  mutating func discard(_ outcome: CutoverOutcome, _ now: Instant) -> CutoverReaction {
    phase = .discarding(outcome)
    return perform(.discardDestination, within: plan.deadlines.step, of: now)
  }

  mutating func lose(_ loss: CutoverLoss, _ now: Instant) -> CutoverReaction {
    accounts.outageBegan = accounts.outageBegan ?? now
    accounts.lost = now
    return finish(.lost(loss), now)
  }

  mutating func finish(_ outcome: CutoverOutcome, _ now: Instant) -> CutoverReaction {
    phase = .finished(outcome)
    accounts.ended = now
    step = CutoverStep(.finish(outcome), deadline: .distantFuture)
    return .perform(step)
  }
}

extension CutoverAccounts {
  mutating func add(_ amount: Bytes, of medium: Medium, isFirst: Bool) {
    passes += 1
    switch (medium, isFirst) {
    case (_, false): repeatedBytes += amount
    case (.disk, true): diskBytes += amount
    case (.memory, true): memoryBytes += amount
    }
  }
}
