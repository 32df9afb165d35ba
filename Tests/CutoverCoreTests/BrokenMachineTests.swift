import CutoverCore
import Quantities
import Testing

@testable import CutoverExploration

@Suite("A machine that was broken on purpose is caught by the law that it breaks, and by no other law")
struct BrokenMachineTests {
  /// The plan that gives the flaw its chance, and the law.
  struct Case: CustomStringConvertible {
    var flaw: Flaw
    var laws: [Law]
    var plan: ExploredPlan

    init(_ flaw: Flaw, breaks laws: Law..., under plan: ExploredPlan) {
      self.flaw = flaw
      self.laws = laws
      self.plan = plan
    }

    var description: String { "\(flaw)" }
  }

  static let booting = ExploredPlan.booting(
    "boot", replication: [ReplicationStage(.disk, .briefly)], resizeTo: Bytes(5_000))
  static let waiting = ExploredPlan.booting("wait", notBefore: ExploredPlan.agreed)
  static let suspending = ExploredPlan.resuming("suspend")
  static let shared = ExploredPlan.resuming("shared", media: [.memory])
  static let postCopy = ExploredPlan.resuming("post-copy", media: [.memory], postCopy: .always)
  static let throttling = ExploredPlan.booting(
    "throttle",
    replication: [
      ReplicationStage(
        .disk,
        .briefly(
          ConvergenceRule(when: .passes(atLeast: 1), do: .throttle(first: 0.2, step: 0.1, most: 0.99)),
          passes: 2))
    ])

  static let cases: [Case] = [
    // What a guest writes that was never stopped arrives nowhere.
    Case(.neverStopsTheGuest, breaks: .oneSide, .allArrived, under: suspending),
    Case(.restoresUnfenced, breaks: .oneSide, under: booting),
    Case(.releasesFirst, breaks: .sourceKept, under: booting),
    Case(.releasesBeforeMemoryFollowed, breaks: .sourceKept, under: postCopy),
    Case(.resumesOnWrittenSharedDisk, breaks: .sourceKept, under: shared),
    Case(.skipsFinalPass, breaks: .allArrived, under: booting),
    Case(.startsUnverified, breaks: .allArrived, under: booting),
    Case(.ignoresFailedVerification, breaks: .allArrived, under: booting),
    // A guest that was revived while the driver was dead has written, and runs on.
    Case(.trustsWhatItLeft, breaks: .oneSide, .allArrived, under: booting),
    Case(.forgetsToRestore, breaks: .wayBack, under: booting),
    Case(.leavesLitter, breaks: .wayBack, under: booting),
    Case(.completesWithDeadDestination, breaks: .wayBack, under: booting),
    Case(.hidesLossOfSource, breaks: .wayBack, under: booting),
    Case(.losesGuestOnWish, breaks: .wayBack, under: booting),
    Case(.givesUpWithoutBoot, breaks: .wayBack, under: suspending),
    Case(.dropsDeadline, breaks: .ends, under: booting),
    Case(.waitsForEver, breaks: .ends, under: waiting),
    Case(.putsOffForEver, breaks: .ends, under: suspending),
    Case(.retriesForEver, breaks: .ends, under: booting),
    Case(.noticesPutOffDeadline, breaks: .ends, under: booting),
    Case(.losesEndOfWait, breaks: .value, under: waiting),
    Case(.losesPostCopy, breaks: .value, under: postCopy),
    Case(.losesThrottle, breaks: .value, under: throttling),
    Case(.takesAnything, breaks: .answers, under: booting),
    Case(.ignoresAgreedTime, breaks: .agreedTime, under: waiting),
  ]

  @Test("every flaw", arguments: cases)
  func caught(_ flawed: Case) throws {
    let plan = flawed.plan.plan
    let dies = flawed.flaw == .trustsWhatItLeft
    let rules = WorldRules(plan, remaining: [0, 900], driverMayDie: dies)
    let result = explore(
      try BrokenMachine(flawed.flaw, plan), under: plan, rules: rules, limit: dies ? 60_000 : 20_000)
    #expect(result.brokenLaws == flawed.laws, "\(result.report)")
  }

  @Test("every flaw has its case, and every law a flaw")
  func complete() {
    #expect(BrokenMachineTests.cases.map(\.flaw) == Flaw.allCases)
    #expect(Set(BrokenMachineTests.cases.flatMap(\.laws)).count == Law.agreedTime.rawValue)
  }

  @Test("the path to a breach is told as it happened")
  func path() throws {
    let plan = BrokenMachineTests.suspending.plan
    let result = explore(try BrokenMachine(.startsUnverified, plan), under: plan, limit: 30_000)
    #expect(
      result.report == """
        law 3 (allArrived): the destination is started unverified
          prepareDestination <- begin at 0 s
          prepareDestination <- prepared at 0 s
          pauseGuest <- guestStopped at 0 s
          moveRemaining(disk) <- moved(7) at 0 s
          moveRemaining(memory) <- moved(7) at 0 s
          moveDeviceState <- moved(7) at 0 s
          in a world of: source alive, destination alive, guest paused at the source
        """)
  }
}
