internal import Quantities

/// One migration as a state machine that does no I/O and reads no clock.
///
/// A driver tells it what happened and when; it answers with the one thing to do next. The fleet simulator and the
/// image driver run this same machine, so a prediction and a real run differ only in who answers.
///
/// ```swift
/// var machine = try CutoverMachine(plan)
/// var step = try machine.handle(.begin, at: now).step
/// while !machine.isFinished {
///   step = try machine.handle(perform(step), at: now).step
/// }
/// ```
///
/// What it holds to, whatever the events, as long as the driver tells the truth:
/// 1. At most one side ever runs the guest.
/// 2. Until the destination is verified and started, the source can be resumed with nothing lost; post-copy is the
///    exception, and only where the plan names it.
/// 3. Every byte written before the stop is on the destination before it starts.
/// 4. Any failure before that ends with the source running again, or by name as `lost`.
/// 5. Every step has a deadline, and the machine an answer to its passing.
/// 6. It is a value: a copy is a copy of the migration; encoded and decoded, it goes on where it was.
///
/// Complexity: O(rules) for the end of a pass, O(1) for every other event, and none allocates; but where the rules look for a
/// stall, the end of a pass is linear in the passes that it remembers, and may allocate for one more of them.
public struct CutoverMachine: Hashable, Codable, Sendable {
  public let plan: CutoverPlan
  public internal(set) var phase = CutoverPhase.planned
  public internal(set) var accounts = CutoverAccounts()

  /// The step under way, kept so that it can be named again after an event that changes nothing.
  var step: CutoverStep
  var guest = GuestState.running
  /// The source host died when the destination already held everything.
  var sourceIsGone = false
  /// The guest is to start before its memory has come.
  var isPostCopy: Bool
  /// When the wait for the agreed time was over.
  var waitEnded: Instant?
  /// What the driver was away for while the attempt's time ran; it does not count.
  var timeAway = Duration.zero
  /// What the wait under way is for.
  var wait: CutoverWait?
  /// Whoever was to give leave has given it; never `false`. A journal leaves out what is `nil`: as a `Bool` it could not be
  /// read from those that were written so far.
  var isGateOpen: Bool?
  /// When the pass under way, or the last one, was begun; kept where passes are made at set times.
  var passBegan: Instant?

  /// Refuses a plan that contradicts itself.
  public init(_ plan: CutoverPlan) throws(PlanError) {
    try plan.validate()
    self.init(validated: plan)
  }

  /// For a plan that has been validated before: a simulator makes a million machines of one plan.
  package init(validated plan: CutoverPlan) {
    self.plan = plan
    step = CutoverStep(.prepareDestination, deadline: .distantFuture)
    isPostCopy = plan.postCopy == .always
  }

  public var outcome: CutoverOutcome? {
    if case .finished(let outcome) = phase { return outcome }
    return nil
  }

  public var isFinished: Bool { outcome != nil }

  /// What the driver should be doing: the last step returned, for a driver that has just decoded the machine.
  public var currentStep: CutoverStep { step }

  /// Whether it waits for an operator, or for the customer's reboot.
  public var waitsForGate: Bool { phase == .waiting && wait == .gate }
}

/// An answer that does not belong to the step under way: a mistake in the driver.
public struct UnexpectedEvent: Error, Hashable, CustomStringConvertible {
  public let event: CutoverEvent
  public let phase: CutoverPhase

  public var description: String { "the machine is \(phase) and cannot take \(event)" }
}
