internal import Quantities

// The phases from the stopped guest to the end, in the same form as those before.

extension CutoverMachine {
  mutating func inOutage(_ index: Int, _ event: CutoverEvent, _ now: Instant)
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

  mutating func starting(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
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

  mutating func pulling(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
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

  mutating func releasing(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
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

  mutating func fencing(_ outcome: CutoverOutcome, _ event: CutoverEvent, _ now: Instant)
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

  mutating func restoring(_ outcome: CutoverOutcome, _ event: CutoverEvent, _ now: Instant)
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

  mutating func discarding(_ outcome: CutoverOutcome, _ event: CutoverEvent, _ now: Instant)
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
