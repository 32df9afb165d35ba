internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPhysics
internal import MigrationPolicy
internal import Quantities

// Drives the cutover machine of each attempt in virtual time.

extension Simulation {
  mutating func start(
    _ slot: Int32, _ strategy: Int, _ plan: CutoverPlan, _ risk: KernelPolicyRow?, from source: Int,
    to target: Int, _ charges: [LimitCharge] = []
  ) {
    var plan = plan
    time(&plan, for: moves[slot])
    if moves[slot].attempts == 0 {
      ledger.begin(place(of: moves[slot]), strategy, waited: now - moves[slot].ready)
    }
    moves[slot].attempts += 1
    moves[slot].wait = .underWay
    moves[slot].searching = nil
    moves[slot].lastTarget = Int32(target)
    let move = moves[slot]
    // Of one that waits before it stops the guest, the stop is what has to be in time.
    if !plan.mayWait { settleTicket(slot) }
    let prepared = move.parked.map { now - $0.since } ?? .zero
    unpark(slot)
    var needs = plan.staysOnHost ? (memory: Bytes.zero, disk: Bytes.zero) : needs(of: move)
    if fleet.sharesDisk(Int(move.guest), on: target) { needs.disk = .zero }
    fleet.hosts[target].reserve(memory: needs.memory, disk: needs.disk)
    hosts[source].out += 1
    if source != target { hosts[target].into += 1 }
    refile(target)
    underWay += 1
    var luck = luck(of: move)
    luck.prepare = max(.zero, luck.prepare - prepared)
    luck.networkGap = luck.networkGap + move.delay
    let streamRate = streamRate(luck, plan)
    let limit = limit(from: source, to: target)
    let cap = min(streamRate, limit)
    var attempt = Attempt(
      machine: CutoverMachine(validated: plan),
      physics: AttemptPhysics(
        fleet.guests[Int(move.guest)], luck, physics, kernelRisk: risk,
        path: rates(from: source, to: target, stream: streamRate, limit: limit)), move: slot,
      strategy: strategy, source: Int32(source), target: Int32(target), memory: needs.memory,
      disk: needs.disk,
      path: links.path(from: source, to: target, in: fleet),
      cap: cap, outageCap: physics.hasProfile ? streamRate : cap)
    addAppliances(to: &attempt.path, from: source, to: target)
    if plan.gate != nil { attempt.gateDelay = gateDelay(of: move) }
    if let transport = plan.transport {
      attempt.memoryCap = ByteRate(
        bytesPerSecond: transport.compressionRate.bytesPerSecond * Double(transport.streams)
          / transport.compression)
    }
    for charge in charges { desk.take(charge) }
    attempt.charges = charges
    let number = attempts.insert(attempt)
    moves[slot].attempt = number
    startDeadlines(.attempt, slot)
    note(
      move.guest,
      .attemptBegan(
        strategy: strategy, number: move.attempts, target: target, cap: cap))
    tell(.begin, to: number)
  }

  /// What the streams of an attempt carry together.
  private func streamRate(_ luck: AttemptLuck, _ plan: CutoverPlan) -> ByteRate {
    guard let streams = plan.transport?.streams, streams > 1 else { return luck.streamRate }
    return ByteRate(bytesPerSecond: luck.streamRate.bytesPerSecond * Double(streams))
  }

  /// What one move may take, whatever the links and its streams carry.
  private func limit(from source: Int, to target: Int) -> ByteRate {
    guard let share = scenario.limits.hostShare else { return scenario.limits.perMove }
    return min(
      scenario.limits.perMove, share.cap(from: fleet.hosts[source].nic, to: fleet.hosts[target].nic))
  }

  /// What the rounds of a rig that is known go by.
  private func rates(from source: Int, to target: Int, stream: ByteRate, limit: ByteRate) -> PathRates {
    guard physics.hasProfile else { return .unknown }
    return PathRates(link: min(fleet.hosts[source].nic, fleet.hosts[target].nic, stream), limit: limit)
  }

  // MARK: - Events

  /// Tells the machine what happened, and does what it says.
  mutating func tell(_ event: CutoverEvent, to index: Int32) {
    let before = attempts[index].machine.currentStep.action
    let reaction: CutoverReaction
    do {
      reaction = try attempts[index].machine.handle(event, at: now)
    } catch {
      preconditionFailure("the simulator gave an answer that the machine had not asked for: \(error)")
    }
    switch reaction {
    case .carryOn(let step): setDeadline(step, index)
    case .perform(let step):
      noteEnd(of: before, by: event, index)
      endStep(before, index)
      if before.medium == .disk, step.action.medium != .disk { giveBack(index, onlyCopied: true) }
      if case .finish = step.action { return end(index) }
      perform(step, index)
      setDeadline(step, index)
    }
  }

  private mutating func setDeadline(_ step: CutoverStep, _ index: Int32) {
    let handle = attempts[index].deadline
    if queue.isPending(handle) {
      _ = queue.reschedule(handle, at: max(step.deadline, now))
    } else {
      attempts[index].deadline = queue.schedule(
        at: max(step.deadline, now), .deadline(attempt: index))
    }
  }

  /// The step is over, done or called off: drops what is left of its work, and books what there was.
  private mutating func endStep(_ action: CutoverAction, _ index: Int32) {
    _ = queue.cancel(attempts[index].timer)
    attempts[index].timer = .none
    attempts[index].endsByReboot = false
    _ = queue.cancel(attempts[index].linkPatience)
    // What an answered step has sent is in the machine's accounts, and no longer in `sent`.
    let unsent = network.cancel(attempts[index].flow, at: now) ?? .zero
    let calledOff = attempts[index].sent - unsent
    if calledOff > .zero { attempts[index].interrupted.add(calledOff, calledOff: action) }
    attempts[index].flow = .none
    if action.slowsGuest {
      let until = attempts[index].physics.hungSince ?? now
      attempts[index].endStall(at: now)
      // While it pulls, and at no other time, a guest may stand still for want of memory: that is more than slow.
      let slowed = until - attempts[index].stepBegan - attempts[index].stalled
      attempts[index].brownout = attempts[index].brownout + slowed
    }
  }

  private mutating func perform(_ step: CutoverStep, _ index: Int32) {
    attempts[index].stepBegan = now
    attempts[index].sent = .zero
    attempts[index].sendTime = .zero
    switch attempts[index].work(for: step.action, at: now) {
    case .never: break
    case .delay(let time):
      attempts[index].timer = queue.schedule(at: now + time, .stepDone(attempt: index))
    case .transfer(let amount, let then):
      attempts[index].sent = amount
      attempts[index].afterFlow = then
      guard amount > .zero else {
        attempts[index].timer = queue.schedule(at: now + then, .stepDone(attempt: index))
        return
      }
      let (source, target) = (Int(attempts[index].source), Int(attempts[index].target))
      var (path, cap) = (attempts[index].path, attempts[index].cap(of: step.action))
      if step.action.medium == .disk {
        path = links.diskPath(from: source, to: target, in: fleet)
        addAppliances(to: &path, from: source, to: target)
      } else {
        cap = min(cap, attempts[index].memoryCap)
      }
      attempts[index].flowBegan = now
      attempts[index].flow = network.startFlow(amount, over: path, cap: cap, owner: index, at: now)
      if isCutOff(index) { waitForLink(index) }
    }
  }

  mutating func flowDone(_ index: Int32) {
    let time = now - attempts[index].flowBegan
    attempts[index].sendTime = time
    attempts[index].flow = .none
    let action = attempts[index].machine.currentStep.action
    if action.medium == .disk {
      attempts[index].bulkBytes = attempts[index].bulkBytes + attempts[index].sent
      attempts[index].bulkTime = attempts[index].bulkTime + time
    }
    let then = attempts[index].afterFlow
    if then > .zero {
      attempts[index].timer = queue.schedule(at: now + then, .stepDone(attempt: index))
    } else {
      stepDone(index)
    }
  }

  mutating func stepDone(_ index: Int32) {
    attempts[index].timer = .none
    var action = attempts[index].machine.currentStep.action
    if attempts[index].endsByReboot {
      // The customer has brought it down himself.
      attempts[index].endsByReboot = false
      action = .shutDownGuest
    }
    let (sent, time) = (attempts[index].sent, attempts[index].sendTime)
    guard
      let event = attempts[index].physics.answer(
        to: action, transferred: sent, transferTime: time, at: now)
    else {
      let notice = now + attempts[index].physics.detectionDelay
      attempts[index].timer = queue.schedule(at: notice, .hangNoticed(attempt: index))
      return
    }
    attempts[index].sent = .zero
    tell(event, to: index)
  }

  mutating func deadlinePassed(_ index: Int32) {
    attempts[index].deadline = .none
    tell(hangsUnnoticed(index) ? .guestCrashed : .deadlinePassed, to: index)
  }

  /// Whether the guest has hung, and the machine goes on copying. Whoever calls the copy off looks, and finds it so.
  func hangsUnnoticed(_ index: Int32) -> Bool {
    guard case .replicating = attempts[index].machine.phase else { return false }
    return attempts[index].physics.hungSince != nil
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

  /// Whether the guest runs meanwhile, and is the slower for it.
  fileprivate var slowsGuest: Bool {
    switch self {
    case .copy, .pullRemaining: true
    case .prepareDestination, .waitUntil, .pauseGuest, .shutDownGuest, .powerOffGuest, .moveRemaining,
      .moveDeviceState, .resizeDestination, .verifyDestination, .startDestination, .releaseSource,
      .fenceDestination, .restoreSource, .discardDestination, .finish:
      false
    }
  }
}

extension CutoverPlan {
  /// Whether the guest may be stopped long after its copy began.
  fileprivate var mayWait: Bool { notBefore != nil || windows != nil || gate != nil }
}
