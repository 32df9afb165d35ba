internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Drives the cutover machine of each attempt in virtual time.

extension Simulation {
  mutating func start(
    _ slot: Int32, _ strategy: Int, _ plan: CutoverPlan, _ risk: KernelPolicyRow?, from source: Int,
    to target: Int
  ) {
    moves[Int(slot)].attempts += 1
    moves[Int(slot)].wait = .underWay
    moves[Int(slot)].searching = nil
    let move = moves[Int(slot)]
    let machine: CutoverMachine
    do {
      machine = try CutoverMachine(plan)
    } catch {
      preconditionFailure("the strategy '\(plan.strategy)' made a plan that contradicts itself: \(error)")
    }
    noteTicket(of: move)
    let needs = needs(of: move)
    fleet.hosts[target].reserve(memory: needs.memory, disk: needs.disk)
    hosts[source].out += 1
    hosts[target].into += 1
    underWay += 1
    let luck = luck(of: move)
    let attempt = Attempt(
      machine: machine,
      physics: AttemptPhysics(fleet.guests[Int(move.guest)], luck, physics, kernelRisk: risk), move: slot,
      strategy: strategy, source: Int32(source), target: Int32(target), memory: needs.memory,
      disk: needs.disk,
      path: links.path(from: source, to: target, in: fleet),
      cap: min(luck.streamRate, scenario.limits.perMove))
    let index: Int32
    if let free = freeAttempts.popLast() {
      index = free
      attempts[Int(index)] = attempt
    } else {
      index = Int32(attempts.count)
      attempts.append(attempt)
    }
    tell(.begin, to: index)
  }

  private mutating func noteTicket(of move: Move) {
    guard let agreed = move.agreed, move.attempts == firstAttemptAfterTicket(move) else { return }
    let window = chainStep(of: move).ticket?.window ?? .zero
    if now - agreed <= window { ledger.tickets.kept += 1 } else { ledger.tickets.late += 1 }
  }

  /// The number of the attempt that the ticket was about: the first of its step.
  private func firstAttemptAfterTicket(_ move: Move) -> Int {
    let terms = chainStep(of: move)
    return terms.ticket == nil ? -1 : move.attempts - (terms.tries - move.triesLeft)
  }

  // MARK: - Events

  /// Tells the machine what happened, and does what it says.
  mutating func tell(_ event: CutoverEvent, to index: Int32) {
    guard attempts[Int(index)] != nil else { return }
    let reaction: CutoverReaction
    do {
      reaction = try attempts[Int(index)]!.machine.handle(event, at: now)
    } catch {
      preconditionFailure("the simulator gave an answer that the machine had not asked for: \(error)")
    }
    switch reaction {
    case .carryOn(let step): setDeadline(step, index)
    case .perform(let step):
      dropWork(index)
      if case .finish = step.action { return end(index) }
      perform(step, index)
      setDeadline(step, index)
    }
  }

  private mutating func setDeadline(_ step: CutoverStep, _ index: Int32) {
    let handle = attempts[Int(index)]!.deadline
    if queue.isPending(handle) {
      _ = queue.reschedule(handle, at: max(step.deadline, now))
    } else {
      attempts[Int(index)]!.deadline = queue.schedule(
        at: max(step.deadline, now), .deadline(attempt: index))
    }
  }

  private mutating func dropWork(_ index: Int32) {
    _ = queue.cancel(attempts[Int(index)]!.timer)
    attempts[Int(index)]!.timer = .none
    if network.isActive(attempts[Int(index)]!.flow) {
      network.cancel(attempts[Int(index)]!.flow, at: now)
    }
    attempts[Int(index)]!.flow = .none
  }

  private mutating func perform(_ step: CutoverStep, _ index: Int32) {
    attempts[Int(index)]!.sent = .zero
    attempts[Int(index)]!.sendTime = .zero
    let plan = attempts[Int(index)]!.machine.plan
    switch attempts[Int(index)]!.physics.work(for: step.action, plan: plan, at: now) {
    case .never: break
    case .delay(let time):
      attempts[Int(index)]!.timer = queue.schedule(at: now + time, .stepDone(attempt: index))
    case .transfer(let amount, let then):
      attempts[Int(index)]!.sent = amount
      attempts[Int(index)]!.afterFlow = then
      guard amount > .zero else {
        attempts[Int(index)]!.timer = queue.schedule(at: now + then, .stepDone(attempt: index))
        return
      }
      let (source, target) = (Int(attempts[Int(index)]!.source), Int(attempts[Int(index)]!.target))
      let path =
        step.action.medium == .disk
        ? links.diskPath(from: source, to: target, in: fleet) : attempts[Int(index)]!.path
      attempts[Int(index)]!.flowBegan = now
      attempts[Int(index)]!.flow = network.startFlow(
        amount, over: path, cap: attempts[Int(index)]!.cap, owner: index, at: now)
    }
  }

  mutating func flowDone(_ index: Int32) {
    let time = now - attempts[Int(index)]!.flowBegan
    attempts[Int(index)]!.sendTime = time
    attempts[Int(index)]!.flow = .none
    let action = attempts[Int(index)]!.machine.currentStep.action
    if action.medium == .disk {
      attempts[Int(index)]!.bulkBytes = attempts[Int(index)]!.bulkBytes + attempts[Int(index)]!.sent
      attempts[Int(index)]!.bulkTime = attempts[Int(index)]!.bulkTime + time
    }
    let then = attempts[Int(index)]!.afterFlow
    if then > .zero {
      attempts[Int(index)]!.timer = queue.schedule(at: now + then, .stepDone(attempt: index))
    } else {
      stepDone(index)
    }
  }

  mutating func stepDone(_ index: Int32) {
    attempts[Int(index)]!.timer = .none
    let action = attempts[Int(index)]!.machine.currentStep.action
    let (sent, time) = (attempts[Int(index)]!.sent, attempts[Int(index)]!.sendTime)
    guard
      let event = attempts[Int(index)]!.physics.answer(
        to: action, transferred: sent, transferTime: time, at: now)
    else {
      let notice = now + attempts[Int(index)]!.physics.detectionDelay
      attempts[Int(index)]!.timer = queue.schedule(at: notice, .hangNoticed(attempt: index))
      return
    }
    tell(event, to: index)
  }

  mutating func deadlinePassed(_ index: Int32) {
    attempts[Int(index)]!.deadline = .none
    // Whoever calls a copy off looks at the guest, and finds it hanging.
    let hangs = attempts[Int(index)]!.physics.hungSince != nil
    if case .replicating = attempts[Int(index)]!.machine.phase, hangs {
      tell(.guestCrashed, to: index)
    } else {
      tell(.deadlinePassed, to: index)
    }
  }

  // MARK: - The end

  private mutating func end(_ index: Int32) {
    guard let attempt = attempts[Int(index)], let outcome = attempt.machine.outcome else { return }
    _ = queue.cancel(attempt.deadline)
    attempts[Int(index)] = nil
    freeAttempts.append(index)
    let (source, target) = (Int(attempt.source), Int(attempt.target))
    hosts[source].out -= 1
    hosts[target].into -= 1
    underWay -= 1

    record(attempt, outcome)
    settle(attempt, outcome)
    finishIfDraining(source)
    finishIfDraining(target)
    pump(source)
    pumpStalledHosts()
  }

  private mutating func record(_ attempt: Attempt, _ outcome: CutoverOutcome) {
    let move = moves[Int(attempt.move)]
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
    row.downtimes = downtimes(of: attempt)
    moves[Int(attempt.move)].downtime += row.downtimes.seenByClients.seconds
    ledger.record(row, place(of: move), strategy: attempt.strategy, isCompleted: outcome == .completed)
    attemptSink?(row)
  }

  private func downtimes(of attempt: Attempt) -> Downtimes {
    let accounts = attempt.machine.accounts
    var unnoticed = Duration.zero
    if let hung = attempt.physics.hungSince, let noticed = accounts.outageBegan { unnoticed = noticed - hung }
    return Downtimes(of: attempt.machine, networkGap: attempt.physics.luck.networkGap, unnoticed: unnoticed)
  }

  private mutating func settle(_ attempt: Attempt, _ outcome: CutoverOutcome) {
    let slot = attempt.move
    guard outcome != .completed else { return complete(attempt) }
    fleet.hosts[Int(attempt.target)].release(memory: attempt.memory, disk: attempt.disk)
    switch outcome {
    case .completed: break
    // These would only happen again.
    case .timedOut, .notConverging, .guestCrashed, .shutdownIgnored: nextStep(slot)
    case .cancelled, .verificationFailed, .failed: tryAgain(slot, notBefore: nil)
    case .lost: tryAgain(slot, notBefore: hosts[Int(attempt.source)].downUntil)
    }
  }

  private mutating func complete(_ attempt: Attempt) {
    let slot = attempt.move
    let move = moves[Int(slot)]
    let before = fleet.guests[Int(move.guest)]
    settle(guest: move, at: attempt)
    if let incident = attempt.physics.incident {
      moves[Int(slot)].downtime += incident.seconds
      ledger.incident(place(of: move), strategy: attempt.strategy, downtime: incident)
    }
    close(slot, isCompleted: true, baselineCost: baselineCost(of: attempt, guest: before))
  }

  /// Puts the guest on its new host, with its new size.
  private mutating func settle(guest move: Move, at attempt: Attempt) {
    let guest = Int(move.guest)
    let (source, target) = (Int(attempt.source), Int(attempt.target))
    let old = fleet.guests[guest]
    fleet.hosts[source].release(memory: old.memory, disk: old.diskVirtual)
    hosts[source].guests.removeAll { $0 == move.guest }
    hosts[target].guests.append(move.guest)
    fleet.guests[guest].host = attempt.target
    if !attempt.machine.plan.carriesRunningState {
      fleet.guests[guest].bootCPU = fleet.hosts[target].cpu
    }
    guard move.flavor >= 0 else { return }
    fleet.resize(guest, to: Int(move.flavor))
    let new = fleet.guests[guest]
    fleet.hosts[target].release(memory: attempt.memory - new.memory, disk: attempt.disk - new.diskVirtual)
  }

  /// What the baseline strategy would have cost this guest's clients on this path, at the rate the copy really had, in
  /// seconds. The same luck: the same boot, the same shutdown.
  private func baselineCost(of attempt: Attempt, guest: Guest) -> Double {
    if attempt.strategy == baseline { return downtimes(of: attempt).seenByClients.seconds }
    let rate =
      attempt.bulkTime > .zero
      ? ByteRate(bytesPerSecond: attempt.bulkBytes.value / attempt.bulkTime.seconds) : attempt.cap
    var request = MigrationRequest(guest: fleet.facts(of: Int(moves[Int(attempt.move)].guest), at: now))
    request.guest.diskVirtual = guest.diskVirtual
    request.resizeTo = attempt.machine.plan.resizeTo
    let counterfactual = AttemptPhysics(guest, attempt.physics.luck, physics, kernelRisk: nil)
    guard let plan = try? scenario.strategies.strategies[baseline].plan(for: request),
      var solo = try? SoloMigration(plan, counterfactual, rate: rate)
    else { return 0 }
    solo.run(from: attempt.machine.accounts.began ?? now)
    return Downtimes(
      of: solo.machine, networkGap: attempt.physics.luck.networkGap, unnoticed: .zero
    ).seenByClients.seconds
  }
}

extension CutoverAction {
  /// What the action moves, if it moves a medium.
  var medium: Medium? {
    switch self {
    case .copy(let medium, _, _), .moveRemaining(let medium), .pullRemaining(let medium): medium
    case .prepareDestination, .waitUntil, .pauseGuest, .shutDownGuest, .powerOffGuest, .moveDeviceState,
      .resizeDestination, .verifyDestination, .startDestination, .releaseSource, .fenceDestination,
      .restoreSource, .discardDestination, .finish:
      nil
    }
  }
}
