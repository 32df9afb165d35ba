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
