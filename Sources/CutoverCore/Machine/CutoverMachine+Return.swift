internal import Quantities

// What the machine makes of a driver that died and has come back.
//
// | the driver died | what is not known | what comes next |
// |---|---|---|
// | preparing | whether something was made | it is prepared again |
// | replicating | how much of the pass was done | the same pass again; its driver may know from where on |
// | waiting, resting | - | the wait goes on; if the time has passed meanwhile, it is over |
// | stopping, powering off, in the outage | whether the guest was revived, and has written | it is stopped again, and
//   everything since moves again: a second stop of a stopped guest costs nothing |
// | in the outage, the source dead | - | the step again: nobody is left who could write |
// | starting | whether it runs there | it is started again: the source is stopped, the copy is proved |
// | pulling, releasing, fencing, restoring, discarding | whether it was done | it is done again |
//
// So a driver has to be able to do any step twice. The time away does not count for the attempt, for the rules of
// convergence, or for the step; it does count for the outage, for the guest was down all the while.

extension CutoverMachine {
  mutating func driverReturned(after away: Duration, _ now: Instant) throws(UnexpectedEvent)
    -> CutoverReaction
  {
    if case .planned = phase { throw unexpected(.driverReturned(away: away)) }
    if case .finished = phase { throw unexpected(.driverReturned(away: away)) }
    accounts.returns += 1
    timeAway = timeAway + max(away, .zero)
    switch phase {
    case .planned, .finished: return .carryOn(step)
    case .preparing: return perform(.prepareDestination, within: plan.deadlines.step, of: now)
    case .replicating(let stage, var state):
      state.excuse(max(away, .zero))
      return copy(stage: stage, state, now)
    case .resting(let stage, var state):
      state.excuse(max(away, .zero))
      phase = .resting(stage: stage, state)
      return waitOn(now)
    case .waiting: return waitOn(now)
    case .inOutage(let index) where sourceIsGone: return enterOutage(at: index, now)
    case .stopping, .poweringOff, .inOutage: return stop(now)
    case .starting: return perform(.startDestination(plan.start), within: plan.deadlines.start, of: now)
    case .pulling: return perform(.pullRemaining(.memory), within: plan.deadlines.attempt, of: now)
    case .releasing: return release(now)
    case .fencing(let outcome): return fence(towards: outcome, now)
    case .restoring(let outcome): return restore(by: guest == .paused ? .resume : .boot, outcome, now)
    case .discarding(let outcome): return discard(outcome, now)
    }
  }

  /// The wait under way goes on to the time it had.
  private mutating func waitOn(_ now: Instant) -> CutoverReaction {
    if case .waitUntil(let time) = step.action {
      step = CutoverStep(.waitUntil(time), deadline: max(time, now) + plan.deadlines.step)
    }
    return .perform(step)
  }
}
