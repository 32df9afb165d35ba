public import CutoverCore
public import Quantities

/// OpenStack Nova with libvirt: the permitted pause rises in steps, by the clock; then it aborts or forces the end.
///
/// Source: `nova/virt/libvirt/migration.py` (`downtime_steps`, `should_abort`) and `nova/conf/libvirt.py`. At 8 GiB and
/// with the defaults: 50 to 500 ms in 11 values, one every 600 s, the last at 6000 s; abort at 6400 s.
public struct NovaSteering: LiveSteering, Hashable {
  /// `live_migration_downtime`.
  public var downtime: Duration
  /// `live_migration_downtime_steps`; at least 3.
  public var steps: Int
  /// `live_migration_downtime_delay`, per GiB; at least 3 s. (The administrator's guide leaves out that it is per GiB.)
  public var delay: Duration
  /// `live_migration_completion_timeout`, per GiB; zero: none.
  public var completionTimeout: Duration
  /// `live_migration_timeout_action = force_complete`; else abort.
  public var forcesCompletion: Bool
  /// `live_migration_permit_post_copy`.
  public var permitsPostCopy: Bool
  /// `live_migration_permit_auto_converge`; without effect where post-copy is permitted.
  public var permitsAutoConverge: Bool

  public init(
    downtime: Duration = .milliseconds(500), steps: Int = 10, delay: Duration = .seconds(75),
    completionTimeout: Duration = .seconds(800), forcesCompletion: Bool = false,
    permitsPostCopy: Bool = false,
    permitsAutoConverge: Bool = false
  ) {
    self.downtime = downtime
    self.steps = steps
    self.delay = delay
    self.completionTimeout = completionTimeout
    self.forcesCompletion = forcesCompletion
    self.permitsPostCopy = permitsPostCopy
    self.permitsAutoConverge = permitsAutoConverge
  }

  public func course(for request: MigrationRequest) -> SteeredCourse {
    let size = Self.gibibytes(of: request)
    let steps = max(steps, 3)
    let downtime = max(downtime, .milliseconds(100))
    let base = downtime * (1 / Double(steps))
    let rise = (downtime - base) * (1 / Double(steps))
    let pause = max(delay, .seconds(3)) * size
    var rules = (1...steps).map { step in
      ConvergenceRule(
        when: .elapsed(pause * Double(step)), do: .setDowntimeLimit(base + rise * Double(step)))
    }
    if permitsAutoConverge, !permitsPostCopy { rules.append(QEMUSteering.slowDown) }
    if completionTimeout > .zero {
      let remedy: ConvergenceRemedy = forcesCompletion ? (permitsPostCopy ? .postCopy : .switchOver) : .abort
      rules.append(ConvergenceRule(when: .elapsed(completionTimeout * size), do: remedy))
    }
    return SteeredCourse(
      rounds: ConvergenceRules(until: .expectedPause(atMost: base), rules: rules, clock: .attempt),
      postCopy: permitsPostCopy ? .whenAsked : .never)
  }

  /// What Nova multiplies by: memory, and the disk where it has to move, each counted as at least 2 GiB.
  static func gibibytes(of request: MigrationRequest) -> Double {
    let memory = max(request.guest.memory.value / 0x1p30, 2)
    return request.movedDisk > .zero ? memory + max(request.movedDisk.value / 0x1p30, 2) : memory
  }
}
