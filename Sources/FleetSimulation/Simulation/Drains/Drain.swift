internal import DiscreteEvent
internal import Quantities

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
