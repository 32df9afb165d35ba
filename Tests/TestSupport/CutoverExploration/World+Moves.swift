import CutoverCore
import Quantities

/// One thing that can happen next.
struct Move {
  enum Kind {
    /// The step under way is answered, well or badly, or its deadline passes.
    case progress
    /// The machine is told of something that nobody asked for.
    case notice
    /// The machine is told nothing.
    case unseen
  }

  var kind: Kind
  var event: CutoverEvent?
  var note = ""
  var world: World
  var now: Instant
}

/// What the world can do under one plan.
struct WorldRules {
  let plan: CutoverPlan
  let parts: World.Parts
  /// What a pass may report: nothing left, a little, too much, and more than that.
  let reports: [CopyReport]
  /// With what a step may fail. The machine tells the verification from all the others, and those only by their name.
  let faults: [CutoverFault]
  /// Whether the driver may die, once, and come back.
  let driverMayDie: Bool

  static let passSize = Bytes(1_000)

  init(
    _ plan: CutoverPlan, remaining: [Int64] = [0, 10, 900, 2_000],
    faults: [CutoverFault] = [.link, .verification], driverMayDie: Bool = false
  ) {
    self.plan = plan
    self.faults = faults
    self.driverMayDie = driverMayDie
    parts = World.parts(of: plan)
    reports = remaining.map {
      CopyReport(
        transferred: WorldRules.passSize, remaining: Bytes($0), bandwidth: ByteRate(bytesPerSecond: 1_000))
    }
  }

  /// Everything that can happen next in this world while this step is under way.
  ///
  /// - Parameter waitsForGate: the step waits for somebody's leave.
  func moves(in world: World, during step: CutoverStep, at now: Instant, waitsForGate: Bool = false) -> [Move]
  {
    if case .finish = step.action { return [] }
    var moves: [Move] = []
    answers(in: world, during: step, at: now, waitsForGate, &moves)
    failures(in: world, during: step, at: now, &moves)
    notices(in: world, during: step.action, at: now, &moves)
    unseen(in: world, during: step.action, at: now, &moves)
    if driverMayDie && !world.hasReturned { deaths(in: world, during: step.action, at: now, &moves) }
    return moves
  }

  // MARK: - The step is done

  private func answers(
    in world: World, during step: CutoverStep, at now: Instant, _ waitsForGate: Bool, _ moves: inout [Move]
  ) {
    var after = world
    func answer(_ event: CutoverEvent, at time: Instant? = nil) {
      moves.append(Move(kind: .progress, event: event, world: after, now: time ?? now))
    }
    let (sourceLives, destinationLives) = (world.source == .alive, world.destination == .alive)
    switch step.action {
    case .prepareDestination where destinationLives:
      after.hasCopy = true
      answer(.prepared)
    case .copy(let medium, _, _) where sourceLives && destinationLives:
      after.isVerified = false
      for report in reports {
        if report.remaining == .zero {
          after.behind.remove(World.Parts(medium))
        } else {
          after.behind.insert(World.Parts(medium))
        }
        answer(.copied(report))
        // The same pass, done at the last moment.
        answer(.copied(report), at: max(now, step.deadline))
      }
    case .waitUntil(let time):
      answer(.timeReached, at: max(now, time))
      if waitsForGate { openings(in: world, now, &moves) }
    case .pauseGuest, .shutDownGuest, .powerOffGuest:
      guard sourceLives, let stopped = stopped(world, by: step.action) else { break }
      after = stopped
      answer(.guestStopped)
    case .moveRemaining(let medium) where sourceLives && destinationLives:
      after.behind.remove(World.Parts(medium))
      after.isVerified = false
      answer(.moved(Bytes(7)))
    case .moveDeviceState where sourceLives && destinationLives:
      after.behind.remove(.devices)
      after.isVerified = false
      answer(.moved(Bytes(7)))
    case .resizeDestination where destinationLives:
      after.isVerified = false
      answer(.resized)
    case .verifyDestination where destinationLives:
      // It proves that what was sent has arrived. That everything was sent is for the machine to see to.
      after.isVerified = true
      answer(.verified)
    case .startDestination where destinationLives:
      after.runsThere = true
      after.hasRunThere = true
      after.wasHandedOver = true
      answer(.started)
    case .pullRemaining(let medium) where sourceLives && destinationLives:
      after.behind.remove(World.Parts(medium))
      answer(.moved(Bytes(7)))
    case .releaseSource:
      after.isReleased = true
      answer(.released)
    case .fenceDestination where world.runsThere:
      after.wasHandedOver = true
      answer(.started)
    case .fenceDestination:
      after.mayRunThere = false
      answer(.fenced)
    case .restoreSource(let method):
      guard let restored = restored(world, by: method) else { break }
      after = restored
      answer(.restored)
    case .discardDestination where destinationLives:
      after.hasCopy = false
      answer(.discarded)
    case .prepareDestination, .copy, .moveRemaining, .moveDeviceState, .resizeDestination,
      .verifyDestination, .startDestination, .pullRemaining, .discardDestination, .finish:
      break
    }
  }

  /// The operator gives leave, or the customer reboots, before the time is up.
  private func openings(in world: World, _ now: Instant, _ moves: inout [Move]) {
    switch plan.gate?.kind {
    case .byHand?: moves.append(Move(kind: .progress, event: .timeReached, world: world, now: now))
    case .onCustomerReboot? where world.source == .alive && world.guest == .running:
      var after = world
      after.guest = .down
      moves.append(Move(kind: .progress, event: .guestStopped, world: after, now: now))
    case .onCustomerReboot?, nil: break
    }
  }

  // MARK: - It is not, or not in time, or its answer goes astray

  private func failures(in world: World, during step: CutoverStep, at now: Instant, _ moves: inout [Move]) {
    let late = max(now, step.deadline)
    var unanswered = world
    switch step.action {
    case .pauseGuest, .shutDownGuest, .powerOffGuest: unanswered.mayStillStop = true
    default: break
    }
    for fault in faults {
      moves.append(Move(kind: .progress, event: .failed(fault), world: world, now: now))
    }
    moves.append(Move(kind: .progress, event: .deadlinePassed, world: unanswered, now: late))
    guard let done = effect(of: step.action, in: world), done != world else { return }
    for fault in faults {
      moves.append(
        Move(kind: .progress, event: .failed(fault), note: " (yet it was done)", world: done, now: now))
    }
    moves.append(
      Move(kind: .progress, event: .deadlinePassed, note: " (yet it was done)", world: done, now: late))
  }

  /// What the step would have done, where it matters that the machine does not know of it.
  private func effect(of action: CutoverAction, in world: World) -> World? {
    var after = world
    let (sourceLives, destinationLives) = (world.source == .alive, world.destination == .alive)
    switch action {
    case .prepareDestination where destinationLives: after.hasCopy = true
    case .pauseGuest, .shutDownGuest, .powerOffGuest: return sourceLives ? stopped(world, by: action) : nil
    case .startDestination where destinationLives:
      after.runsThere = true
      after.hasRunThere = true
    case .releaseSource: after.isReleased = true
    case .fenceDestination where !world.runsThere: after.mayRunThere = false
    case .restoreSource(let method): return restored(world, by: method)
    case .discardDestination where destinationLives: after.hasCopy = false
    default: return nil
    }
    return after
  }

  private func stopped(_ world: World, by action: CutoverAction) -> World? {
    var after = world
    after.mayStillStop = false
    if world.guest == .running { after.guest = action == .pauseGuest ? .paused : .down }
    return after
  }

  private func restored(_ world: World, by method: StartMethod) -> World? {
    guard world.source == .alive, !world.isReleased else { return nil }
    // Nothing is left to resume of a guest that has gone down.
    if method == .resume && world.guest == .down { return nil }
    var after = world
    after.guest = .running
    after.mayStillStop = false
    return after
  }

  // MARK: - Something else happens, and the machine is told

  private func notices(
    in world: World, during action: CutoverAction, at now: Instant, _ moves: inout [Move]
  ) {
    func notice(_ event: CutoverEvent, _ after: World) {
      moves.append(Move(kind: .notice, event: event, world: after, now: now))
    }
    notice(.cancelled, world)
    var crashed = world
    if world.guest == .running { crashed.guest = .down }
    crashed.runsThere = false
    if crashed != world && (isBroughtBack(action) || isThere(action)) { crashed.isExcused = true }
    notice(.guestCrashed, crashed)
    if world.source != .gone {
      var after = sourceDead(world)
      after.source = .gone
      notice(.sourceLost, after)
    }
    if world.destination != .gone {
      var after = destinationDead(world, during: action)
      after.destination = .gone
      after.mayRunThere = false
      notice(.destinationLost, after)
    }
  }

  /// The guest runs at the source again (or still), and only the litter is left.
  private func isBroughtBack(_ action: CutoverAction) -> Bool { action == .discardDestination }

  /// The guest runs at the destination.
  private func isThere(_ action: CutoverAction) -> Bool {
    switch action {
    case .pullRemaining, .releaseSource: true
    default: false
    }
  }

  private func sourceDead(_ world: World) -> World {
    var after = world
    after.source = .silent
    after.guest = .down
    after.mayStillStop = false
    return after
  }

  private func destinationDead(_ world: World, during action: CutoverAction) -> World {
    var after = world
    after.destination = .silent
    if isThere(action) && world.runsThere { after.isExcused = true }
    after.runsThere = false
    return after
  }

  // MARK: - Something happens, and nobody says so

  private func unseen(
    in world: World, during action: CutoverAction, at now: Instant, _ moves: inout [Move]
  ) {
    func happen(_ note: String, _ after: World) {
      moves.append(Move(kind: .unseen, note: note, world: after, now: now))
    }
    if world.guest == .running && (world.behind != parts || world.isVerified) {
      var after = world
      after.behind = parts
      after.isVerified = false
      happen("the guest writes at the source", after)
    }
    if world.source == .alive { happen("the source dies silently", sourceDead(world)) }
    if world.destination == .alive {
      happen("the destination dies silently", destinationDead(world, during: action))
    }
    if world.mayStillStop && world.guest == .running {
      var after = world
      after.mayStillStop = false
      after.guest = plan.stop == .pause ? .paused : .down
      happen("the guest stops after all", after)
    }
    // A start whose answer failed or was late may still come true, once, until the destination is fenced.
    if world.mayRunThere && !world.hasRunThere && world.destination == .alive {
      if case .startDestination = action { return }
      var after = world
      after.runsThere = true
      after.hasRunThere = true
      happen("the guest starts at the destination after all", after)
    }
  }

  // MARK: - The driver dies and comes back

  private func deaths(
    in world: World, during action: CutoverAction, at now: Instant, _ moves: inout [Move]
  ) {
    func comesBack(_ note: String, _ after: World) {
      var after = after
      after.hasReturned = true
      moves.append(
        Move(kind: .notice, event: .driverReturned(away: .zero), note: note, world: after, now: now))
    }
    comesBack("", world)
    if let done = effect(of: action, in: world), done != world { comesBack(" (yet it was done)", done) }
    // While nobody watches, the source's host boots, and with it the guest that it was told to stop.
    if world.source == .alive, world.guest != .running, !world.mayRunThere, !world.isReleased {
      var revived = world
      revived.guest = .running
      comesBack(" (and the guest was revived)", revived)
    }
  }
}
