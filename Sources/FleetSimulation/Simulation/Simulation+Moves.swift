internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let ticket = StreamPurpose("move.ticket")
}

// A move from the wish to its end: through its chain, with dates, retries and the next strategy.

extension Simulation {
  /// Somebody wants a guest moved. A guest has one move at a time; another wish is counted as `busy`.
  @discardableResult
  mutating func request(
    _ guest: Int32, campaign: Int, targetSite: Int32 = -1, flavor: Int16 = -1, drain: Int32 = -1
  ) -> Bool {
    guard moveOfGuest[Int(guest)] < 0 else {
      ledger.busy += 1
      return false
    }
    var move = Move(
      number: moveCount, guest: guest, campaign: Int32(campaign), drain: drain, targetSite: targetSite,
      flavor: flavor, ordinal: ordinals[Int(guest)])
    moveCount += 1
    ordinals[Int(guest)] += 1
    ledger.request(place(of: move), firstStrategy: chains[campaign][0])
    enter(step: 0, of: &move)
    let slot: Int32
    if let free = freeMoves.popLast() {
      slot = free
      moves[Int(slot)] = move
    } else {
      slot = Int32(moves.count)
      moves.append(move)
    }
    moveOfGuest[Int(guest)] = slot
    beginStep(slot)
    return true
  }

  func place(of move: Move) -> Ledger.Place {
    Ledger.Place(
      guest: Int(move.guest), guestClass: Int(classOfGuest[Int(move.guest)]), campaign: Int(move.campaign))
  }

  func chainStep(of move: Move) -> ChainStep {
    scenario.campaigns[Int(move.campaign)].chain.steps[move.step]
  }

  private func enter(step: Int, of move: inout Move) {
    move.step = step
    let terms = chainStep(of: move)
    move.triesLeft = terms.tries
    move.backoff = terms.backoff
    move.searching = nil
  }

  /// Waits for the date if the step has one, else gets in line.
  private mutating func beginStep(_ slot: Int32) {
    let move = moves[Int(slot)]
    guard let terms = chainStep(of: move).ticket, !move.hasTicket else { return enterQueue(slot) }
    let date = openTicket(terms, for: move)
    moves[Int(slot)].hasTicket = true
    moves[Int(slot)].agreed = date
    wait(slot, until: date)
  }

  /// What the customer makes of it; his answer depends on him, not on the strategy.
  private mutating func openTicket(_ terms: TicketTerms, for move: Move) -> Instant {
    ledger.tickets.opened += 1
    var answer = stream(luckEntity(of: move), .ticket)
    let (who, how) = (answer.uniform(), answer.uniform())
    if who < terms.startedByCustomer {
      ledger.tickets.startedByCustomer += 1
      return now + terms.notice * how
    }
    if who < terms.startedByCustomer + terms.moved {
      ledger.tickets.moved += 1
      return now + terms.notice + terms.movedByUpTo * how
    }
    return now + terms.notice
  }

  mutating func wait(_ slot: Int32, until time: Instant) {
    moves[Int(slot)].wait = .timer
    _ = queue.schedule(at: time, .retry(move: slot))
  }

  /// Gets in line on the guest's host.
  mutating func enterQueue(_ slot: Int32) {
    let host = fleet.guests[Int(moves[Int(slot)].guest)].host
    moves[Int(slot)].wait = .turn
    hosts[Int(host)].turns.append(slot)
    pump(Int(host))
  }

  /// The step has failed or was refused: the next one, or the end.
  mutating func nextStep(_ slot: Int32) {
    var move = moves[Int(slot)]
    guard move.step + 1 < chains[Int(move.campaign)].count else { return close(slot, isCompleted: false) }
    enter(step: move.step + 1, of: &move)
    moves[Int(slot)] = move
    beginStep(slot)
  }

  /// Another try of the same step, after a while that doubles; or the next step.
  mutating func tryAgain(_ slot: Int32, notBefore: Instant?) {
    moves[Int(slot)].triesLeft -= 1
    guard moves[Int(slot)].triesLeft > 0 else { return nextStep(slot) }
    let backoff = moves[Int(slot)].backoff
    moves[Int(slot)].backoff = backoff * 2
    wait(slot, until: max(now + backoff, notBefore ?? .zero))
  }

  /// The move has ended, one way or the other.
  mutating func close(_ slot: Int32, isCompleted: Bool, baselineCost: Double = 0) {
    let move = moves[Int(slot)]
    let strategy = chains[Int(move.campaign)][move.step]
    ledger.close(
      place(of: move), strategy: strategy, isCompleted: isCompleted, downtime: move.downtime,
      baseline: baselineCost)
    moveOfGuest[Int(move.guest)] = -1
    moves[Int(slot)].wait = .nothing
    freeMoves.append(slot)
    if move.drain >= 0 { moveEnded(ofDrain: move.drain) }
    evictIfDraining(move.guest, after: move)
  }

  // MARK: - Luck

  /// Names the luck of a move: by guest and by which of its moves it is.
  func luckEntity(of move: Move) -> UInt64 { UInt64(move.guest) << 24 | UInt64(move.ordinal) }

  func luck(of move: Move) -> AttemptLuck {
    // Each attempt of a move has luck of its own, or a retry would only repeat the failure.
    let entity = luckEntity(of: move) | UInt64(min(move.attempts, 255)) << 56
    let group = fleet.groups[Int(fleet.guests[Int(move.guest)].group)]
    return AttemptLuck(scenario.mechanics, group) { stream(entity, $0) }
  }
}
