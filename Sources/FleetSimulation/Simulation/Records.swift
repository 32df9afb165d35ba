internal import CutoverCore
internal import DiscreteEvent
internal import MigrationPhysics
internal import Quantities

/// What the event queue holds.
enum FleetEvent: BitwiseCopyable, Sendable {
  /// The step of an attempt that takes a fixed time is done.
  case stepDone(attempt: Int32)
  case deadline(attempt: Int32)
  /// Somebody has noticed that the guest hangs.
  case hangNoticed(attempt: Int32)
  /// A waiting move may be tried (again).
  case retry(move: Int32)
  case campaign(Int32)
  /// The work on an emptied host is done.
  case hostReady(drain: Int32)
  case drainDeadline(drain: Int32)
  case hostFails(Int32)
  case hostRepaired(Int32)
  /// By which row of the plan, and which of the link's failures by it.
  case linkFails(link: Int32, row: Int32, number: Int32)
  case linkRepaired(link: Int32, row: Int32, number: Int32)
  /// A copy has waited for a failed link as long as it may.
  case linkPatienceEnds(attempt: Int32)
  /// Another hour of the day, with other rates.
  case hoursChange
}

/// A guest that is to go somewhere.
struct Move {
  var number: Int32
  var guest: Int32
  var campaign: Int32
  var drain: Int32 = -1
  /// Any site: -1.
  var targetSite: Int32
  /// The flavor it is to have afterwards; the one it has: -1.
  var flavor: Int16 = -1
  /// Which of the guest's moves this is: keys its luck.
  var ordinal: Int32

  /// Position in the chain.
  var step = 0
  var triesLeft = 0
  var backoff = Duration.zero
  var attempts = 0
  /// When the search for a host began.
  var searching: Instant?
  /// The customer has been told a date: once a move, whatever steps follow.
  var hasTicket = false
  /// Until when the first attempt after the date counts as on time; `nil` once there has been one.
  var ticketEnds: Instant?
  /// Ends the wait of a move that waits for a time.
  var timer = EventHandle.none

  var downtime = 0.0
  var wait = MoveWait.nothing
  /// The move behind it in the line of its host, or -1.
  var next: Int32 = -1
}

/// What a move that is not under way waits for.
enum MoveWait: Hashable {
  case nothing
  /// Its turn on the source host.
  case turn
  /// A timer: a date, a backoff, room.
  case timer
  /// A slot on a host with room: its place in line.
  case slot(ticket: UInt64)
  case underWay
}

/// A migration under way.
struct Attempt {
  var machine: CutoverMachine
  var physics: AttemptPhysics
  var move: Int32
  var strategy: Int
  var source: Int32
  var target: Int32
  /// What the target has been promised for.
  var memory: Bytes
  var disk: Bytes
  var path: FlowPath
  var cap: ByteRate
  /// Of memory and device state, while the guest stands still or has gone on: a hypervisor whose rig is known lifts its
  /// own limit then, and only what one stream can carry remains.
  var outageCap: ByteRate

  func cap(of action: CutoverAction) -> ByteRate {
    switch action {
    case .moveRemaining(.memory), .pullRemaining(.memory), .moveDeviceState: outageCap
    case .copy, .moveRemaining(.disk), .pullRemaining(.disk), .prepareDestination, .waitUntil, .pauseGuest,
      .shutDownGuest, .powerOffGuest, .resizeDestination, .verifyDestination, .startDestination,
      .releaseSource, .fenceDestination, .restoreSource, .discardDestination, .finish:
      cap
    }
  }

  /// What the action asks of the world. Here, so that the plan is not copied for it.
  mutating func work(for action: CutoverAction, at now: Instant) -> Work {
    physics.work(for: action, plan: machine.plan, at: now)
  }

  var stepBegan = Instant.zero
  var flow = FlowID.none
  var flowBegan = Instant.zero
  /// What the step under way sends, until it has been answered.
  var sent = Bytes.zero
  var sendTime = Duration.zero
  /// Busy after the flow: looking at zero pages.
  var afterFlow = Duration.zero
  var timer = EventHandle.none
  var deadline = EventHandle.none
  /// Ends the wait for a failed link.
  var linkPatience = EventHandle.none
  /// Sent of the disk in bulk, and in what time: the rate that the counterfactual copies at.
  var bulkBytes = Bytes.zero
  var bulkTime = Duration.zero
  /// Sent by steps that were called off.
  var interrupted = Traffic()
  var brownout = Duration.zero
}

/// A host that is being emptied.
struct Drain {
  var host: Int32
  var campaign: Int32
  var began: Instant
  /// Moves that have not ended; and one more while guests are being asked to leave.
  var open = 0
  var deadline = EventHandle.none
  var isOver = false
}

/// What a host is doing.
enum HostState: Hashable {
  case inService
  case draining(Int32)
  /// Empty, worked on.
  case out
}
