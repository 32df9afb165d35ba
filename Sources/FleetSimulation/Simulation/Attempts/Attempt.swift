internal import CutoverCore
internal import DiscreteEvent
internal import MigrationPhysics
internal import MigrationPolicy
internal import Quantities

/// A migration under way.
struct Attempt {
  var machine: CutoverMachine
  var physics: AttemptPhysics
  var move: Int32
  var strategy: Int
  var source: Int32
  var target: Int32
  /// What the target has been promised for.
  var memory: Bytes
  var disk: Bytes
  var path: FlowPath
  var cap: ByteRate
  /// Of memory and device state, while the guest stands still or has gone on: a hypervisor whose rig is known lifts its
  /// own limit then, and only what one stream can carry remains.
  var outageCap: ByteRate

  func cap(of action: CutoverAction) -> ByteRate {
    switch action {
    case .moveRemaining(.memory), .pullRemaining(.memory), .moveDeviceState: outageCap
    case .copy, .moveRemaining(.disk), .pullRemaining(.disk), .prepareDestination, .waitUntil, .pauseGuest,
      .shutDownGuest, .powerOffGuest, .resizeDestination, .verifyDestination, .startDestination,
      .releaseSource, .fenceDestination, .restoreSource, .discardDestination, .finish:
      cap
    }
  }

  /// What it has taken of limits, and gives back when it ends or its disk has been copied.
  var charges: [LimitCharge] = []
  /// The most that its memory travels at, where that is not `cap`.
  var memoryCap = ByteRate.unlimited
  /// From when the copy is ready until somebody lets the guest be stopped; `nil`: nobody does.
  var gateDelay: Duration?
  /// The wait under way ends with the customer's reboot.
  var endsByReboot = false

  /// What the action asks of the world. Here, so that the plan is not copied for it.
  mutating func work(for action: CutoverAction, at now: Instant) -> Work {
    if case .waitUntil(let time) = action, machine.waitsForGate, let delay = gateDelay, now + delay < time {
      endsByReboot = machine.plan.gate?.kind == .onCustomerReboot
      return .delay(delay)
    }
    return physics.work(for: action, plan: machine.plan, at: now)
  }

  var stepBegan = Instant.zero
  var flow = FlowID.none
  var flowBegan = Instant.zero
  /// What the step under way sends, until it has been answered.
  var sent = Bytes.zero
  var sendTime = Duration.zero
  /// Busy after the flow: looking at zero pages.
  var afterFlow = Duration.zero
  var timer = EventHandle.none
  var deadline = EventHandle.none
  /// Ends the wait for a failed link.
  var linkPatience = EventHandle.none
  /// Since when the guest at the destination has waited for memory that does not come; `nil` while it comes.
  var stalledSince: Instant?
  /// How long it has waited so, all waits that are over together.
  var stalled = Duration.zero
  /// Sent of the disk in bulk, and in what time: the rate that the counterfactual copies at.
  var bulkBytes = Bytes.zero
  var bulkTime = Duration.zero
  /// Sent by steps that were called off.
  var interrupted = Traffic()
  var brownout = Duration.zero

  /// Memory comes again, or its guest is given up.
  mutating func endStall(at now: Instant) {
    guard let since = stalledSince else { return }
    stalled = stalled + (now - since)
    stalledSince = nil
  }
}
