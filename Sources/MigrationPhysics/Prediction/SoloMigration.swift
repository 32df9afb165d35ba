package import CutoverCore
package import Quantities

/// One migration by itself at a fixed rate: the same machine and physics as in the fleet, without a fleet.
///
/// It serves predictions, and the counterfactual that "downtime saved" is measured against. Nothing fails in it: no host,
/// no link, and no kernel.
package struct SoloMigration {
  package private(set) var machine: CutoverMachine
  package private(set) var physics: AttemptPhysics
  let rate: ByteRate

  package init(_ plan: CutoverPlan, _ physics: AttemptPhysics, rate: ByteRate) throws(PlanError) {
    machine = try CutoverMachine(plan)
    self.physics = physics
    self.rate = rate
  }

  /// Runs it to its end from `start` on; the machine then holds outcome and accounts.
  package mutating func run(from start: Instant) {
    var now = start
    var reaction = follow(.begin, now)
    var job = begin(reaction.step, now)
    while !machine.isFinished {
      // At a tie the work is done, as in the fleet.
      let isLate = job.end > reaction.step.deadline
      now = isLate ? reaction.step.deadline : job.end
      reaction = follow(isLate ? .deadlinePassed : answer(to: reaction.step.action, job, now), now)
      // What carries on is not begun anew: only its deadline is another one now.
      if case .perform(let step) = reaction { job = begin(step, now) }
    }
  }

  /// The work of a step, under way.
  private struct Job {
    var sent = Bytes.zero
    var sending = Duration.zero
    var end: Instant
  }

  private mutating func begin(_ step: CutoverStep, _ now: Instant) -> Job {
    switch physics.work(for: step.action, plan: machine.plan, at: now) {
    case .transfer(let amount, let then):
      let sending = rate.time(for: amount)
      return Job(sent: amount, sending: sending, end: now + sending + then)
    case .delay(let time): return Job(end: now + time)
    case .never: return Job(end: .distantFuture)
    }
  }

  private mutating func answer(to action: CutoverAction, _ job: Job, _ now: Instant) -> CutoverEvent {
    guard let event = physics.answer(to: action, transferred: job.sent, transferTime: job.sending, at: now)
    else { preconditionFailure("a migration by itself is told of no kernel that could hang") }
    return event
  }

  private mutating func follow(_ event: CutoverEvent, _ now: Instant) -> CutoverReaction {
    do {
      return try machine.handle(event, at: now)
    } catch {
      preconditionFailure("the physics gave an answer that the machine had not asked for: \(error)")
    }
  }
}
