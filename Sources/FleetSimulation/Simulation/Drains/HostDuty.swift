internal import Quantities

/// What a host has to do with migrations.
struct HostDuty {
  var state = HostState.inService
  /// Down by a failure until then.
  var downUntil: Instant?
  /// How often it has failed.
  var failures = 0
  /// Since when its guests are down with it.
  var failedAt: Instant?
  /// It is worked on with its guests on it, until then.
  var workUntil: Instant?
  /// The drain that its death put an end to, or -1.
  var diedIn: Int32 = -1
  /// It is to be emptied some day, and takes nobody in.
  var isCordoned = false
  var out = 0
  var into = 0
  var guests: [Int32] = []
  /// The first and the last of the moves that wait for their turn to leave, or -1; see `Move.next`.
  var firstTurn: Int32 = -1
  var lastTurn: Int32 = -1
  /// Its moves are being begun: one that goes on to its next step meanwhile gets in line, and no more.
  var isPumping = false
  /// It waits for the fleet's limit.
  var isStalled = false

  var mayReceive: Bool { state == .inService && downUntil == nil && !isCordoned }
  /// Not in service, though it will be again.
  var isOut: Bool { state != .retired && (state != .inService || downUntil != nil) }
}
