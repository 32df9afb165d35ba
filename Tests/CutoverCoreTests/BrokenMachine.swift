import Quantities

@testable import CutoverCore
@testable import CutoverExploration

/// What can be wrong with a machine.
enum Flaw: String, Codable, CaseIterable {
  // Law 1
  case neverStopsTheGuest
  case restoresUnfenced
  // Law 2
  case releasesFirst
  case releasesBeforeMemoryFollowed
  case resumesOnWrittenSharedDisk
  // Law 3
  case skipsFinalPass
  case startsUnverified
  case ignoresFailedVerification
  case trustsWhatItLeft
  // Law 4
  case forgetsToRestore
  case leavesLitter
  case completesWithDeadDestination
  case hidesLossOfSource
  case losesGuestOnWish
  case givesUpWithoutBoot
  // Law 5
  case dropsDeadline
  case waitsForEver
  case putsOffForEver
  case retriesForEver
  case noticesPutOffDeadline
  // Law 6
  case losesEndOfWait
  case losesPostCopy
  case losesThrottle
  // The interface
  case takesAnything
  case ignoresAgreedTime
}

/// The real machine with one flaw.
struct BrokenMachine: ExploredMachine {
  let flaw: Flaw
  private var sound: CutoverMachine
  var waitsForGate: Bool { sound.waitsForGate }
  private(set) var currentStep: CutoverStep
  /// What was to be done, while something else is done before it.
  private var postponed: CutoverStep?

  init(_ flaw: Flaw, _ plan: CutoverPlan) throws {
    self.flaw = flaw
    var plan = plan
    // It has never heard of a date.
    if flaw == .ignoresAgreedTime { plan.notBefore = nil }
    sound = try CutoverMachine(plan)
    currentStep = sound.currentStep
  }

  mutating func handle(_ event: CutoverEvent, at now: Instant) throws(UnexpectedEvent) -> CutoverReaction {
    var reaction: CutoverReaction
    if let own = try ownReaction(to: event, now) {
      reaction = own
    } else {
      reaction = try sound.handle(heard(event), at: now)
    }
    while let answer = unaskedAnswer(to: reaction) { reaction = try sound.handle(answer, at: now) }
    reaction = told(reaction)
    currentStep = reaction.step
    return reaction
  }

  /// Steps that are not taken, but answered as if they had been.
  private func unaskedAnswer(to reaction: CutoverReaction) -> CutoverEvent? {
    guard case .perform(let step) = reaction else { return nil }
    switch (flaw, step.action) {
    case (.neverStopsTheGuest, .pauseGuest): return .guestStopped
    case (.restoresUnfenced, .fenceDestination): return .fenced
    case (.releasesBeforeMemoryFollowed, .pullRemaining): return .moved(.zero)
    case (.skipsFinalPass, .moveRemaining): return .moved(.zero)
    case (.startsUnverified, .verifyDestination): return .verified
    case (.forgetsToRestore, .restoreSource): return .restored
    case (.leavesLitter, .discardDestination): return .discarded
    default: return nil
    }
  }

  private func heard(_ event: CutoverEvent) -> CutoverEvent {
    switch (flaw, event, currentStep.action) {
    case (.ignoresFailedVerification, .failed(.verification), .verifyDestination): .verified
    default: event
    }
  }

  /// Where the flawed machine goes its own way; `nil` where it doesn't.
  private mutating func ownReaction(to event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction?
  {
    switch (flaw, event, currentStep.action) {
    case (.releasesFirst, _, .releaseSource): return try detour(event, now)
    case (.completesWithDeadDestination, .destinationLost, .startDestination):
      return sound.finish(.completed, now)
    case (.hidesLossOfSource, .sourceLost, .discardDestination): return .carryOn(currentStep)
    case (.losesGuestOnWish, .cancelled, .verifyDestination) where sound.sourceIsGone:
      return sound.lose(.sourceDied, now)
    case (.givesUpWithoutBoot, .failed, .restoreSource(.resume)): return sound.lose(.sourceWouldNotStart, now)
    case (.waitsForEver, .deadlinePassed, .waitUntil): return .carryOn(currentStep)
    case (.putsOffForEver, .deadlinePassed, .fenceDestination):
      return .carryOn(CutoverStep(.fenceDestination, deadline: now + .seconds(10)))
    case (.retriesForEver, .failed, .copy): return sound.replicate(stage: 0, now)
    case (.noticesPutOffDeadline, .cancelled, .startDestination):
      return .carryOn(CutoverStep(currentStep.action, deadline: currentStep.deadline + .seconds(10)))
    case (.trustsWhatItLeft, .driverReturned, .verifyDestination): return .perform(currentStep)
    case (.takesAnything, .begin, .copy): return .carryOn(currentStep)
    default: return nil
    }
  }

  /// `releaseSource` is under way where the sound machine believes that the destination starts.
  private mutating func detour(_ event: CutoverEvent, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction?
  {
    guard let step = postponed else { return nil }
    switch event {
    case .released, .failed, .deadlinePassed:
      postponed = nil
      return .perform(step)
    case .cancelled, .guestCrashed, .sourceLost, .driverReturned: return .carryOn(currentStep)
    case .destinationLost:
      postponed = nil
      return nil
    default: throw UnexpectedEvent(event: event, phase: sound.phase)
    }
  }

  private mutating func told(_ reaction: CutoverReaction) -> CutoverReaction {
    switch (flaw, reaction, reaction.step.action) {
    case (.releasesFirst, .perform(let step), .startDestination) where currentStep.action != .releaseSource:
      postponed = step
      return .perform(CutoverStep(.releaseSource, deadline: step.deadline))
    case (.resumesOnWrittenSharedDisk, _, .startDestination):
      sound.guest = .paused
      return reaction
    case (.dropsDeadline, .perform(let step), .copy):
      return .perform(CutoverStep(step.action, deadline: .distantFuture))
    default: return reaction
    }
  }
}

extension BrokenMachine: Codable {
  private enum Key: CodingKey { case flaw, sound, currentStep, postponed }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    flaw = try container.decode(Flaw.self, forKey: .flaw)
    sound = try container.decode(CutoverMachine.self, forKey: .sound)
    currentStep = try container.decode(CutoverStep.self, forKey: .currentStep)
    postponed = try container.decodeIfPresent(CutoverStep.self, forKey: .postponed)
    switch flaw {
    case .losesEndOfWait: sound.waitEnded = nil
    case .losesPostCopy: sound.isPostCopy = false
    case .losesThrottle: sound.accounts.throttle = 0
    default: break
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(flaw, forKey: .flaw)
    try container.encode(sound, forKey: .sound)
    try container.encode(currentStep, forKey: .currentStep)
    try container.encodeIfPresent(postponed, forKey: .postponed)
  }
}
