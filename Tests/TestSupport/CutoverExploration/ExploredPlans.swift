import CutoverCore
import Quantities

/// A plan to explore, and its name in the output.
struct ExploredPlan: CustomStringConvertible, Sendable {
  var name: String
  var plan: CutoverPlan

  init(_ name: String, _ plan: CutoverPlan) {
    self.name = name
    self.plan = plan
  }

  var description: String { name }

  /// Few enough states to try every fault.
  var isSmall: Bool { plan.replication.isEmpty }
}

extension CutoverDeadlines {
  /// Four different lengths, so that none is taken for another.
  static let explored = CutoverDeadlines(
    attempt: .seconds(1_000), outage: .seconds(400), start: .seconds(60), step: .seconds(10))
}

extension CutoverWindows {
  /// Twice a day of the week, and with a date on which it is closed.
  static let explored = CutoverWindows(
    weekly: [
      Range(from: .seconds(100), length: .seconds(150)), Range(from: .seconds(1_000), length: .seconds(500)),
      Range(from: .days(2), length: .hours(1)),
    ], blackouts: [Blackout(from: .zero + .seconds(1_100), until: .zero + .seconds(1_300))],
    until: .zero + .hours(1))
}

extension ConvergenceRules {
  /// Two passes, then give up.
  static let briefly = ConvergenceRules(
    until: .remaining(atMost: Bytes(10)), rules: [ConvergenceRule(when: .passes(atLeast: 2), do: .abort)])

  static func briefly(_ rules: ConvergenceRule..., passes: Int = 3) -> ConvergenceRules {
    ConvergenceRules(
      until: .expectedPause(atMost: .milliseconds(10)),
      rules: rules + [ConvergenceRule(when: .passes(atLeast: passes), do: .abort)])
  }
}

extension ExploredPlan {
  static let agreed = Instant.zero + .seconds(300)

  /// Plans that no shipped strategy makes, or with rules that none uses. Those of the strategies are explored with the
  /// strategies.
  static let all: [ExploredPlan] = [
    booting("boot, shared disk", media: []),
    booting("boot, local disk", replication: [ReplicationStage(.disk, .briefly)]),
    booting("boot, power off, resize", ifIgnored: .powerOff, resizeTo: Bytes(5_000)),
    booting("boot, agreed time", ifIgnored: .powerOff, notBefore: agreed, catchesUp: false),
    booting(
      "boot, agreed time, catch up", replication: [ReplicationStage(.disk, .briefly)], notBefore: agreed,
      catchesUp: true, resizeTo: Bytes(5_000)),
    resuming("suspend"),
    resuming("suspend, shared disk", media: [.memory]),
    resuming("live, shared disk", media: [.memory], replication: [ReplicationStage(.memory, .briefly)]),
    resuming(
      "live, local disk",
      replication: [
        ReplicationStage(.disk, ConvergenceRules(until: .passes(1))), ReplicationStage(.memory, .briefly),
      ]),
    resuming(
      "live, agreed time, catch up",
      replication: [
        ReplicationStage(.disk, ConvergenceRules(until: .passes(1))),
        ReplicationStage(.memory, ConvergenceRules(until: .passes(1))),
      ], notBefore: agreed),
    resuming(
      "post-copy, always", replication: [ReplicationStage(.disk, ConvergenceRules(until: .passes(1)))],
      postCopy: .always),
    resuming("post-copy, always, shared disk", media: [.memory], postCopy: .always),
    timed(
      "snapshots until the agreed time",
      { plan in
        plan.notBefore = .zero + .seconds(300)
        plan.replication[0].snapshots = SnapshotSchedule(interval: .seconds(120), most: 3)
        plan.catchesUpAfterWait = false
      }),
    timed(
      "snapshots without a date",
      { plan in
        plan.replication[0].snapshots = SnapshotSchedule(interval: .seconds(120), most: 3)
      }),
    timed("windows", { $0.windows = .explored }),
    timed(
      "windows after an agreed time",
      { plan in
        plan.windows = .explored
        plan.notBefore = agreed
      }),
    timed(
      "windows that have passed",
      { plan in
        plan.windows = CutoverWindows(
          weekly: [.init(from: .days(1), length: .hours(1))], until: .zero + .hours(5))
      }),
    timed("gate, by hand", { $0.gate = CutoverGate(.byHand, within: .seconds(200)) }),
    timed(
      "gate, by hand, else not",
      { plan in
        plan.gate = CutoverGate(.byHand, within: .seconds(200), otherwise: .giveUp)
      }),
    timed("gate, customer's reboot", { $0.gate = CutoverGate(.onCustomerReboot, within: .seconds(200)) }),
    timed(
      "gate, customer's reboot in a window, else not",
      { plan in
        plan.gate = CutoverGate(.onCustomerReboot, within: .seconds(200), otherwise: .giveUp)
        plan.windows = .explored
        plan.catchesUpAfterWait = false
      }),
    memory("post-copy, when asked", ConvergenceRule(when: .passes(atLeast: 1), do: .postCopy), .whenAsked),
    memory("post-copy, asked without leave", ConvergenceRule(when: .passes(atLeast: 1), do: .postCopy)),
    memory(
      "rule: limit raised", ConvergenceRule(when: .passes(atLeast: 2), do: .setDowntimeLimit(.seconds(1)))),
    memory(
      "rule: limit doubled",
      ConvergenceRule(
        when: .remainingRose(times: 1), do: .scaleDowntimeLimit(by: 100, upTo: .seconds(2)))),
    memory(
      "rule: throttle",
      ConvergenceRule(
        when: .dirtiedOverSent(ratio: 0.5, times: 2), do: .throttle(first: 0.2, step: 0.1, most: 0.99))),
    memory(
      "rule: throttle in mid-pass",
      ConvergenceRule(when: .elapsed(.seconds(50)), do: .throttle(first: 0.2, step: 0.1, most: 0.99))),
    memory("rule: time-out", ConvergenceRule(when: .elapsed(.seconds(50)), do: .abort)),
    memory("rule: no progress", ConvergenceRule(when: .noProgress(for: .seconds(50)), do: .abort)),
    memory("rule: switch over", ConvergenceRule(when: .noProgress(for: .seconds(50)), do: .switchOver)),
  ]

  /// A guest that boots on its copied disk, at some time.
  static func timed(_ name: String, _ edit: (inout CutoverPlan) -> Void) -> ExploredPlan {
    var explored = booting(name, replication: [ReplicationStage(.disk, .briefly)], ifIgnored: .powerOff)
    edit(&explored.plan)
    return explored
  }

  static func booting(
    _ name: String, media: [Medium] = [.disk], replication: [ReplicationStage] = [],
    ifIgnored: IgnoredShutdown = .fail, notBefore: Instant? = nil, catchesUp: Bool = true,
    resizeTo: Bytes? = nil
  ) -> ExploredPlan {
    ExploredPlan(
      name,
      CutoverPlan(
        strategy: "test", media: media, replication: replication, notBefore: notBefore,
        catchesUpAfterWait: catchesUp, stop: .shutDown(patience: .seconds(30), ifIgnored: ifIgnored),
        resizeTo: resizeTo, start: .boot, deadlines: .explored))
  }

  static func resuming(
    _ name: String, media: [Medium] = [.disk, .memory], replication: [ReplicationStage] = [],
    notBefore: Instant? = nil, postCopy: PostCopy = .never
  ) -> ExploredPlan {
    ExploredPlan(
      name,
      CutoverPlan(
        strategy: "test", media: media, replication: replication, notBefore: notBefore, stop: .pause,
        start: .resume, postCopy: postCopy, deadlines: .explored))
  }

  /// One stage over memory, three passes at most, and this rule before all.
  static func memory(_ name: String, _ rule: ConvergenceRule, _ postCopy: PostCopy = .never) -> ExploredPlan {
    resuming(
      name, media: [.memory], replication: [ReplicationStage(.memory, .briefly(rule))], postCopy: postCopy)
  }
}
