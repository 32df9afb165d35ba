/// What must hold of every run, whatever the fleet and its policies.
enum Law: String, CaseIterable {
  /// A VM is on one host, which is the one that it says, and goes on from where it came to.
  case onePlace = "one-place"
  /// What hosts have promised is what is on them, on its way to them, or kept for somebody; and never more than they have.
  case hostCapacity = "host-capacity"
  /// Slots, lines and indices say what there is.
  case bookkeeping
  /// No limit gives out more units than it has, and each move takes what it costs.
  case limitUnits = "limit-units"
  /// A hard set is never broken.
  case setsApart = "sets-apart"
  /// Nobody is taken anywhere that the rules forbid.
  case eligible
  /// What was sent was received, and what attempts sent is what the links carried; no link carries more than it can.
  case bytes
  /// Each move that was asked for is open or has ended once, and an open one has something to wake it up.
  case moveEnds = "move-ends"
  /// Each ticket ends in one state.
  case ticketCloses = "ticket-closes"
  /// Nobody is stopped before his date, or outside his window.
  case datesKept = "dates-kept"
  /// A drain finishes, or names what holds each VM that is left.
  case drainNamed = "drain-named"
  /// A VM whose host has died is counted as lost until it has been made again.
  case lostNamed = "lost-named"
  /// Sums by strategy, class and campaign agree with each other and with the single attempts.
  case accounts
  /// A run comes to its end.
  case runEnds = "run-ends"
}

/// A law that does not hold.
struct Fault: Hashable, CustomStringConvertible {
  var law: Law
  var words: String

  init(_ law: Law, _ words: String) { (self.law, self.words) = (law, words) }

  var description: String { "\(law.rawValue): \(words)" }
}
