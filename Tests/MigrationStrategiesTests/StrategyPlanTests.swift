import CutoverCore
import MigrationStrategies
import Quantities
import Testing

@Suite("The plans of the four strategies")
struct StrategyPlanTests {
  static let guest = GuestFacts(
    vcpus: 2, memory: .gibibytes(4), diskVirtual: .gibibytes(80), diskAllocated: .gibibytes(20))
  static let local = MigrationRequest(guest: guest)
  static let shared = MigrationRequest(guest: guest, disk: .shared)

  static let giveUp = ConvergenceRule(when: .passes(atLeast: 30), do: .abort)
  static let mirror = ConvergenceRules(until: .remaining(atMost: .mebibytes(64)), rules: [giveUp])
  static let rounds = ConvergenceRules(until: .expectedPause(atMost: .milliseconds(300)), rules: [giveUp])

  static func shutDown(_ ifIgnored: IgnoredShutdown) -> StopMethod {
    .shutDown(patience: .seconds(60), ifIgnored: ifIgnored)
  }

  struct Case: CustomStringConvertible {
    var name: String
    var strategy: any MigrationStrategy
    var request: MigrationRequest
    var plan: CutoverPlan

    init(_ name: String, _ strategy: any MigrationStrategy, _ request: MigrationRequest, _ plan: CutoverPlan)
    {
      self.name = name
      self.strategy = strategy
      self.request = request
      self.plan = plan
    }

    var description: String { name }
  }

  static let cases: [Case] = [
    Case(
      "live, local: disk, then memory in rounds, then a pause", Live(), local,
      CutoverPlan(
        strategy: "live", media: [.disk, .memory],
        replication: [ReplicationStage(.disk, mirror, staysInStep: true), ReplicationStage(.memory, rounds)],
        stop: .pause,
        start: .resume)),
    Case(
      "live, shared: memory alone", Live(), shared,
      CutoverPlan(
        strategy: "live", media: [.memory], replication: [ReplicationStage(.memory, rounds)], stop: .pause,
        start: .resume)),
    Case(
      "warm, local: mirrored, shut down, booted", Warm(), local,
      CutoverPlan(
        strategy: "warm", media: [.disk], replication: [ReplicationStage(.disk, mirror, staysInStep: true)],
        stop: shutDown(.fail), start: .boot)),
    Case(
      "warm, shared: nothing to copy", Warm(), shared,
      CutoverPlan(strategy: "warm", media: [], stop: shutDown(.fail), start: .boot)),
    Case(
      "reboot, local: one pass, whatever is left, and no more after a wait", Reboot(), local,
      CutoverPlan(
        strategy: "reboot", media: [.disk],
        replication: [ReplicationStage(.disk, ConvergenceRules(until: .passes(1)))],
        catchesUpAfterWait: false,
        stop: shutDown(.powerOff), start: .boot)),
    Case(
      "reboot, shared: nothing to copy", Reboot(), shared,
      CutoverPlan(
        strategy: "reboot", media: [], catchesUpAfterWait: false, stop: shutDown(.powerOff), start: .boot)),
    Case(
      "cold, local: everything while it is off, for two days at most", Cold(), local,
      CutoverPlan(
        strategy: "cold", media: [.disk], stop: shutDown(.powerOff), start: .boot,
        deadlines: CutoverDeadlines(outage: .hours(48)))),
    Case(
      "cold, shared: nothing to copy", Cold(), shared,
      CutoverPlan(
        strategy: "cold", media: [], stop: shutDown(.powerOff), start: .boot,
        deadlines: CutoverDeadlines(outage: .hours(48)))),
  ]

  @Test("by default", arguments: cases)
  func plans(_ known: Case) throws {
    let plan = try known.strategy.plan(for: known.request)
    #expect(plan == known.plan)
    try plan.validate()
  }

  @Test("the agreed time and the new size reach the plan")
  func wishes() throws {
    let request = MigrationRequest(guest: Self.guest, notBefore: .zero + .days(3), resizeTo: .gibibytes(40))
    for strategy in [Warm(), Reboot(), Cold()] as [any MigrationStrategy] {
      let plan = try strategy.plan(for: request)
      #expect(plan.notBefore == .zero + .days(3))
      #expect(plan.resizeTo == .gibibytes(40))
      try plan.validate()
    }
  }

  @Test("live cannot resize")
  func resize() {
    let error = #expect(throws: Refusal.self) {
      try Live().plan(for: MigrationRequest(guest: Self.guest, resizeTo: .gibibytes(40)))
    }
    #expect(error?.reason == .notPossible)
  }

  @Test("the settings reach the plan")
  func settings() throws {
    let live = try Live(
      downtimeLimit: .seconds(1), maxRounds: 5, timeout: .hours(1), autoConverge: true,
      diskRest: .mebibytes(1)
    ).plan(for: Self.local)
    let giveUp = ConvergenceRule(when: .passes(atLeast: 5), do: .abort)
    let slowDown = ConvergenceRule(
      when: .dirtiedOverSentPerSecond(ratio: 0.5, times: 2), do: .throttle(first: 0.2, step: 0.1, most: 0.99))
    #expect(live.deadlines.attempt == .hours(1))
    #expect(
      live.replication == [
        ReplicationStage(
          .disk, ConvergenceRules(until: .remaining(atMost: .mebibytes(1)), rules: [giveUp]),
          staysInStep: true),
        ReplicationStage(
          .memory, ConvergenceRules(until: .expectedPause(atMost: .seconds(1)), rules: [slowDown, giveUp])),
      ])

    let patient = StopMethod.shutDown(patience: .minutes(5), ifIgnored: .powerOff)
    let warm = Warm(
      rest: .zero, maxPasses: 5, shutdownPatience: .minutes(5), ifShutdownIgnored: .powerOff,
      timeout: .hours(1))
    #expect(try warm.plan(for: Self.local).stop == patient)
    #expect(try warm.plan(for: Self.local).deadlines.attempt == .hours(1))
    let reboot = Reboot(shutdownPatience: .minutes(5), timeout: .hours(1))
    #expect(try reboot.plan(for: Self.local).stop == patient)
    #expect(try reboot.plan(for: Self.local).deadlines.attempt == .hours(1))
    let cold = Cold(shutdownPatience: .minutes(5), timeout: .hours(1))
    #expect(try cold.plan(for: Self.local).stop == patient)
    #expect(try cold.plan(for: Self.local).deadlines.outage == .hours(1))
  }

  @Test("the catalogue has the four, and takes another's place by name")
  func catalogue() throws {
    #expect(StrategyCatalog.standard.names == ["live", "warm", "reboot", "cold"])
    var catalog = StrategyCatalog.standard
    catalog.add(Warm(maxPasses: 1))
    #expect(catalog.names == ["live", "warm", "reboot", "cold"])
    let rules = try catalog["warm"]?.plan(for: Self.local).replication[0].convergence.rules
    #expect(rules == [ConvergenceRule(when: .passes(atLeast: 1), do: .abort)])
  }
}
