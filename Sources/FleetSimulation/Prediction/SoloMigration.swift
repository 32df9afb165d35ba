internal import CutoverCore
internal import Quantities

/// One migration by itself at a fixed rate: the same machine and physics as in the fleet, without a fleet.
///
/// It serves predictions, and the counterfactual that "downtime saved" is measured against.
struct SoloMigration {
  var machine: CutoverMachine
  var physics: AttemptPhysics
  let rate: ByteRate

  init(_ plan: CutoverPlan, _ physics: AttemptPhysics, rate: ByteRate) throws(PlanError) {
    machine = try CutoverMachine(plan)
    self.physics = physics
    self.rate = rate
  }

  /// Runs it to its end from `start` on; the machine then holds outcome and accounts.
  mutating func run(from start: Instant) {
    var now = start
    var step = follow(.begin, now)
    while !machine.isFinished {
      let (event, time) = answer(to: step, from: now)
      now = time
      step = follow(event, now)
    }
  }

  private mutating func follow(_ event: CutoverEvent, _ now: Instant) -> CutoverStep {
    do {
      return try machine.handle(event, at: now).step
    } catch {
      preconditionFailure("the physics gave an answer that the machine had not asked for: \(error)")
    }
  }

  private mutating func answer(to step: CutoverStep, from now: Instant) -> (CutoverEvent, Instant) {
    let end: Instant
    var (sent, sending) = (Bytes.zero, Duration.zero)
    switch physics.work(for: step.action, plan: machine.plan, at: now) {
    case .transfer(let amount, let then):
      sent = amount
      sending = rate.time(for: amount)
      end = now + sending + then
    case .delay(let time): end = now + time
    case .never: end = .distantFuture
    }
    guard end <= step.deadline else { return (.deadlinePassed, step.deadline) }
    guard
      let event = physics.answer(to: step.action, transferred: sent, transferTime: sending, at: end)
    else { return (.guestCrashed, end + physics.detectionDelay) }
    return (event, end)
  }
}
