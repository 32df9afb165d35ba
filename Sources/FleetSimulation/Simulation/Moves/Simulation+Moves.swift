internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPhysics
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let ticket = StreamPurpose("move.ticket")
}

// A move from the wish to its end: through its chain, with dates, retries and the next strategy.

extension Simulation {
  /// Somebody wants a guest moved. A guest has one move at a time; another wish is counted as `busy`. It takes a number
  /// all the same: which luck the guest's later moves have must not depend on how long this one lasts.
  @discardableResult
  mutating func request(
    _ guest: Int32, campaign: Int, targetSite: Int32 = -1, flavor: Int16 = -1, drain: Int32 = -1,
    targetHost: Int32 = -1, isReturn: Bool = false
  ) -> Bool {
    let ordinal = ordinals[Int(guest)]
    ordinals[Int(guest)] += 1
    guard moveOfGuest[Int(guest)] < 0 else {
      ledger.busy += 1
      note(guest, .turnedAway(campaign: campaign))
      return false
    }
    guard flavor < 0 || shrinkDisk(of: guest, to: Int(flavor)) else {
      ledger.resizes.tooFull += 1
      note(guest, .tooFull(campaign: campaign))
      return false
    }
    var move = Move(
      number: moveCount, guest: guest, campaign: Int32(campaign), drain: drain, targetSite: targetSite,
      flavor: flavor, ordinal: ordinal)
    (move.targetHost, move.isReturn, move.ready) = (targetHost, isReturn, now)
    moveCount += 1
    moveBegan(&move)
    ledger.request(place(of: move), firstStrategy: chains[campaign][0])
    enter(step: 0, of: &move)
    let slot = moves.insert(move)
    moveOfGuest[Int(guest)] = slot
    note(guest, .asked(campaign: campaign, isDrain: drain >= 0))
    startDeadlines(.move, slot)
    beginStep(slot)
    return true
  }

  /// Whoever wants a smaller flavor has cut his disk to it before; `false` where it holds more than that.
  private mutating func shrinkDisk(of guest: Int32, to flavor: Int) -> Bool {
    let (number, host) = (Int(guest), Int(fleet.guests[Int(guest)].host))
    let before = fleet.localDisk(of: number, on: host)
    guard fleet.shrinkDisk(of: number, to: flavor, at: now) else { return false }
    fleet.hosts[host].release(memory: .zero, disk: before - fleet.localDisk(of: number, on: host))
    refile(host)
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
    let move = moves[slot]
    let step = chainStep(of: move)
    let chain = chains[Int(move.campaign)]
    note(move.guest, .stepBegan(strategy: chain[move.step], step: move.step, of: chain.count))
    startDeadlines(.step, slot)
    guard let terms = step.ticket, !isEmergency(move) else {
      return enterQueue(slot)
    }
    replaceTicket(slot)
    moves[slot].tickets += 1
    guard var notice = openTicket(terms, for: move) else {
      ledger.tickets.withdrawn += 1
      note(move.guest, .ticketRefused)
      return react(slot, to: .optedOut)
    }
    let answer = answer(notice, terms)
    // Where windows count, the date that he is told lies in one. They are the operator's: whoever starts it himself need
    // not wait for them.
    if !notice.isByCustomer, let opening = opening(from: notice.date, for: move) { notice.date = opening }
    note(move.guest, .ticket(date: notice.date, answer))
    moves[slot].notice = notice
    moves[slot].ticketEnds = notice.date + terms.window
    let begin = step.cutover.copyAhead.map { max(now, notice.date - $0) } ?? notice.date
    if step.cutover.copyAhead != nil { moves[slot].agreed = notice.date }
    // What was agreed with the customer is no wait in line.
    moves[slot].ready = moves[slot].ready + (begin - now)
    note(move.guest, .waits(.date(until: begin)))
    wait(slot, until: begin)
  }

  private func answer(_ notice: Notice, _ terms: TicketTerms) -> TicketAnswer {
    if notice.isByCustomer { return .startsItHimself }
    if !notice.isAnswered { return .silence }
    return notice.date == now + terms.notice ? .letItRun : .movedTheDate
  }

  /// Another step has a ticket of its own: what the customer was told before holds no more.
  private mutating func replaceTicket(_ slot: Int32) {
    settleTicket(slot, isAttempt: false)
    moves[slot].agreed = nil
    guard moves[slot].notice != nil else { return }
    moves[slot].notice = nil
    ledger.tickets.canceled += 1
  }

  /// The first attempt after the date begins, by whichever step; or the move ends without one.
  mutating func settleTicket(_ slot: Int32, isAttempt: Bool = true, at time: Instant? = nil) {
    guard let end = moves[slot].ticketEnds else { return }
    moves[slot].ticketEnds = nil
    if isAttempt, time ?? now <= end { ledger.tickets.kept += 1 } else { ledger.tickets.late += 1 }
  }

  /// What the customer makes of it: his answer to the first ticket depends on him, not on the strategy that it is of.
  /// `nil`: he does not want it.
  private mutating func openTicket(_ terms: TicketTerms, for move: Move) -> Notice? {
    ledger.tickets.opened += 1
    // Each of a move's tickets is answered by itself: they are of different strategies and dates.
    var answer = stream(luckEntity(of: move, number: move.tickets), .ticket)
    let (who, how) = (answer.uniform(), answer.uniform())
    var notice = Notice(opened: now, date: now + terms.notice)
    if who < terms.startedByCustomer {
      ledger.tickets.startedByCustomer += 1
      notice.date = now + terms.notice * how
      notice.isByCustomer = true
      return notice
    }
    if who < terms.startedByCustomer + terms.moved {
      ledger.tickets.moved += 1
      ledger.tickets.datesMoved += 1
      notice.date = notice.date + terms.movedByUpTo * how
      var times = 1
      while times < terms.mostMoves, answer.uniform() < terms.moved {
        notice.date = notice.date + terms.movedByUpTo * answer.uniform()
        ledger.tickets.datesMoved += 1
        times += 1
      }
      if let latest = terms.latest { notice.date = min(notice.date, now + latest) }
      return notice
    }
    let refusals = terms.startedByCustomer + terms.moved + terms.optedOut
    if who < refusals {
      ledger.tickets.optedOut += 1
      ledger.tickets.canceled += 1
      return nil
    }
    guard who < refusals + terms.unanswered else { return notice }
    ledger.tickets.unanswered += 1
    notice.isAnswered = false
    guard terms.needsAnswer else { return notice }
    ledger.tickets.canceled += 1
    return nil
  }

  mutating func wait(_ slot: Int32, until time: Instant) {
    moves[slot].wait = .timer
    moves[slot].timer = queue.schedule(at: time, .retry(move: slot))
  }

  /// Gets in line on the guest's host.
  mutating func enterQueue(_ slot: Int32) {
    leaveSlotLine(slot)
    guard desk.isPlain else { return enterDesk(slot) }
    let host = fleet.guests[Int(moves[slot].guest)].host
    moves[slot].wait = .turn
    appendTurn(slot, Int(host))
    note(moves[slot].guest, .waits(.turn(ahead: turnsAhead(on: Int(host)))))
    pump(Int(host))
  }

  /// The step has failed or was refused: the next one, or the end.
  mutating func nextStep(_ slot: Int32) { goTo(slot, moves[slot].step + 1) }

  /// Another step of the chain, or the end.
  mutating func goTo(_ slot: Int32, _ step: Int) {
    var move = moves[slot]
    guard step < chains[Int(move.campaign)].count, isWanted(move) else {
      return close(slot, isCompleted: false)
    }
    guard takesTurn(slot) else { return }
    unpark(slot)
    move = moves[slot]
    enter(step: step, of: &move)
    moves[slot] = move
    beginStep(slot)
  }

  /// Another try of the same step, after a while that doubles; or the next step.
  mutating func tryAgain(_ slot: Int32, notBefore: Instant?) {
    moves[slot].triesLeft -= 1
    guard isWanted(moves[slot]) else { return close(slot, isCompleted: false) }
    guard moves[slot].triesLeft > 0 else { return nextStep(slot) }
    guard takesTurn(slot) else { return }
    unpark(slot)
    let backoff = moves[slot].backoff
    moves[slot].backoff = min(backoff * 2, chainStep(of: moves[slot]).longestBackoff)
    let time = max(now + backoff, notBefore ?? .zero)
    note(moves[slot].guest, .waits(.backoff(until: time)))
    wait(slot, until: time)
  }

  /// Counts a try against the most that the chain allows; the move ends when there is none left.
  private mutating func takesTurn(_ slot: Int32) -> Bool {
    moves[slot].turns += 1
    guard moves[slot].turns >= scenario.campaigns[Int(moves[slot].campaign)].chain.mostTries else {
      return true
    }
    ledger.refuse(
      .tooManyTries, place(of: moves[slot]), strategy: chains[Int(moves[slot].campaign)][moves[slot].step])
    close(slot, isCompleted: false)
    return false
  }

  /// Whether anybody still wants it: a drain that was given up wants nothing more.
  private func isWanted(_ move: Move) -> Bool { move.drain < 0 || !drains[Int(move.drain)].isOver }

  /// Ends a move that is not under way.
  mutating func callOff(_ slot: Int32) {
    switch moves[slot].wait {
    case .nothing, .underWay: return
    case .timer, .slot, .turn, .desk: leaveWait(slot)
    }
    close(slot, isCompleted: false)
  }

  /// Takes a move out of whatever it waits for.
  mutating func leaveWait(_ slot: Int32) {
    switch moves[slot].wait {
    case .nothing, .underWay: break
    // Whoever serves the desk sees that it no longer waits.
    case .desk: moves[slot].wait = .nothing
    case .timer: _ = queue.cancel(moves[slot].timer)
    case .slot: leaveSlotLine(slot)
    case .turn: removeTurn(slot, Int(fleet.guests[Int(moves[slot].guest)].host))
    }
  }

  /// The move has ended, one way or the other.
  mutating func close(_ slot: Int32, isCompleted: Bool, baselineCost: Double = 0) {
    settleTicket(slot, isAttempt: false)
    unpark(slot)
    stopDeadlines(nil, slot)
    let move = moves.remove(slot)
    if move.notice != nil {
      if isCompleted { ledger.tickets.completed += 1 } else { ledger.tickets.canceled += 1 }
    }
    let strategy = chains[Int(move.campaign)][move.step]
    ledger.close(
      place(of: move), strategy: strategy, isCompleted: isCompleted, downtime: move.downtime,
      baseline: baselineCost)
    moveOfGuest[Int(move.guest)] = -1
    note(move.guest, .moveEnded(isCompleted: isCompleted, downtime: Duration(seconds: move.downtime)))
    if move.drain >= 0 { moveEnded(ofDrain: move.drain) }
    relocateIfDue(move.guest)
    evictIfDraining(move.guest, after: move)
    moveEnded(move, isCompleted: isCompleted)
  }

  // MARK: - Luck

  /// Names the luck of a move: by guest and by which of its moves it is, and of what happens several times in a move by
  /// its number.
  func luckEntity(of move: Move, number: Int = 0) -> UInt64 {
    UInt64(min(number, 255)) << 56 | UInt64(move.guest) << 24 | UInt64(move.ordinal)
  }

  func luck(of move: Move) -> AttemptLuck {
    // Each try of a step has luck of its own. The first try of each step has the same: the guest boots as fast, and its
    // path is as wide, whatever was tried before. Whether its kernel bears a migration is drawn for each attempt, or a
    // step that is tried after one under which the guest hung would only repeat the failure.
    let byTry = luckEntity(of: move, number: chainStep(of: move).tries - move.triesLeft + 1)
    let byAttempt = luckEntity(of: move, number: move.attempts)
    let group = fleet.groups[Int(fleet.guests[Int(move.guest)].group)]
    return AttemptLuck(scenario.mechanics, group) { stream($0 == .kernelFault ? byAttempt : byTry, $0) }
  }
}
