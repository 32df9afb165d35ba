import CutoverCore
import Quantities

/// The laws of the machine, as the design numbers them, and two more that it promises by its interface.
enum Law: Int, Hashable, Comparable {
  /// At most one side ever runs the guest or may run it.
  case oneSide = 1
  /// Until the destination is verified and started, the source can be resumed with nothing lost.
  case sourceKept
  /// Every byte written before the stop is on the destination, and proved, before it starts.
  case allArrived
  /// Any failure before that ends with the source running again, or by name as lost; nothing is lost needlessly.
  case wayBack
  /// Every step has a deadline, and every course an end.
  case ends
  /// The machine is a value: what is encoded and decoded goes on as if nothing had been.
  case value
  /// An event that answers nothing is refused and changes nothing.
  case answers
  /// The guest is not stopped before the agreed time.
  case agreedTime

  static func < (a: Law, b: Law) -> Bool { a.rawValue < b.rawValue }
}

/// One step of the machine in the world, with all that a law may want to look at.
struct Passage {
  var event: CutoverEvent?
  var before: CutoverStep
  var after: CutoverStep
  /// Whether `after` is a new thing to do.
  var isNew: Bool
  var world: World
  var now: Instant
}

extension Passage {
  /// The first law that this breaks, and how; `nil` where all hold.
  func brokenLaw(under plan: CutoverPlan) -> (Law, String)? {
    if world.guest == .running && world.runsThere { return (.oneSide, "both sides run the guest") }
    if event == nil { return nil }
    if let broken = brokenDeadline() { return broken }
    guard isNew else { return nil }
    switch after.action {
    case .startDestination: return brokenByStart(plan)
    case .releaseSource:
      if !world.wasHandedOver { return (.sourceKept, "the source is given up before the guest runs there") }
      if !world.behind.isEmpty {
        return (.sourceKept, "the source is given up while the guest misses memory")
      }
    case .restoreSource(let method):
      if world.mayRunThere { return (.oneSide, "the source is restored while the destination may run") }
      if world.isReleased { return (.sourceKept, "the source is restored from nothing") }
      if method == .resume && world.hasRunThere && !plan.media.contains(.disk) {
        return (.sourceKept, "the source is resumed on a shared disk that the other side has written to")
      }
    case .discardDestination:
      if world.mayRunThere { return (.oneSide, "the destination's copy is removed while it may run") }
      if world.source == .gone { return (.sourceKept, "the last copy is removed") }
    case .pauseGuest, .shutDownGuest, .powerOffGuest:
      if let agreed = plan.notBefore, now < agreed {
        return (.agreedTime, "the guest is stopped before the agreed time")
      }
      // One that is down already is only told to be so, as after the death of a driver.
      if let windows = plan.windows, world.guest == .running, !world.hasReturned, before.action.isForward,
        windows.opening(from: now) != now
      {
        return (.agreedTime, "the guest is stopped outside its windows")
      }
    case .finish(let outcome): return brokenByEnd(outcome, plan)
    case .prepareDestination, .copy, .waitUntil, .moveRemaining, .moveDeviceState, .resizeDestination,
      .verifyDestination, .pullRemaining, .fenceDestination:
      break
    }
    return nil
  }

  private func brokenDeadline() -> (Law, String)? {
    if case .finish = after.action { return nil }
    if after.deadline >= .distantFuture { return (.ends, "\(after.action) has no deadline") }
    if !isNew, isNotice, after.deadline > before.deadline {
      return (.ends, "the deadline of \(after.action) is put off by a notice")
    }
    return nil
  }

  private var isNotice: Bool {
    switch event {
    case .cancelled, .guestCrashed, .sourceLost, .destinationLost: true
    default: false
    }
  }

  private func brokenByStart(_ plan: CutoverPlan) -> (Law, String)? {
    if world.guest == .running {
      return (.oneSide, "the destination is started while the source runs the guest")
    }
    let mayFollow: World.Parts = plan.postCopy == .never ? [] : [.memory]
    if !world.behind.isSubset(of: mayFollow) {
      return (.allArrived, "the destination is started without all that was written")
    }
    if !world.isVerified { return (.allArrived, "the destination is started unverified") }
    return nil
  }

  private func brokenByEnd(_ outcome: CutoverOutcome, _ plan: CutoverPlan) -> (Law, String)? {
    switch outcome {
    case .completed:
      if !world.wasHandedOver { return (.wayBack, "completed, and nobody ever said that it runs there") }
      if !world.runsThere && !world.isExcused { return (.wayBack, "completed, and it does not run there") }
      if !world.behind.isEmpty { return (.allArrived, "completed, and something is missing") }
    case .lost(let loss): return brokenByLoss(loss, plan)
    case .cancelled, .timedOut, .notConverging, .guestCrashed, .shutdownIgnored, .verificationFailed,
      .windowMissed, .failed:
      if world.mayRunThere { return (.oneSide, "ended as \(outcome), and the destination may run") }
      if world.isReleased { return (.sourceKept, "ended as \(outcome), and the source was given up") }
      if world.source == .gone { return (.wayBack, "the source is silently lost") }
      if world.source == .alive && world.guest != .running && !world.isExcused {
        return (.wayBack, "ended as \(outcome), and the guest runs nowhere")
      }
      if !world.wasCleared { return (.wayBack, "ended as \(outcome), and nobody cleared up") }
    }
    return nil
  }

  private func brokenByLoss(_ loss: CutoverLoss, _ plan: CutoverPlan) -> (Law, String)? {
    if event == .cancelled { return (.wayBack, "lost by a mere wish to stop") }
    switch loss {
    case .sourceDied:
      if world.source != .gone { return (.wayBack, "lost, and the source is not known to be dead") }
      if event == .sourceLost && isAllThere(plan) {
        return (.wayBack, "lost, and the destination has everything")
      }
    case .torn:
      if plan.postCopy == .never { return (.wayBack, "torn without post-copy") }
    case .sourceWouldNotStart:
      if before.action != .restoreSource(.boot) {
        return (.wayBack, "lost, and the source was never asked to boot")
      }
    case .destinationUnknown:
      if before.action != .fenceDestination { return (.wayBack, "unknown, and nobody tried to find out") }
    }
    return nil
  }

  /// The last byte had been moved when the source died, and the machine knew it.
  private func isAllThere(_ plan: CutoverPlan) -> Bool {
    guard plan.postCopy == .never, world.behind.isEmpty, world.destination != .gone else { return false }
    switch before.action {
    case .resizeDestination, .verifyDestination, .startDestination: return true
    default: return false
    }
  }
}

extension CutoverAction {
  /// Not a second stop of a guest that has been told to stop before.
  fileprivate var isForward: Bool {
    switch self {
    case .pauseGuest, .shutDownGuest, .powerOffGuest: false
    default: true
    }
  }
}
