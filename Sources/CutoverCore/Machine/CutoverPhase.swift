/// Where a migration stands.
public enum CutoverPhase: Hashable, Codable, Sendable {
  case planned
  case preparing
  /// Copying `plan.replication[stage]` around the running guest.
  case replicating(stage: Int, ConvergenceState)
  /// Between two snapshots; nothing is sent.
  case resting(stage: Int, ConvergenceState)
  /// Ready, before the agreed time, a window, or somebody's leave.
  case waiting
  case stopping
  case poweringOff
  /// The guest is down; step `index` of the outage is under way.
  case inOutage(index: Int)
  case starting
  /// The guest runs at the destination and its memory follows.
  case pulling
  case releasing
  // The way back, towards `outcome`.
  case fencing(CutoverOutcome)
  case restoring(CutoverOutcome)
  case discarding(CutoverOutcome)
  case finished(CutoverOutcome)
}

/// What a guest's stop has come to, which decides how the source would be brought back.
enum GuestState: Hashable, Codable, Sendable {
  case running
  /// Frozen: it can resume.
  case paused
  /// Down, or on its way: it has to boot.
  case down
}
