import CutoverCore
import Quantities

/// Pre-copy for as many rounds as have ever been of use, then post-copy.
///
/// Pre-copy that converges does so within a few rounds; whoever has not converged by then writes faster than the link
/// carries, and more rounds only send the same pages again. Where that point lies is learned from live migrations that
/// were made before, simulated or real.
public struct LearnedHybrid: MigrationStrategy {
  public let name = "learned-hybrid"
  /// One plan for all guests: it hangs on what was learned, not on the guest.
  public var looksAtGuest: Bool { false }
  /// After so many rounds the guest goes on at the destination, and what is left of its memory follows.
  public var switchOver: Int
  /// The pause that ends the rounds earlier, where it would suffice.
  public var downtimeLimit: Duration

  public init(switchOver: Int, downtimeLimit: Duration = .milliseconds(300)) {
    (self.switchOver, self.downtimeLimit) = (max(1, switchOver), downtimeLimit)
  }

  public init(learned: SwitchOverPoint) { self.init(switchOver: learned.rounds) }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    guard request.resizeTo == nil else { throw Refusal(.notPossible) }
    let rounds = ConvergenceRules(
      until: .expectedPause(atMost: downtimeLimit),
      rules: [ConvergenceRule(when: .passes(atLeast: switchOver), do: .postCopy)])
    var stages = [ReplicationStage(.memory, rounds)]
    if request.disk == .local {
      let mirror = ConvergenceRules(
        until: .remaining(atMost: .mebibytes(64)),
        rules: [ConvergenceRule(when: .passes(atLeast: 30), do: .abort)])
      stages.insert(ReplicationStage(.disk, mirror, staysInStep: true), at: 0)
    }
    return CutoverPlan(
      strategy: name, media: stages.map(\.medium), replication: stages, notBefore: request.notBefore,
      stop: .pause, start: .resume, postCopy: .whenAsked)
  }
}
