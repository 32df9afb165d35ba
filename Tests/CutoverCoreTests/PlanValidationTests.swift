import CutoverCore
import Quantities
import Testing

@testable import CutoverExploration

@Suite("A plan that contradicts itself is refused, and told why")
struct PlanValidationTests {
  static let live = CutoverPlan(
    strategy: "live", media: [.disk, .memory],
    replication: [ReplicationStage(.disk, .briefly), ReplicationStage(.memory, .briefly)], stop: .pause,
    start: .resume)
  static let warm = CutoverPlan(
    strategy: "warm", media: [.disk], replication: [ReplicationStage(.disk, .briefly)],
    stop: .shutDown(patience: .seconds(60), ifIgnored: .fail), resizeTo: Bytes(1), start: .boot)

  struct Case: CustomStringConvertible {
    var error: String
    var plan: CutoverPlan

    init(_ error: String, _ plan: CutoverPlan, _ change: (inout CutoverPlan) -> Void) {
      self.error = error
      self.plan = plan
      change(&self.plan)
    }

    /// A plan with this rule.
    init(_ error: String, when condition: ConvergenceCondition, do remedy: ConvergenceRemedy = .abort) {
      self.init(error, live) {
        $0.replication[1].convergence.rules = [ConvergenceRule(when: condition, do: remedy)]
      }
    }

    var description: String { error }
  }

  static let counts = "a rule that counts must count to at least 1 and at most 65535"

  static let cases: [Case] = [
    Case("a medium is named twice", warm) { $0.media = [.disk, .disk] },
    Case("memory is replicated but is not among the media that move", warm) {
      $0.replication.append(ReplicationStage(.memory, .briefly))
    },
    Case("disk is replicated by two stages", live) { $0.replication[1].medium = .disk },
    Case("a guest cannot resume where its memory does not go", live) {
      $0.media = [.disk]
      $0.replication = []
    },
    Case("a guest that was shut down has nothing to resume: it boots", live) { $0.stop = warm.stop },
    Case("a paused guest that boots elsewhere loses what it had not written: shut it down", warm) {
      $0.stop = .pause
    },
    Case("a disk is resized while the guest is down, so the guest has to boot", live) {
      $0.resizeTo = Bytes(1)
    },
    Case("a disk cannot be resized to 0 bytes", warm) { $0.resizeTo = .zero },
    Case("post-copy needs a guest that resumes", warm) { $0.postCopy = .whenAsked },
    Case("every deadline must be longer than nothing", live) { $0.deadlines.attempt = .zero },
    Case("every deadline must be longer than nothing", live) { $0.deadlines.outage = .zero },
    Case("every deadline must be longer than nothing", live) { $0.deadlines.start = .zero },
    Case("every deadline must be longer than nothing", live) { $0.deadlines.step = .zero },
    Case("a deadline after a hundred years is none", live) { $0.deadlines.attempt = .max },
    Case("the patience with a shutdown must be longer than nothing", warm) {
      $0.stop = .shutDown(patience: .zero, ifIgnored: .powerOff)
    },
    Case("a hundred years are too much patience", warm) {
      $0.stop = .shutDown(patience: .max, ifIgnored: .powerOff)
    },
    Case("the agreed time is more than a hundred years away", warm) { $0.notBefore = .distantFuture },
    Case("a window begins before its week", warm) {
      $0.windows = CutoverWindows(
        weekly: [.init(from: .nanoseconds(-1), length: .hours(1))], until: .zero + .days(1))
    },
    Case("a downtime limit cannot be negative", live) {
      $0.replication[0].convergence.target = .expectedPause(atMost: .nanoseconds(-1))
    },
    Case("less than nothing cannot remain", live) {
      $0.replication[0].convergence.target = .remaining(atMost: Bytes(-1))
    },
    Case("at least one pass has to be made", live) { $0.replication[0].convergence.target = .passes(0) },
    Case("65 convergence rules: at most 64 are kept", live) {
      $0.replication[0].convergence.rules = Array(
        repeating: ConvergenceRule(when: .passes(atLeast: 1), do: .abort), count: 65)
    },
    Case("17 convergence rules that count: at most 16 are kept", live) {
      $0.replication[0].convergence.rules = Array(
        repeating: ConvergenceRule(when: .remainingRose(times: 1), do: .abort), count: 17)
    },
    Case(counts, when: .remainingRose(times: 0)),
    Case(counts, when: .remainingRose(times: 65_536)),
    Case(counts, when: .dirtiedOverSent(ratio: 0.5, times: 0)),
    Case(counts, when: .dirtiedOverSent(ratio: 0.5, times: 65_536)),
    Case(
      "inf is no ratio of what is dirtied to what is sent", when: .dirtiedOverSent(ratio: .infinity, times: 1)
    ),
    Case("a rule's time must be longer than nothing", when: .elapsed(.zero)),
    Case("a rule's time must be longer than nothing", when: .noProgress(for: .zero)),
    Case(
      "a downtime limit cannot be negative", when: .passes(atLeast: 1),
      do: .setDowntimeLimit(.nanoseconds(-1))),
    Case(
      "a downtime limit cannot be negative", when: .passes(atLeast: 1),
      do: .scaleDowntimeLimit(by: 2, upTo: .nanoseconds(-1))),
    Case(
      "a downtime limit cannot be multiplied by 0.0", when: .passes(atLeast: 1),
      do: .scaleDowntimeLimit(by: 0, upTo: .seconds(1))),
    Case(
      "a guest can be denied from 0 to 1 of its CPU time, not 20.0", when: .passes(atLeast: 1),
      do: .throttle(first: 20, step: 10, most: 99)),
  ]

  @Test("each contradiction", arguments: cases)
  func refused(_ wrong: Case) {
    let error = #expect(throws: PlanError.self) { try CutoverMachine(wrong.plan) }
    #expect(error?.description == wrong.error)
  }

  @Test("plans without contradictions are taken")
  func taken() throws {
    try Self.live.validate()
    try Self.warm.validate()
    for explored in ExploredPlan.all { try explored.plan.validate() }
    var full = Self.live
    full.replication[0].convergence.rules = Array(
      repeating: ConvergenceRule(when: .remainingRose(times: 65_535), do: .switchOver), count: 16)
    try full.validate()
  }
}
