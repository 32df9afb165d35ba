public import CutoverCore
public import Quantities

/// Reboot migration as Rackspace does it: the disk is copied once while the server runs, then the server is shut down,
/// what changed since is moved, and it boots on the new host ("Migrations in the Rackspace Cloud"; the structure is
/// that of Nova's XenAPI driver: snapshot, copy the chain, shut down, copy the leaf, boot).
public struct Reboot: MigrationStrategy {
  public let name = "reboot"
  /// How long the guest may take to power down. 60 s: Nova's `shutdown_timeout`.
  public var shutdownPatience: Duration
  public var ifShutdownIgnored: IgnoredShutdown
  public var timeout: Duration
  /// Copies made while it runs: one is Rackspace's way, more leave less for the outage.
  public var passes: Int

  public init(
    shutdownPatience: Duration = .seconds(60), ifShutdownIgnored: IgnoredShutdown = .powerOff,
    timeout: Duration = .hours(24), passes: Int = 1
  ) {
    self.shutdownPatience = shutdownPatience
    self.ifShutdownIgnored = ifShutdownIgnored
    self.timeout = timeout
    self.passes = passes
  }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    let isLocal = request.disk == .local
    var deadlines = CutoverDeadlines()
    deadlines.attempt = timeout
    return CutoverPlan(
      strategy: name, media: isLocal ? [.disk] : [],
      replication: isLocal ? [ReplicationStage(.disk, ConvergenceRules(until: .passes(passes)))] : [],
      notBefore: request.notBefore, catchesUpAfterWait: false,
      stop: .shutDown(patience: shutdownPatience, ifIgnored: ifShutdownIgnored), resizeTo: request.resizeTo,
      start: .boot, deadlines: deadlines)
  }
}
