public import CutoverCore
public import Quantities

/// QEMU by itself: stop when the rest fits the downtime limit; slow the guest if asked to. It never gives up.
///
/// Defaults: `migration/options.c` of QEMU 10 (`downtime-limit` 300 ms, `cpu-throttle-initial` 20 %,
/// `cpu-throttle-increment` 10 %, `max-cpu-throttle` 99 %, `throttle-trigger-threshold` 50 %).
public struct QEMUSteering: LiveSteering, Hashable {
  public var downtimeLimit: Duration
  /// Slows the guest by ever more where half of what was sent is dirtied again, twice.
  public var autoConverge: Bool

  public init(downtimeLimit: Duration = .milliseconds(300), autoConverge: Bool = false) {
    self.downtimeLimit = downtimeLimit
    self.autoConverge = autoConverge
  }

  /// Auto-converge, with QEMU's defaults.
  static let slowDown = ConvergenceRule(
    when: .dirtiedOverSentPerSecond(ratio: 0.5, times: 2), do: .throttle(first: 0.2, step: 0.1, most: 0.99))

  public func course(for request: MigrationRequest) -> SteeredCourse {
    SteeredCourse(
      rounds: ConvergenceRules(
        until: .expectedPause(atMost: downtimeLimit), rules: autoConverge ? [Self.slowDown] : []))
  }
}
