import CutoverCore
import Quantities
import Testing

@testable import CutoverExploration

@Suite("What a migration costs")
struct CutoverAccountsTests {
  /// The accounts after these events, each at its second.
  func accounts(of plan: CutoverPlan, _ events: (Int64, CutoverEvent)...) throws -> CutoverAccounts {
    var machine = try CutoverMachine(plan)
    for (second, event) in events { _ = try machine.handle(event, at: .zero + .seconds(second)) }
    return machine.accounts
  }

  func copied(_ sent: Int64, remaining: Int64) -> CutoverEvent {
    .copied(
      CopyReport(
        transferred: Bytes(sent), remaining: Bytes(remaining), bandwidth: ByteRate(bytesPerSecond: 1_000)))
  }

  static let warm = ExploredPlan.booting("warm").plan
  static let hard = ExploredPlan.booting("hard", ifIgnored: .powerOff).plan
  static let suspend = ExploredPlan.resuming("suspend").plan

  @Test("bytes are booked by kind: first passes, repeats, and what moved while the guest was down")
  func bytes() throws {
    let plan = ExploredPlan.resuming(
      "live",
      replication: [
        ReplicationStage(.disk, ConvergenceRules(until: .passes(2))),
        ReplicationStage(.memory, ConvergenceRules(until: .passes(2))),
      ]
    ).plan
    let accounts = try accounts(
      of: plan, (0, .begin), (1, .prepared), (2, copied(5_000, remaining: 9)), (3, copied(300, remaining: 9)),
      (4, copied(2_000, remaining: 9)), (5, copied(40, remaining: 9)), (6, .guestStopped),
      (7, .moved(Bytes(1))), (8, .moved(Bytes(2))), (9, .moved(Bytes(4))), (10, .verified), (11, .started),
      (12, .released))
    #expect(accounts.diskBytes == Bytes(5_000))
    #expect(accounts.memoryBytes == Bytes(2_000))
    #expect(accounts.repeatedBytes == Bytes(340))
    #expect(accounts.downtimeBytes == Bytes(7))
    #expect(accounts.postcopyBytes == .zero)
    #expect(accounts.transferred == Bytes(7_347))
    #expect(accounts.passes == 4)
    #expect(accounts.began == .zero)
    #expect(accounts.ended == .zero + .seconds(12))
  }

  @Test("what follows a guest that already runs is no downtime, in bytes or in time")
  func postCopy() throws {
    let plan = ExploredPlan.resuming("post-copy", media: [.memory], postCopy: .always).plan
    let accounts = try accounts(
      of: plan, (0, .begin), (1, .prepared), (2, .guestStopped), (3, .moved(Bytes(4))), (4, .verified),
      (5, .started), (90, .moved(Bytes(2_000))), (91, .released))
    #expect(accounts.downtimeBytes == Bytes(4))
    #expect(accounts.postcopyBytes == Bytes(2_000))
    #expect(accounts.downtime == .seconds(4))
  }

  @Test("a repeat after the agreed time is a repeat, whatever was waited")
  func caughtUp() throws {
    let plan = ExploredPlan.booting(
      "warm", replication: [ReplicationStage(.disk, ConvergenceRules(until: .passes(1)))],
      notBefore: ExploredPlan.agreed
    ).plan
    let accounts = try accounts(
      of: plan, (0, .begin), (1, .prepared), (2, copied(5_000, remaining: 9)), (300, .timeReached),
      (301, copied(600, remaining: 9)))
    #expect(accounts.diskBytes == Bytes(5_000))
    #expect(accounts.repeatedBytes == Bytes(600))
    #expect(accounts.passes == 2)
  }

  @Test("the most that the guest was slowed is kept, in mid-pass too")
  func throttle() throws {
    let plan = ExploredPlan.memory(
      "slow", ConvergenceRule(when: .elapsed(.seconds(50)), do: .throttle(first: 0.3, step: 0.1, most: 1))
    ).plan
    var machine = try CutoverMachine(plan)
    _ = try machine.handle(.begin, at: .zero)
    _ = try machine.handle(.prepared, at: .zero)
    let reaction = try machine.handle(.deadlinePassed, at: .zero + .seconds(50))
    #expect(
      reaction
        == .carryOn(
          CutoverStep(.copy(.memory, pass: 0, throttle: 0.3), deadline: .zero + plan.deadlines.attempt)))
    #expect(machine.accounts.throttle == 0.3)
  }

  // MARK: - Downtime

  @Test("a pause lasts from when it was asked for until the guest runs at the destination")
  func pause() throws {
    let accounts = try accounts(
      of: Self.suspend, (0, .begin), (1, .prepared), (10, .guestStopped), (11, .moved(Bytes(1))),
      (12, .moved(Bytes(1))), (13, .moved(Bytes(1))), (14, .verified), (15, .started))
    #expect(accounts.downtime == .seconds(14))
  }

  @Test("a shutdown counts from when it was asked for")
  func shutdown() throws {
    let accounts = try accounts(
      of: Self.warm, (0, .begin), (1, .prepared), (21, .guestStopped), (22, .moved(Bytes(1))),
      (23, .verified),
      (33, .started))
    #expect(accounts.downtime == .seconds(32))
  }

  @Test("a guest that ignores the shutdown serves all the while")
  func ignored() throws {
    let accounts = try accounts(
      of: Self.warm, (0, .begin), (1, .prepared), (31, .deadlinePassed), (33, .restored), (34, .discarded))
    #expect(accounts.downtime == .zero)
  }

  @Test("one whose plug is then pulled is down from there on")
  func poweredOff() throws {
    let accounts = try accounts(
      of: Self.hard, (0, .begin), (1, .prepared), (31, .deadlinePassed), (32, .guestStopped),
      (33, .moved(Bytes(1))), (34, .verified), (41, .started))
    #expect(accounts.downtime == .seconds(10))
  }

  @Test("a guest that crashes instead of shutting down does not serve, and moves on")
  func crashedInShutdown() throws {
    var machine = try CutoverMachine(Self.warm)
    _ = try machine.handle(.begin, at: .zero)
    _ = try machine.handle(.prepared, at: .zero + .seconds(1))
    let reaction = try machine.handle(.guestCrashed, at: .zero + .seconds(5))
    #expect(reaction.step.action == .powerOffGuest)
    _ = try machine.handle(.guestStopped, at: .zero + .seconds(6))
    _ = try machine.handle(.failed(.link), at: .zero + .seconds(7))
    _ = try machine.handle(.restored, at: .zero + .seconds(21))
    #expect(machine.accounts.downtime == .seconds(20))
  }

  @Test("a crash counts from when it was seen until the source is up")
  func crash() throws {
    let accounts = try accounts(
      of: Self.warm, (0, .begin), (3, .guestCrashed), (8, .restored), (9, .discarded))
    #expect(accounts.downtime == .seconds(5))
  }

  @Test("a guest that served when the shutdown ran out, and crashes on the way back, is down since then")
  func crashedOnTheWayBack() throws {
    let accounts = try accounts(
      of: Self.warm, (0, .begin), (1, .prepared), (31, .deadlinePassed), (32, .guestCrashed), (40, .restored))
    #expect(accounts.downtime == .seconds(8))
  }

  @Test("an outage that is rolled back is an outage, and the boot after a failed resume is part of it")
  func rolledBack() throws {
    let accounts = try accounts(
      of: Self.suspend, (0, .begin), (1, .prepared), (2, .guestStopped), (3, .failed(.link)),
      (4, .failed(.guest)), (60, .restored), (61, .discarded))
    #expect(accounts.downtime == .seconds(59))
    #expect(accounts.ended == .zero + .seconds(61))
  }

  @Test("a migration that never stopped the guest had none, and one that lost it has no end of it")
  func extremes() throws {
    #expect(try accounts(of: Self.warm, (0, .begin), (1, .cancelled), (2, .discarded)).downtime == .zero)
    #expect(try accounts(of: Self.warm, (0, .begin), (1, .sourceLost)).downtime == nil)
  }

  // MARK: - Names

  @Test("outcomes have the names of the result files")
  func codes() {
    let outcomes: [CutoverOutcome] = [
      .completed, .cancelled, .timedOut, .notConverging, .guestCrashed, .shutdownIgnored, .verificationFailed,
      .failed(.destinationFull), .lost(.sourceDied), .lost(.torn), .lost(.sourceWouldNotStart),
      .lost(.destinationUnknown),
    ]
    #expect(
      outcomes.map(\.code) == [
        "completed", "cancelled", "timed_out", "not_converging", "crashed", "shutdown_ignored",
        "verify_failed",
        "failed_destination_full", "lost_source_died", "lost_torn", "lost_source_would_not_start",
        "lost_destination_unknown",
      ])
  }

  @Test("a finished machine says so, and takes nothing more")
  func finished() throws {
    var machine = try CutoverMachine(Self.warm)
    #expect(machine.outcome == nil)
    _ = try machine.handle(.begin, at: .zero)
    _ = try machine.handle(.sourceLost, at: .zero)
    #expect(machine.isFinished)
    #expect(machine.outcome == .lost(.sourceDied))
    let error = #expect(throws: UnexpectedEvent.self) { try machine.handle(.cancelled, at: .zero) }
    #expect(error?.description.contains("cannot take") == true)
    #expect(error?.event == .cancelled)
  }
}
