internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPhysics
internal import MigrationPolicy
internal import Quantities

// What an attempt comes to: for the books, for its guest, and for those who have waited for its slot.

extension Simulation {
  mutating func end(_ index: Int32) {
    attempts[index].physics.endMirror(at: now)
    giveBack(index)
    let attempt = attempts.remove(index)
    guard let outcome = attempt.machine.outcome else { return }
    _ = queue.cancel(attempt.deadline)
    let (source, target) = (Int(attempt.source), Int(attempt.target))
    moves[attempt.move].attempt = -1
    stopDeadlines(.attempt, attempt.move)
    if let stopped = attempt.machine.accounts.outageBegan {
      settleTicket(attempt.move, at: stopped)
      checkNotice(attempt.move, attempt.strategy, stopped: stopped)
    }
    hosts[source].out -= 1
    if source != target { hosts[target].into -= 1 }
    refile(target)
    underWay -= 1

    record(attempt, outcome)
    settle(attempt, outcome)
    finishIfDraining(source)
    finishIfDraining(target)
    desk.isDue = !desk.isPlain
    // Those who have waited, for the fleet or for a slot, come before this host, which has just had its turn.
    pumpStalledHosts()
    serveWaiting()
    pump(source)
  }

  private mutating func record(_ attempt: Attempt, _ outcome: CutoverOutcome) {
    let move = moves[attempt.move]
    var row = AttemptRow()
    row.replication = replication
    row.move = Int(move.number)
    row.guest = Int(move.guest)
    row.guestClass = Int(classOfGuest[Int(move.guest)])
    row.campaign = Int(move.campaign)
    row.strategy = attempt.strategy
    row.number = move.attempts
    row.source = Int(attempt.source)
    row.target = Int(attempt.target)
    row.outcome = outcome.code
    row.accounts = attempt.machine.accounts
    row.forwarded = attempt.physics.forwarded
    row.traffic = attempt.interrupted
    row.traffic.add(attempt.machine.accounts)
    row.traffic.repeated += row.forwarded
    row.brownout = attempt.brownout
    row.downtimes = downtimes(of: attempt)
    moves[attempt.move].downtime += row.downtimes.seenByClients.seconds
    ledger.record(row, place(of: move), strategy: attempt.strategy, isCompleted: outcome == .completed)
    note(
      move.guest,
      .attemptEnded(strategy: attempt.strategy, outcome, target: Int(attempt.target), NoteCosts(row)))
    if outcome != .completed { noteFailure(row.outcome, of: move.guest) }
    attemptSink?(row)
  }

  private func downtimes(of attempt: Attempt) -> Downtimes {
    let accounts = attempt.machine.accounts
    var unnoticed = Duration.zero
    if let hung = attempt.physics.hungSince, let noticed = accounts.outageBegan { unnoticed = noticed - hung }
    unnoticed = unnoticed + attempt.physics.unseenShutdown(accounts)
    return Downtimes(
      of: attempt.machine, networkGap: attempt.physics.luck.networkGap, restored: attempt.physics.restored,
      unnoticed: unnoticed, stalled: attempt.stalled, bootsAgain: bootsAgain(attempt) ?? .zero)
  }

  /// How long a guest boots that was lost though the host has not failed that it was to leave: its memory is gone, and it
  /// is started there at once. `nil`: it was not lost, or comes back with its host.
  private func bootsAgain(_ attempt: Attempt) -> Duration? {
    guard attempt.machine.accounts.lost != nil, hosts[Int(attempt.source)].failedAt == nil else { return nil }
    return attempt.physics.luck.boot
  }

  private mutating func settle(_ attempt: Attempt, _ outcome: CutoverOutcome) {
    let slot = attempt.move
    guard outcome != .completed else { return complete(attempt) }
    fleet.hosts[Int(attempt.target)].release(memory: attempt.memory, disk: attempt.disk)
    refile(Int(attempt.target))
    let guest = Int(moves[slot].guest)
    // Booted where it was, it has the features of its host, whatever it came with.
    if attempt.physics.restored == .boot {
      fleet.boot(guest, on: Int(attempt.source))
    }
    loseIfDead(Int32(guest), on: Int(attempt.source))
    var back = attempt.machine.accounts.lost == nil ? nil : hosts[Int(attempt.source)].downUntil
    if let boot = bootsAgain(attempt) {
      fleet.boot(guest, on: Int(attempt.source))
      back = now + boot
      restarts[Int32(guest)] = back
      note(Int32(guest), .bootsAgain(takes: boot))
    }
    guard let cause = cause(of: outcome, hung: attempt.physics.hungSince != nil) else {
      return moves[slot].ruling == nil ? tryAgain(slot, notBefore: nil) : react(slot, to: .timedOut)
    }
    react(slot, to: cause, notBefore: back)
  }

  private mutating func complete(_ attempt: Attempt) {
    let slot = attempt.move
    let move = moves[slot]
    let baselineCost = baselineCost(of: attempt)
    let memory = fleet.guests[Int(move.guest)].memory
    let disk = fleet.localDisk(of: Int(move.guest), on: Int(attempt.source))
    if let rebuild = attempt.machine.plan.rebuild {
      if rebuild == .blank { ledger.disksLost += 1 }
      if lost.contains(move.guest) {
        countRebuilt(move.guest, on: Int(attempt.source), isImage: rebuild == .blank)
      }
    }
    settle(guest: move, at: attempt)
    if move.flavor >= 0, let confirmation = chainStep(of: move).confirmation {
      hold(memory, disk, on: Int(attempt.source), confirmation)
    }
    if let incident = attempt.physics.incident {
      moves[slot].downtime += incident.seconds
      note(move.guest, .incident(down: incident))
      ledger.incident(place(of: move), strategy: attempt.strategy, downtime: incident)
    }
    // What the baseline could not have done at all is held to have cost the same: nothing is saved, and nothing lost.
    close(slot, isCompleted: true, baselineCost: baselineCost ?? moves[slot].downtime)
  }

  /// Puts the guest on its new host, with its new size.
  private mutating func settle(guest move: Move, at attempt: Attempt) {
    let guest = Int(move.guest)
    let (source, target) = (Int(attempt.source), Int(attempt.target))
    guard source != target else { return stay(guest: move, at: attempt) }
    let old = fleet.guests[guest]
    fleet.hosts[source].release(memory: old.memory, disk: fleet.localDisk(of: guest, on: source))
    refile(source)
    hosts[source].guests.removeAll { $0 == move.guest }
    hosts[target].guests.append(move.guest)
    fleet.guests[guest].host = attempt.target
    if !attempt.machine.plan.carriesRunningState || attempt.physics.incidentBoots {
      fleet.boot(guest, on: target)
    }
    loseIfDead(move.guest, on: target)
    guard move.flavor >= 0 else { return }
    fleet.resize(guest, to: Int(move.flavor), at: now)
    let new = fleet.guests[guest]
    fleet.hosts[target].release(
      memory: attempt.memory - new.memory, disk: attempt.disk - fleet.localDisk(of: guest, on: target))
    refile(target)
  }

  /// The guest is where it was, and so is all that it has.
  private mutating func stay(guest move: Move, at attempt: Attempt) {
    if !attempt.machine.plan.carriesRunningState {
      fleet.boot(Int(move.guest), on: Int(attempt.source))
    }
    if move.drain >= 0 { drains[Int(move.drain)].staying.append(move.guest) }
    loseIfDead(move.guest, on: Int(attempt.source))
  }

  /// What the baseline strategy would have cost this guest's clients on this path, at the rate the copy really had, in
  /// seconds; `nil` if it cannot serve such a move. The same luck: the same boot, the same shutdown.
  ///
  /// To be asked while the guest still is what it was.
  private mutating func baselineCost(of attempt: Attempt) -> Double? {
    let luck = attempt.physics.luck
    if attempt.strategy == baseline { return downtimes(of: attempt).seenByClients.seconds }
    let rate =
      attempt.bulkTime > .zero
      ? ByteRate(bytesPerSecond: attempt.bulkBytes.value / attempt.bulkTime.seconds) : attempt.cap
    let guest = Int(moves[attempt.move].guest)
    let began = attempt.machine.accounts.began ?? now
    guard case .plan(let prepared) = plan(baseline, for: moves[attempt.move], at: began) else { return nil }
    let counterfactual = AttemptPhysics(
      fleet.guests[guest], luck, physics, kernelRisk: nil,
      path: physics.hasProfile ? PathRates(link: rate, limit: .unlimited) : .unknown)
    var solo = SoloMigration(
      validated: prepared.plan, counterfactual, rates: SoloRates(all: rate))
    solo.run(from: began)
    return Downtimes(
      of: solo.machine, networkGap: luck.networkGap, restored: solo.physics.restored,
      unnoticed: solo.physics.unseenShutdown(solo.machine.accounts)
    ).seenByClients.seconds
  }
}
