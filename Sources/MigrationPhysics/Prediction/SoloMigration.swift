package import CutoverCore
package import Quantities

/// One migration by itself at fixed rates: the same machine and physics as in the fleet, without a fleet.
///
/// It serves predictions, and the counterfactual that "downtime saved" is measured against. Nothing fails in it: no host,
/// no link, and no kernel.
package struct SoloMigration {
  package private(set) var machine: CutoverMachine
  package private(set) var physics: AttemptPhysics
  private let rates: SoloRates
  /// Sent by the step that was called off at the end.
  package private(set) var interrupted = Bytes.zero
  /// When the disk had been copied for the last time while the guest ran, and when the destination was told to start.
  package private(set) var diskCopied: Instant?
  package private(set) var startTold: Instant?
  /// The time spent sending, of all.
  package private(set) var sending = Duration.zero
  /// What each pass came to, if that is asked for.
  package private(set) var rounds: [RoundForecast]?

  package init(_ plan: CutoverPlan, _ physics: AttemptPhysics, rate: ByteRate) throws(PlanError) {
    try self.init(plan, physics, rates: SoloRates(all: rate))
  }

  package init(
    _ plan: CutoverPlan, _ physics: AttemptPhysics, rates: SoloRates, recordsRounds: Bool = false
  ) throws(PlanError) {
    try plan.validate()
    self.init(validated: plan, physics, rates: rates, recordsRounds: recordsRounds)
  }

  /// For a plan that has been validated before.
  package init(
    validated plan: CutoverPlan, _ physics: AttemptPhysics, rates: SoloRates, recordsRounds: Bool = false
  ) {
    machine = CutoverMachine(validated: plan)
    self.physics = physics
    self.rates = rates
    rounds = recordsRounds ? [] : nil
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
      if isLate, job.sending > .zero {
        let part = min(1, (now - job.began).seconds / job.sending.seconds)
        interrupted = Bytes(rounding: job.sent.value * part)
      }
      let action = reaction.step.action
      let event = isLate ? .deadlinePassed : answer(to: action, job, now)
      if !isLate { note(action, event, job, now) }
      reaction = follow(event, now)
      // What carries on is not begun anew: only its deadline is another one now.
      if case .perform(let step) = reaction {
        interrupted = isLate ? interrupted : .zero
        job = begin(step, now)
      }
    }
  }

  /// The work of a step, under way.
  private struct Job {
    var sent = Bytes.zero
    var sending = Duration.zero
    var began: Instant
    var end: Instant
  }

  private mutating func begin(_ step: CutoverStep, _ now: Instant) -> Job {
    if case .startDestination = step.action { startTold = now }
    switch physics.work(for: step.action, plan: machine.plan, at: now) {
    case .transfer(let amount, let then):
      let sending = rates.rate(of: step.action).time(for: amount)
      return Job(sent: amount, sending: sending, began: now, end: now + sending + then)
    case .delay(let time): return Job(began: now, end: now + time)
    case .never: return Job(began: now, end: .distantFuture)
    }
  }

  private mutating func note(_ action: CutoverAction, _ event: CutoverEvent, _ job: Job, _ now: Instant) {
    sending = sending + job.sending
    guard case .copy(let medium, _, _) = action, case .copied(let report) = event else { return }
    if medium == .disk { diskCopied = now }
    rounds?.append(
      RoundForecast(
        medium: medium.rawValue, duration: (now - job.began).seconds, bytes: job.sent.value,
        dirtied: report.dirtied.value, remaining: report.remaining.value))
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

/// What one migration by itself can send: by what it sends, and whether the guest runs meanwhile.
package struct SoloRates: Sendable {
  package var memory: ByteRate
  package var disk: ByteRate
  /// Of the rest of the disk, while the guest stands still.
  package var diskInOutage: ByteRate
  /// Of memory and device state, while the guest stands still.
  package var outage: ByteRate

  package init(all rate: ByteRate) { self.init(memory: rate, disk: rate, outage: rate) }

  package init(memory: ByteRate, disk: ByteRate, outage: ByteRate) {
    self.memory = memory
    self.disk = disk
    diskInOutage = disk
    self.outage = outage
  }

  func rate(of action: CutoverAction) -> ByteRate {
    switch action {
    case .copy(.memory, _, _): memory
    case .copy(.disk, _, _), .pullRemaining(.disk): disk
    case .moveRemaining(.disk): diskInOutage
    case .moveRemaining(.memory), .pullRemaining(.memory), .moveDeviceState: outage
    case .prepareDestination, .waitUntil, .pauseGuest, .shutDownGuest, .powerOffGuest, .resizeDestination,
      .verifyDestination, .startDestination, .releaseSource, .fenceDestination, .restoreSource,
      .discardDestination, .finish:
      .unlimited
    }
  }
}
