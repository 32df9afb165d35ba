import CutoverCore
import Quantities
import Testing

/// What a copy that is ready waits for.
@Suite struct CutoverWaitTests {
  private static func plan(_ edit: (inout CutoverPlan) -> Void) -> CutoverPlan {
    var plan = CutoverPlan(
      strategy: "test", media: [.disk],
      replication: [
        ReplicationStage(.disk, ConvergenceRules(until: .remaining(atMost: Bytes(10))), staysInStep: true)
      ], stop: .shutDown(patience: .seconds(30), ifIgnored: .powerOff), start: .boot)
    edit(&plan)
    return plan
  }

  private static func copied(_ plan: CutoverPlan, at seconds: Int64 = 100) throws -> CutoverMachine {
    var machine = try CutoverMachine(plan)
    _ = try machine.handle(.begin, at: .zero)
    _ = try machine.handle(.prepared, at: .zero)
    _ = try machine.handle(.copied(report(0)), at: at(seconds))
    return machine
  }

  private static func report(_ remaining: Int64) -> CopyReport {
    CopyReport(
      transferred: Bytes(1_000), remaining: Bytes(remaining), bandwidth: ByteRate(bytesPerSecond: 10))
  }

  private static func at(_ seconds: Int64) -> Instant { .zero + .seconds(seconds) }

  @Test func `a window that closes while the copy catches up is waited for again`() throws {
    let windows = CutoverWindows(
      weekly: [.init(from: .hours(1), length: .hours(1))], until: .zero + .days(20))
    var machine = try Self.copied(Self.plan { $0.windows = windows })
    #expect(machine.currentStep.action == .waitUntil(Self.at(3_600)))
    var step = try machine.handle(.timeReached, at: Self.at(3_600)).step
    #expect(step.action == .copy(.disk, pass: 1, throttle: 0), "it catches up")
    step = try machine.handle(.copied(Self.report(0)), at: Self.at(7_200)).step
    #expect(step.action == .waitUntil(.zero + .days(7) + .hours(1)))
    _ = try machine.handle(.timeReached, at: .zero + .days(7) + .hours(1))
    step = try machine.handle(.copied(Self.report(0)), at: .zero + .days(7) + .minutes(61)).step
    #expect(step.action == .shutDownGuest)
  }

  @Test func `without a window until the last date it goes back by name`() throws {
    let windows = CutoverWindows(weekly: [.init(from: .hours(1), length: .hours(1))], until: Self.at(1_000))
    let machine = try Self.copied(Self.plan { $0.windows = windows })
    #expect(machine.currentStep.action == .discardDestination)
    #expect(machine.phase == .discarding(.windowMissed))
    #expect(CutoverOutcome.windowMissed.code == "window_missed")
  }

  @Test(arguments: [GateExpiry.goAhead, .giveUp])
  func `an operator opens the gate, or its time is up`(otherwise: GateExpiry) throws {
    let plan = Self.plan { $0.gate = CutoverGate(.byHand, within: .hours(1), otherwise: otherwise) }
    var opened = try Self.copied(plan)
    #expect(opened.waitsForGate)
    #expect(opened.currentStep.action == .waitUntil(Self.at(3_700)))
    #expect(
      try opened.handle(.timeReached, at: Self.at(500)).step.action == .copy(.disk, pass: 1, throttle: 0))
    #expect(try opened.handle(.copied(Self.report(0)), at: Self.at(600)).step.action == .shutDownGuest)
    var left = try Self.copied(plan)
    let step = try left.handle(.timeReached, at: Self.at(3_700)).step
    #expect(step.action == (otherwise == .giveUp ? .discardDestination : .copy(.disk, pass: 1, throttle: 0)))
  }

  @Test func `the customer's own reboot is the stop, and it boots at the other end`() throws {
    let plan = Self.plan { $0.gate = CutoverGate(.onCustomerReboot, within: .days(30)) }
    var machine = try Self.copied(plan)
    #expect(try machine.handle(.guestStopped, at: Self.at(9_000)).step.action == .moveRemaining(.disk))
    #expect(machine.accounts.outageBegan == Self.at(9_000))
    _ = try machine.handle(.moved(Bytes(5)), at: Self.at(9_001))
    _ = try machine.handle(.verified, at: Self.at(9_002))
    _ = try machine.handle(.started, at: Self.at(9_030))
    #expect(machine.accounts.downtime == .seconds(30))
  }

  @Test func `a reboot that is not waited for answers nothing`() throws {
    var machine = try Self.copied(Self.plan { $0.notBefore = .zero + .hours(5) })
    #expect(throws: UnexpectedEvent.self) { try machine.handle(.guestStopped, at: Self.at(500)) }
  }

  @Test func `snapshots are made at their interval until the agreed date, and then no more`() throws {
    let plan = Self.plan { plan in
      plan.replication[0] = ReplicationStage(
        .disk, ConvergenceRules(until: .passes(2)), snapshots: SnapshotSchedule(interval: .hours(1), most: 28)
      )
      plan.notBefore = .zero + .minutes(150)
      plan.catchesUpAfterWait = false
    }
    var machine = try Self.copied(plan, at: 600)
    var times: [Int64] = []
    var step = machine.currentStep
    while case .waitUntil(let time) = step.action {
      times.append(Int64((time - Instant.zero).seconds / 60))
      step = try machine.handle(.timeReached, at: time).step
      guard case .copy = step.action else { break }
      step = try machine.handle(.copied(Self.report(700)), at: time + .minutes(5)).step
    }
    // The first was begun at 0: 60, 120, and then the date; the fourth would come after it.
    #expect(times == [60, 120, 150])
    #expect(step.action == .shutDownGuest)
    #expect(machine.accounts.passes == 3)
  }

  @Test func `a customer's reboot cannot end a move whose guest resumes`() {
    var plan = CutoverPlan(strategy: "test", media: [.memory], stop: .pause, start: .resume)
    plan.gate = CutoverGate(.onCustomerReboot, within: .hours(1))
    #expect(throws: PlanError.self) { try plan.validate() }
    plan.gate = CutoverGate(.byHand, within: .zero)
    #expect(throws: PlanError.self) { try plan.validate() }
    plan.gate = nil
    plan.place = .sameHost
    #expect(throws: PlanError.self, "nothing travels of one that stays") { try plan.validate() }
    plan.media = []
    #expect(throws: Never.self) { try plan.validate() }
  }
}
