public import CutoverCore
public import Quantities

/// vSphere: where the guest dirties memory faster than it is sent, its virtual CPUs are put to sleep for moments
/// (slowdown during page send, "SDPS"), so that a migration slows a guest rather than fails.
///
/// VMware has published that it does so, not by how much: `step` is an input, and so is what it may come to.
public struct VSphereSteering: LiveSteering, Hashable {
  /// The switch-over that vMotion aims at. About 1 s (VMware's documentation of vMotion).
  public var switchOver: Duration
  /// How much slower the guest gets each time a round has dirtied more than it sent, as a fraction of its time.
  public var step: Double
  /// The most that it is slowed by.
  public var most: Double

  public init(switchOver: Duration = .seconds(1), step: Double, most: Double) {
    self.switchOver = switchOver
    self.step = step
    self.most = most
  }

  public func course(for request: MigrationRequest) -> SteeredCourse {
    SteeredCourse(
      rounds: ConvergenceRules(
        until: .expectedPause(atMost: switchOver),
        rules: [
          ConvergenceRule(
            when: .dirtiedOverSent(ratio: 1, times: 1), do: .throttle(first: step, step: step, most: most))
        ]))
  }
}
