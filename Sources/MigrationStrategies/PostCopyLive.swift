public import CutoverCore
public import Quantities

/// Post-copy (Hines and Gopalan, VEE 2009): the guest is stopped at once, or after a few rounds over its memory
/// (hybrid), goes on at the destination, and its memory follows it. It always converges; a host or link that dies
/// before all has followed takes the guest with it.
public struct PostCopyLive: MigrationStrategy {
  public let name = "post-copy"
  public var looksAtGuest: Bool { false }
  /// Rounds over memory before the switch; 0: none.
  public var rounds: Int
  /// How long it may take before the switch, and again after it.
  public var timeout: Duration
  /// What may be left of a local disk when the rounds begin.
  public var diskRest: Bytes
  /// Passes over a local disk, after which it gives up.
  public var maxPasses: Int

  public init(
    rounds: Int = 0, timeout: Duration = .hours(24), diskRest: Bytes = .mebibytes(64), maxPasses: Int = 30
  ) {
    self.rounds = rounds
    self.timeout = timeout
    self.diskRest = diskRest
    self.maxPasses = maxPasses
  }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    guard request.resizeTo == nil else { throw Refusal(.notPossible) }
    var stages: [ReplicationStage] = []
    if request.disk == .local {
      let giveUp = ConvergenceRule(when: .passes(atLeast: maxPasses), do: .abort)
      let mirror = ConvergenceRules(until: .remaining(atMost: diskRest), rules: [giveUp])
      stages.append(ReplicationStage(.disk, mirror, staysInStep: true))
    }
    if rounds > 0 { stages.append(ReplicationStage(.memory, ConvergenceRules(until: .passes(rounds)))) }
    var deadlines = CutoverDeadlines()
    deadlines.attempt = timeout
    return CutoverPlan(
      strategy: name, media: request.disk == .local ? [.disk, .memory] : [.memory], replication: stages,
      notBefore: request.notBefore, stop: .pause, start: .resume, postCopy: .always, deadlines: deadlines)
  }
}
