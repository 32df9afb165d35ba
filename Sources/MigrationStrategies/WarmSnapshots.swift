public import CutoverCore
public import Quantities

/// A warm migration by snapshots at an interval instead of a mirror: Forklift takes one an hour, up to 28, and moves
/// what was written since the last one inside the outage.
public struct WarmSnapshots: Hashable, Sendable {
  public var interval: Duration
  /// The most snapshots; what is written after the last one moves inside the outage.
  public var most: Int
  public var consolidation: SnapshotConsolidation.Moment
  /// How fast snapshots merge; unlimited: at once.
  public var mergeRate: ByteRate

  public init(
    interval: Duration = .minutes(60), most: Int = 28,
    consolidation: SnapshotConsolidation.Moment = .after, mergeRate: ByteRate = .unlimited
  ) {
    self.interval = interval
    self.most = most
    self.consolidation = consolidation
    self.mergeRate = mergeRate
  }

  /// A disk's stage: without an agreed date two snapshots, the whole and one change set.
  func stage() -> ReplicationStage {
    ReplicationStage(
      .disk, ConvergenceRules(until: .passes(min(2, most))),
      snapshots: SnapshotSchedule(interval: interval, most: most))
  }
}
