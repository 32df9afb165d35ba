internal import DiscreteEvent
internal import MigrationPolicy
internal import Quantities

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
  /// How often the customer has been told a date: once for each step that has a ticket, as often as it is come to.
  var tickets = 0
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
