public import Quantities

// One switch over the phase, and in each phase one switch over the event, without `default`: a new event does not
// compile until every phase says what it makes of it.

extension CutoverMachine {
  /// Takes in what happened at `now` and returns what to do.
  ///
  /// - Throws: `UnexpectedEvent` if the event doesn't answer the step under way; the machine is then unchanged.
  public mutating func handle(_ event: CutoverEvent, at now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    if case .driverReturned(let away) = event { return try driverReturned(after: away, now) }
    return switch phase {
    case .planned: try planned(event, now)
    case .preparing: try preparing(event, now)
    case .replicating(let stage, let state): try replicating(stage, state, event, now)
    case .resting(let stage, let state): try resting(stage, state, event, now)
    case .waiting: try waiting(event, now)
    case .stopping: try stopping(event, now)
    case .poweringOff: try poweringOff(event, now)
    case .inOutage(let index): try inOutage(index, event, now)
    case .starting: try starting(event, now)
    case .pulling: try pulling(event, now)
    case .releasing: try releasing(event, now)
    case .fencing(let outcome): try fencing(outcome, event, now)
    case .restoring(let outcome): try restoring(outcome, event, now)
    case .discarding(let outcome): try discarding(outcome, event, now)
    case .finished: throw unexpected(event)
    }
  }

  func unexpected(_ event: CutoverEvent) -> UnexpectedEvent { UnexpectedEvent(event: event, phase: phase) }

  private mutating func planned(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    guard event == .begin else { throw unexpected(event) }
    accounts.began = now
    phase = .preparing
    return perform(.prepareDestination, within: plan.deadlines.step, of: now)
  }

  private mutating func preparing(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    switch event {
    case .prepared: return replicate(stage: 0, now)
    case .failed(let fault): return goBack(to: .failed(fault), now)
    case .deadlinePassed: return goBack(to: .timedOut, now)
    case .cancelled: return goBack(to: .cancelled, now)
    case .guestCrashed: return bringBackCrashedGuest(now)
    case .sourceLost: return lose(.sourceDied, now)
    case .destinationLost: return goBack(to: .failed(.destination), now)
    case .begin, .driverReturned, .copied, .timeReached, .guestStopped, .moved, .resized, .verified, .started,
      .released,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func replicating(
    _ stage: Int, _ state: ConvergenceState, _ event: CutoverEvent, _ now: Instant
  ) throws(UnexpectedEvent) -> CutoverReaction {
    var state = state
    let (medium, rules) = (plan.replication[stage].medium, plan.replication[stage].convergence)
    switch event {
    case .copied(let report):
      accounts.add(report.transferred, of: medium, isFirst: state.passes == 0)
      let verdict = state.passEnded(report, under: rules, at: now)
      phase = .replicating(stage: stage, state)
      return follow(verdict, stage: stage, state, passHasEnded: true, now)
    case .deadlinePassed:
      let verdict = state.timePassed(under: rules, at: now)
      phase = .replicating(stage: stage, state)
      if verdict == .again, now >= attemptDeadline { return goBack(to: .timedOut, now) }
      return follow(verdict, stage: stage, state, passHasEnded: false, now)
    case .failed(let fault): return goBack(to: .failed(fault), now)
    case .cancelled: return goBack(to: .cancelled, now)
    case .guestCrashed: return bringBackCrashedGuest(now)
    case .sourceLost: return lose(.sourceDied, now)
    case .destinationLost: return goBack(to: .failed(.destination), now)
    case .begin, .driverReturned, .prepared, .timeReached, .guestStopped, .moved, .resized, .verified,
      .started, .released,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func resting(
    _ stage: Int, _ state: ConvergenceState, _ event: CutoverEvent, _ now: Instant
  ) throws(UnexpectedEvent) -> CutoverReaction {
    switch event {
    case .timeReached, .deadlinePassed:
      if now >= attemptDeadline { return goBack(to: .timedOut, now) }
      return copy(stage: stage, state, now)
    case .failed(let fault): return goBack(to: .failed(fault), now)
    case .cancelled: return goBack(to: .cancelled, now)
    case .guestCrashed: return bringBackCrashedGuest(now)
    case .sourceLost: return lose(.sourceDied, now)
    case .destinationLost: return goBack(to: .failed(.destination), now)
    case .begin, .driverReturned, .prepared, .copied, .guestStopped, .moved, .resized, .verified, .started,
      .released,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func waiting(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    switch event {
    // A deadline that lies behind the agreed time can only mean that the time has come.
    case .timeReached, .deadlinePassed: return waitIsOver(now)
    case .guestStopped where waitsForGate && plan.gate?.kind == .onCustomerReboot: return guestWentDown(now)
    case .failed(let fault): return goBack(to: .failed(fault), now)
    case .cancelled: return goBack(to: .cancelled, now)
    case .guestCrashed: return bringBackCrashedGuest(now)
    case .sourceLost: return lose(.sourceDied, now)
    case .destinationLost: return goBack(to: .failed(.destination), now)
    case .begin, .driverReturned, .prepared, .copied, .guestStopped, .moved, .resized, .verified, .started,
      .released,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func stopping(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    switch event {
    case .guestStopped: return enterOutage(at: 0, now)
    case .deadlinePassed:
      guard case .shutDown(_, let ifIgnored) = plan.stop else { return goBack(to: .timedOut, now) }
      switch ifIgnored {
      case .fail:
        // It served all the while.
        accounts.outageBegan = nil
        return goBack(to: .shutdownIgnored, now)
      case .powerOff:
        accounts.outageBegan = now
        phase = .poweringOff
        return perform(.powerOffGuest, within: plan.deadlines.step, of: now)
      }
    case .failed(let fault): return goBack(to: .failed(fault), now)
    case .cancelled: return goBack(to: .cancelled, now)
    case .guestCrashed:
      guard plan.start == .boot else { return bringBackCrashedGuest(now) }
      // A guest that is to boot anyway has only gone down sooner; one that hangs would ignore the shutdown.
      phase = .poweringOff
      return perform(.powerOffGuest, within: plan.deadlines.step, of: now)
    case .sourceLost: return lose(.sourceDied, now)
    case .destinationLost: return goBack(to: .failed(.destination), now)
    case .begin, .driverReturned, .prepared, .copied, .timeReached, .moved, .resized, .verified, .started,
      .released,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func poweringOff(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    switch event {
    case .guestStopped: return enterOutage(at: 0, now)
    case .deadlinePassed: return goBack(to: .timedOut, now)
    case .failed(let fault): return goBack(to: .failed(fault), now)
    case .cancelled: return goBack(to: .cancelled, now)
    case .guestCrashed: return .carryOn(step)
    case .sourceLost: return lose(.sourceDied, now)
    case .destinationLost: return goBack(to: .failed(.destination), now)
    case .begin, .driverReturned, .prepared, .copied, .timeReached, .moved, .resized, .verified, .started,
      .released,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }
}
