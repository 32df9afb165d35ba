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

  private mutating func inOutage(_ index: Int, _ event: CutoverEvent, _ now: Instant)
    throws(UnexpectedEvent) -> CutoverReaction
  {
    switch (event, outageStep(index)) {
    case (.moved(let amount), .move), (.moved(let amount), .deviceState):
      accounts.downtimeBytes += amount
      return enterOutage(at: index + 1, now)
    case (.resized, .resize): return enterOutage(at: index + 1, now)
    case (.verified, .verify):
      return start(now)
    case (.failed(.verification), _): return goBack(to: .verificationFailed, now)
    case (.failed(let fault), _): return goBack(to: .failed(fault), now)
    case (.deadlinePassed, _): return goBack(to: .timedOut, now)
    // With the source dead there is no way back: to stop now would be to lose the guest.
    case (.cancelled, _): return sourceIsGone ? .carryOn(step) : goBack(to: .cancelled, now)
    // It is down; nothing of it can crash.
    case (.guestCrashed, _): return .carryOn(step)
    case (.sourceLost, .resize),
      (.sourceLost, .verify) where !isPostCopy:
      // Everything has been sent. If the copy proves whole, the guest goes on from it.
      sourceIsGone = true
      return .carryOn(step)
    case (.sourceLost, _): return lose(.sourceDied, now)
    case (.destinationLost, _): return goBack(to: .failed(.destination), now)
    case (.begin, _), (.driverReturned, _), (.prepared, _), (.copied, _), (.timeReached, _),
      (.guestStopped, _), (.moved, _),
      (.resized, _), (.verified, _), (.started, _), (.released, _), (.fenced, _), (.restored, _),
      (.discarded, _):
      throw unexpected(event)
    }
  }

  private mutating func starting(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    switch event {
    case .started: return guestRunsThere(now)
    case .failed(let fault): return fence(towards: .failed(fault), now)
    case .guestCrashed: return fence(towards: .guestCrashed, now)
    case .deadlinePassed: return fence(towards: .timedOut, now)
    // Too late to stop it: it may be running already.
    case .cancelled: return .carryOn(step)
    case .sourceLost:
      if isPostCopy { return lose(.torn, now) }
      sourceIsGone = true
      return .carryOn(step)
    // A dead host runs nothing: it needs no fence.
    case .destinationLost: return goBack(to: .failed(.destination), now)
    case .begin, .driverReturned, .prepared, .copied, .timeReached, .guestStopped, .moved, .resized,
      .verified, .released,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func pulling(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    switch event {
    case .moved(let amount):
      accounts.postcopyBytes += amount
      return release(now)
    case .failed, .deadlinePassed, .sourceLost, .destinationLost: return lose(.torn, now)
    case .cancelled, .guestCrashed: return .carryOn(step)
    case .begin, .driverReturned, .prepared, .copied, .timeReached, .guestStopped, .resized, .verified,
      .started, .released,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func releasing(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    switch event {
    // A source that could not be released is litter, and no failure of the migration.
    case .released, .failed, .deadlinePassed, .sourceLost: return finish(.completed, now)
    // What the source still has may be the last copy: it is left as it is.
    case .destinationLost: return finish(.completed, now)
    // What happens to the guest from here on is its new host's affair.
    case .cancelled, .guestCrashed: return .carryOn(step)
    case .begin, .driverReturned, .prepared, .copied, .timeReached, .guestStopped, .moved, .resized,
      .verified, .started,
      .fenced, .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func fencing(_ outcome: CutoverOutcome, _ event: CutoverEvent, _ now: Instant)
    throws(UnexpectedEvent) -> CutoverReaction
  {
    switch event {
    case .fenced, .destinationLost: return goBack(to: outcome, now)
    case .started: return guestRunsThere(now)
    case .failed, .deadlinePassed: return lose(.destinationUnknown, now)
    case .sourceLost:
      sourceIsGone = true
      return .carryOn(step)
    case .cancelled, .guestCrashed: return .carryOn(step)
    case .begin, .driverReturned, .prepared, .copied, .timeReached, .guestStopped, .moved, .resized,
      .verified, .released,
      .restored, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func restoring(_ outcome: CutoverOutcome, _ event: CutoverEvent, _ now: Instant)
    throws(UnexpectedEvent) -> CutoverReaction
  {
    switch event {
    case .restored:
      guest = .running
      accounts.outageEnded = accounts.outageBegan == nil ? nil : now
      return discard(outcome, now)
    // A guest that does not resume may still boot.
    case .failed, .deadlinePassed:
      return guest == .paused ? boot(towards: outcome, now) : lose(.sourceWouldNotStart, now)
    case .guestCrashed:
      if guest == .paused { return boot(towards: outcome, now) }
      accounts.outageBegan = accounts.outageBegan ?? now
      return .carryOn(step)
    case .sourceLost: return lose(.sourceDied, now)
    case .cancelled, .destinationLost: return .carryOn(step)
    case .begin, .driverReturned, .prepared, .copied, .timeReached, .guestStopped, .moved, .resized,
      .verified, .started,
      .released, .fenced, .discarded:
      throw unexpected(event)
    }
  }

  private mutating func discarding(_ outcome: CutoverOutcome, _ event: CutoverEvent, _ now: Instant)
    throws(UnexpectedEvent) -> CutoverReaction
  {
    switch event {
    case .discarded, .failed, .deadlinePassed, .destinationLost: return finish(outcome, now)
    // The guest went with its host, and what the destination has may be the last copy: it is left as it is.
    case .sourceLost: return lose(.sourceDied, now)
    // The guest runs at the source again; what happens to it now is its host's affair.
    case .cancelled, .guestCrashed: return .carryOn(step)
    case .begin, .driverReturned, .prepared, .copied, .timeReached, .guestStopped, .moved, .resized,
      .verified, .started,
      .released, .fenced, .restored:
      throw unexpected(event)
    }
  }
}
