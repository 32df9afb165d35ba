internal import CutoverCore
internal import DiscreteEvent
internal import MigrationPhysics
internal import MigrationPolicy
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
  case campaignDeadline(Int32)
  /// A host that is being evacuated dies.
  case hostDies(drain: Int32)
  /// The guests of a host that has failed are started elsewhere; which of its failures.
  case rebuild(host: Int32, failure: Int32)
  case hostFails(Int32)
  case hostRepaired(Int32)
  /// By which row of the plan, and which of the link's failures by it.
  case linkFails(link: Int32, row: Int32, number: Int32)
  case linkRepaired(link: Int32, row: Int32, number: Int32)
  /// A copy has waited for a failed link as long as it may.
  case linkPatienceEnds(attempt: Int32)
  /// Somebody's patience with a move ends: by which deadline of its chain.
  case overdue(move: Int32, deadline: Int32)
  /// A resize counts as confirmed.
  case confirmed(hold: Int32)
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
  /// The only host that will do; any: -1.
  var targetHost: Int32 = -1
  /// It takes the guest back to where it was.
  var isReturn = false
  /// Of its campaign.
  var priority: Int32 = 0

  /// Since when it could have begun: since it was asked for, and later by what it had to wait for an agreed date.
  var ready = Instant.zero

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
  /// What the customer was told.
  var notice: Notice?
  /// The date of the cutover, where the copy begins before it.
  var agreed: Instant?
  /// Tries and refusals, all steps together.
  var turns = 0
  /// Where it was last tried to, or -1.
  var lastTarget: Int32 = -1
  var parked: Parking?
  /// Its attempt, while one is under way.
  var attempt: Int32 = -1
  /// What its attempt was called off for.
  var ruling: OverdueAction?
  /// Ends of other people's patience, by the number of the chain's deadline; empty where nobody has one.
  var overdue: [EventHandle] = []
  /// Ends the wait of a move that waits for a time.
  var timer = EventHandle.none

  var downtime = 0.0
  /// Wishes, headroom and backups count for nothing.
  var isEmergency = false
  /// Its disk stays on the storage that both hosts share.
  var sharesDisk = false
  /// What a rule adds to the time until clients reach the guest again.
  var delay = Duration.zero
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
  /// Leave of the limits: its place among those that wait for it.
  case desk(ticket: UInt64)
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

  /// What it has taken of limits, and gives back when it ends or its disk has been copied.
  var charges: [LimitCharge] = []
  /// The most that its memory travels at, where that is not `cap`.
  var memoryCap = ByteRate.unlimited
  /// From when the copy is ready until somebody lets the guest be stopped; `nil`: nobody does.
  var gateDelay: Duration?
  /// The wait under way ends with the customer's reboot.
  var endsByReboot = false

  /// What the action asks of the world. Here, so that the plan is not copied for it.
  mutating func work(for action: CutoverAction, at now: Instant) -> Work {
    if case .waitUntil(let time) = action, machine.waitsForGate, let delay = gateDelay, now + delay < time {
      endsByReboot = machine.plan.gate?.kind == .onCustomerReboot
      return .delay(delay)
    }
    return physics.work(for: action, plan: machine.plan, at: now)
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
  /// The death of the host, where that is certain.
  var death = EventHandle.none
  var isOver = false
  /// Guests that stay while the host is worked on.
  var staying: [Int32] = []
  /// The guests stay, and are down while the host is worked on.
  var isInPlace = false
  /// Migrations out of the host at once, where an emergency has a limit of its own; 0: as many as ever.
  var hostOut = 0
}

/// What a host is doing.
enum HostState: Hashable {
  case inService
  case draining(Int32)
  /// Empty, worked on.
  case out
  /// Gone for good.
  case retired
}
