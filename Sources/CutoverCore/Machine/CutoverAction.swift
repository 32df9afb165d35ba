public import Quantities

/// The next thing to do, as the machine tells its driver.
public enum CutoverAction: Hashable, Codable, Sendable {
  /// Make room at the destination and open both ends. Answer: `prepared`.
  case prepareDestination
  /// Copy while the guest runs: everything in pass 0, then what was written since the pass before. The guest's CPUs
  /// are slowed by `throttle` (0 to 1). Answer: `copied`.
  case copy(Medium, pass: Int, throttle: Double)
  /// Answer: `timeReached`; where the plan has a gate, also before that time, when it is opened. The reboot of a guest
  /// that is waited for is a `guestStopped`.
  case waitUntil(Instant)
  /// Freeze the guest. Answer: `guestStopped`.
  case pauseGuest
  /// Ask the guest to power down. Answer: `guestStopped`, or nothing until the deadline.
  case shutDownGuest
  /// Pull the plug. Answer: `guestStopped`.
  case powerOffGuest
  /// Send what is not yet at the destination; nobody writes any more. Answer: `moved`.
  case moveRemaining(Medium)
  /// Send the state of CPUs and devices. Answer: `moved`.
  case moveDeviceState
  /// Give the destination's disk this virtual size. Answer: `resized`.
  case resizeDestination(Bytes)
  /// Make certain that the destination holds what the source holds, durably. Answer: `verified`.
  case verifyDestination
  /// Make the destination the guest's place and start it. Answer: `started` once it serves.
  case startDestination(StartMethod)
  /// Send what the running guest still misses (post-copy). Answer: `moved`.
  case pullRemaining(Medium)
  /// Give up the source's resources. Answer: `released`.
  case releaseSource
  /// Make certain that the guest does not run at the destination, and cannot be started there. Answer: `fenced`; or
  /// `started` if it runs there after all.
  case fenceDestination
  /// Make certain that the guest runs at the source, by whichever way it was stopped. Answer: `restored`.
  case restoreSource(StartMethod)
  /// Remove what was made at the destination. Answer: `discarded`.
  case discardDestination
  /// Nothing more. No answer.
  case finish(CutoverOutcome)
}

/// A thing to do, and until when.
public struct CutoverStep: Hashable, Codable, Sendable {
  public var action: CutoverAction
  /// When the driver has to say `deadlinePassed` unless it has answered; `distantFuture` only for `finish`.
  public var deadline: Instant

  public init(_ action: CutoverAction, deadline: Instant) {
    self.action = action
    self.deadline = deadline
  }
}

/// What the machine makes of an event.
public enum CutoverReaction: Hashable, Codable, Sendable {
  /// Leave what you were doing, and do this.
  case perform(CutoverStep)
  /// Go on with the step under way. Its deadline is now this, and so is the throttle of a copy; the rest is unchanged.
  case carryOn(CutoverStep)

  public var step: CutoverStep {
    switch self {
    case .perform(let step), .carryOn(let step): step
    }
  }
}
