public import CutoverCore
public import Quantities

/// Proxmox VE: the permitted pause is doubled whenever the rest has risen more than five times. It never gives up.
///
/// Source: `PVE/QemuMigrate.pm`, `phase2`. Proxmox looks at what remains by the clock, here it is each round's end.
public struct ProxmoxSteering: LiveSteering, Hashable {
  /// `migrate_downtime`. 0.1 s.
  public var downtime: Duration

  public init(downtime: Duration = .milliseconds(100)) { self.downtime = downtime }

  public func course(for request: MigrationRequest) -> SteeredCourse {
    SteeredCourse(
      rounds: ConvergenceRules(
        until: .expectedPause(atMost: downtime),
        rules: [
          ConvergenceRule(
            when: .remainingRose(times: 6), do: .scaleDowntimeLimit(by: 2, upTo: .seconds(2_000)))
        ]))
  }
}
