import CutoverCore
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

/// A driver that takes up, or undoes, what another one left, and cannot write to the journal: a full disk, say.
@Suite struct ReturnFaultTests {
  /// One pass while the guest runs, and one in the outage; no step may take long.
  private static let brief = Fixed(
    plan: CutoverPlan(
      strategy: "brief", media: [.disk],
      replication: [ReplicationStage(.disk, ConvergenceRules(until: .passes(1)))],
      stop: .shutDown(patience: .seconds(60), ifIgnored: .fail), start: .boot,
      deadlines: CutoverDeadlines(step: .seconds(20))))

  static let phases: [ImageCutoverProgress.Phase] = [.preparing, .copying, .moving, .verifying]

  @Test(
    "it goes back at once, whatever it was asked for, and leaves nothing", arguments: phases, [true, false])
  func noJournal(_ phase: ImageCutoverProgress.Phase, isUndone: Bool) throws {
    for write in 1...2 {
      let workshop = try Workshop()
      try Image(workshop["src"], size: 3 << 20, data: [0..<3 << 20])
      let flag = CancellationFlag()
      let guest = ScriptedGuest()
      let first = try ImageCutover(in: workshop, Self.brief, guest: guest).run(cancellation: flag) {
        if $0.phase == phase { flag.suspend() }
      }
      try #require(first.isSuspended, "\(first)")
      let files = FaultyFiles(.write, of: .journal, at: write == 1 ? nil : write, .error(.noSpace))
      let interrupted = try InterruptedCutover(destination: workshop["dst"], files: files)
      let report =
        try isUndone ? interrupted.rollBack(guest: guest) : interrupted.resume(guest: guest)
      let isTooLate = isUndone && write > 1
      #expect(report.outcome == (isTooLate ? "cancelled" : "failed_destination_full"), "\(write): \(report)")
      // Whoever was told to stop goes on.
      #expect(guest.commands.last == "restore" || !guest.commands.contains("shutDown"), "\(guest.commands)")
      #expect(report.measured.seconds < 15, "\(write): \(report)")
      expectOnlySource(workshop)
    }
  }
}
