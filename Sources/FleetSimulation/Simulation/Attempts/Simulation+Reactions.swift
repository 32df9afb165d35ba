internal import CutoverCore
internal import DiscreteEvent
internal import MigrationPolicy
internal import Quantities

// What a chain does about a step that did not move the guest.

extension RefusalReason {
  static let tooManyTries = RefusalReason(rawValue: "too_many_tries")
  static let overdue = RefusalReason(rawValue: "overdue")
}

extension Simulation {
  /// - Parameter notBefore: what another try has to wait for besides its backoff.
  mutating func react(_ slot: Int32, to cause: FailureCause, notBefore: Instant? = nil) {
    if let ruling = moves[slot].ruling {
      moves[slot].ruling = nil
      return ruling == .next ? nextStep(slot) : close(slot, isCompleted: false)
    }
    switch chainStep(of: moves[slot]).reaction(to: cause) {
    case .next: nextStep(slot)
    case .retry: tryAgain(slot, notBefore: notBefore)
    case .goTo(let step): goTo(slot, step)
    case .incident:
      ledger.escalations += 1
      close(slot, isCompleted: false)
    case .stop: close(slot, isCompleted: false)
    }
  }

  /// The cause of an end that was no success, as chains tell causes apart; `nil` where it was called off.
  func cause(of outcome: CutoverOutcome, hung: Bool) -> FailureCause? {
    switch outcome {
    case .completed, .cancelled: nil
    case .timedOut: .timedOut
    case .notConverging: .notConverging
    case .guestCrashed: hung ? .hung : .crashed
    case .shutdownIgnored: .shutdownIgnored
    case .windowMissed: .windowMissed
    case .verificationFailed, .failed(.verification), .failed(.guest), .failed(.destinationFull): .unsound
    case .failed(.link): .linkDown
    case .failed(.source), .failed(.destination), .lost: .hostDown
    }
  }

  func cause(of refusal: RefusalReason) -> FailureCause {
    switch refusal {
    case .targetFull: .hostFull
    case .overLimit: .overLimit
    default: .refused
    }
  }

  // MARK: - Other people's patience

  private func deadlines(of move: Move) -> [OwnerDeadline] {
    scenario.campaigns[Int(move.campaign)].chain.deadlines
  }

  /// A move, a step or an attempt begins: those who watch it look at their clocks.
  mutating func startDeadlines(_ scope: DeadlineScope, _ slot: Int32) {
    let deadlines = deadlines(of: moves[slot])
    guard !deadlines.isEmpty else { return }
    if moves[slot].overdue.isEmpty { moves[slot].overdue = Array(repeating: .none, count: deadlines.count) }
    for (number, deadline) in deadlines.enumerated() where deadline.scope == scope {
      _ = queue.cancel(moves[slot].overdue[number])
      let due = deadline.after.map { now + $0 } ?? deadline.at.map { .zero + $0 } ?? .distantFuture
      guard due < .distantFuture else { continue }
      moves[slot].overdue[number] = queue.schedule(
        at: max(due, now), .overdue(move: slot, deadline: Int32(number)))
    }
  }

  mutating func stopDeadlines(_ scope: DeadlineScope?, _ slot: Int32) {
    guard !moves[slot].overdue.isEmpty else { return }
    for (number, deadline) in deadlines(of: moves[slot]).enumerated()
    where scope == nil || deadline.scope == scope {
      _ = queue.cancel(moves[slot].overdue[number])
    }
  }

  mutating func overdue(_ slot: Int32, _ number: Int) {
    let deadline = deadlines(of: moves[slot])[number]
    ledger.overdue[deadline.owner, default: 0] += 1
    note(moves[slot].guest, .overdue(owner: deadline.owner))
    let attempt = moves[slot].attempt
    switch deadline.then {
    case .abandon:
      if attempt >= 0 { giveBack(attempt) }
    case .next, .stop:
      if attempt >= 0 {
        moves[slot].ruling = deadline.then
        // The machine would leave a guest alone that it believes to be running. Where it is too late to stop, it goes on.
        tell(hangsUnnoticed(attempt) ? .guestCrashed : .cancelled, to: attempt)
        return
      }
      ledger.refuse(
        .overdue, place(of: moves[slot]), strategy: chains[Int(moves[slot].campaign)][moves[slot].step])
      leaveWait(slot)
      deadline.then == .next ? nextStep(slot) : close(slot, isCompleted: false)
    }
  }
}
