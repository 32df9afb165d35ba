public import CutoverCore
public import Quantities

/// Warm migration as Akamai does it: the guest runs until the mirror is one-to-one, powers down, is resized on the new
/// host while it is down, and boots there as after a reboot ("One Year of Warm Migrations", 2025-07-16).
///
/// It carries no running state, so CPU types do not matter.
public struct Warm: MigrationStrategy {
  public let name = "warm"
  public var looksAtGuest: Bool { false }
  /// What may differ between the two sides when the guest is asked to power down.
  public var rest: Bytes
  /// Passes after which it gives up a guest that writes as fast as the copy moves.
  public var maxPasses: Int
  /// How long the guest may take to power down. 60 s: Nova's `shutdown_timeout`.
  public var shutdownPatience: Duration
  public var ifShutdownIgnored: IgnoredShutdown
  public var timeout: Duration
  /// `nil`: a mirror.
  public var snapshots: WarmSnapshots?

  public init(
    rest: Bytes = .mebibytes(64), maxPasses: Int = 30, shutdownPatience: Duration = .seconds(60),
    ifShutdownIgnored: IgnoredShutdown = .fail, timeout: Duration = .hours(24),
    snapshots: WarmSnapshots? = nil
  ) {
    self.rest = rest
    self.maxPasses = maxPasses
    self.shutdownPatience = shutdownPatience
    self.ifShutdownIgnored = ifShutdownIgnored
    self.timeout = timeout
    self.snapshots = snapshots
  }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    let mirror = ConvergenceRules(
      until: .remaining(atMost: rest), rules: [ConvergenceRule(when: .passes(atLeast: maxPasses), do: .abort)]
    )
    let isLocal = request.disk == .local
    var deadlines = CutoverDeadlines()
    deadlines.attempt = timeout
    let stage = snapshots?.stage() ?? ReplicationStage(.disk, mirror, staysInStep: true)
    var plan = CutoverPlan(
      strategy: name, media: isLocal ? [.disk] : [], replication: isLocal ? [stage] : [],
      notBefore: request.notBefore, catchesUpAfterWait: snapshots == nil,
      stop: .shutDown(patience: shutdownPatience, ifIgnored: ifShutdownIgnored), resizeTo: request.resizeTo,
      start: .boot, deadlines: deadlines)
    if isLocal, let snapshots, snapshots.mergeRate < .unlimited {
      plan.consolidation = SnapshotConsolidation(snapshots.consolidation, rate: snapshots.mergeRate)
    }
    return plan
  }
}
