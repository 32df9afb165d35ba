import CutoverCore
import Glibc
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

@Suite struct CancellationTests {
  static let phasesBefore: [ImageCutoverProgress.Phase] = [
    .preparing, .copying, .waiting, .stopping, .moving, .resizing, .verifying,
  ]

  private func run(
    cancelledIn phase: ImageCutoverProgress.Phase, _ workshop: Workshop, _ guest: ScriptedGuest
  )
    throws -> ImageCutoverReport
  {
    try Image(workshop["src"], size: 3 << 20, data: [0..<3 << 20])
    var options = ImageCutoverOptions()
    options.resizeTo = .mebibytes(4)
    options.notBefore = monotonicNow() + .seconds(phase == .waiting ? 120 : 0)
    let flag = CancellationFlag()
    let began = monotonicNow()
    let report = try ImageCutover(in: workshop, options: options, guest: guest).run(cancellation: flag) {
      if $0.phase == phase { flag.cancel() }
    }
    #expect(monotonicNow() - began < .seconds(100))
    return report
  }

  @Test("until the destination starts, a cancelled cutover leaves nothing", arguments: phasesBefore)
  func undone(_ phase: ImageCutoverProgress.Phase) throws {
    let workshop = try Workshop()
    let guest = ScriptedGuest()
    let report = try run(cancelledIn: phase, workshop, guest)
    #expect(report.outcome == "cancelled")
    #expect(!report.verified)
    expectOnlySource(workshop)
    let wasStopped = [.stopping, .moving, .resizing, .verifying].contains(phase)
    #expect(guest.commands.contains("restore") == wasStopped)
  }

  @Test("from then on it completes", arguments: [ImageCutoverProgress.Phase.starting, .releasing])
  func completes(_ phase: ImageCutoverProgress.Phase) throws {
    let workshop = try Workshop()
    let report = try run(cancelledIn: phase, workshop, ScriptedGuest())
    #expect(report.outcome == "completed")
    #expect(workshop.names == ["dst", "src"])
  }

  @Test("a suspended one is let go of, though a thread may not have closed its files yet") func letGo() throws
  {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 3 << 20, data: [0..<3 << 20])
    for phase in [ImageCutoverProgress.Phase.copying, .verifying] {
      let flag = CancellationFlag()
      let report = try ImageCutover(in: workshop, files: FaultyFiles(keepsOpen: true)).run(
        cancellation: flag
      ) { if $0.phase == phase { flag.suspend() } }
      #expect(report.isSuspended)
      #expect(try InterruptedCutover(destination: workshop["dst"]).resume().isCompleted)
      unlink(workshop["dst"])
    }
  }

  @Test("a cancelled copy under a rate limit ends at once, and its threads with it") func inTheMiddle() throws
  {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 8 << 20, data: [0..<8 << 20])
    var options = ImageCutoverOptions()
    options.rateLimit = .mebibytesPerSecond(0.1)
    options.blockSize = .kibibytes(16)
    let files = FaultyFiles()
    let flag = CancellationFlag()
    try detachThread {
      sleepFor(.milliseconds(150))
      flag.cancel()
    }
    let report = try ImageCutover(in: workshop, options: options, files: files).run(cancellation: flag)
    #expect(report.outcome == "cancelled")
    // To its end it would be eighty.
    #expect(report.measured.seconds < 40)
    expectOnlySource(workshop)
    sleepFor(.milliseconds(200))
    let writes = files.count(.write, of: .destination)
    sleepFor(.milliseconds(300))
    #expect(files.count(.write, of: .destination) == writes)
  }
}
