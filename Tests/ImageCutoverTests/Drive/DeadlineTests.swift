import CutoverCore
import Glibc
import MigrationStrategies
import Quantities
import TestTools
import Testing

@testable import ImageCutover

@Suite struct DeadlineTests {
  private func slow() -> ImageCutoverOptions {
    var options = ImageCutoverOptions()
    options.rateLimit = .mebibytesPerSecond(0.5)
    return options
  }

  @Test("a copy that outlives the attempt is undone") func attempt() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 8 << 20, data: [0..<8 << 20])
    let report = try ImageCutover(in: workshop, Warm(timeout: .seconds(2)), options: slow()).run()
    #expect(report.outcome == "timed_out")
    #expect(report.detail == "copying was not done by its deadline")
    // All of it would take sixteen.
    #expect((2..<15).contains(report.measured.seconds))
    #expect(report.measured.pauseSeconds == 0)
    expectOnlySource(workshop)
  }

  @Test("a guest that writes faster than the copy is given up") func notConverging() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 8 << 20, data: [0..<8 << 20])
    var options = ImageCutoverOptions()
    options.rateLimit = .mebibytesPerSecond(10)
    options.rehearsal = RehearsalOptions(rate: .mebibytesPerSecond(60))
    let report = try ImageCutover(in: workshop, Warm(rest: Bytes(4096), maxPasses: 3), options: options).run()
    #expect(report.outcome == "not_converging", "\(report)")
    #expect(report.passes.count == 3)
    expectOnlySource(workshop)
  }

  @Test("an ignored shutdown ends it, or the plug is pulled, as the plan says") func ignoredShutdown() throws
  {
    for (policy, outcome) in [(IgnoredShutdown.fail, "shutdown_ignored"), (.powerOff, "completed")] {
      let workshop = try Workshop()
      try Image(workshop["src"], size: 100_000, data: [0..<100_000])
      let hold = Monitor(true)
      let guest = ScriptedGuest { if $0 == "shutDown" { hold.wait { !$0 } } }
      let strategy = Cold(shutdownPatience: .seconds(2), ifShutdownIgnored: policy)
      let report = try ImageCutover(in: workshop, strategy, guest: guest).run()
      hold.withLock { $0 = false }
      #expect(report.outcome == outcome)
      #expect(
        guest.commands == ["shutDown", policy == .fail ? "restore" : "powerOff"]
          + (policy == .fail ? [] : ["start"]))
      #expect(workshop.names == (policy == .fail ? ["src"] : ["dst", "src"]))
    }
  }

  @Test(
    "a disk that hangs in the outage does not keep the guest down", arguments: DiskFormat.allCases,
    [FaultyFiles.Call.read, .status])
  func hangingDisk(format: DiskFormat, call: FaultyFiles.Call) throws {
    let workshop = try Workshop()
    try Image(workshop["raw"], size: 1 << 20, data: [0..<100_000])
    var move = ImageMove(
      source: workshop["raw"], destination: workshop["src"], sourceFormat: .raw, destinationFormat: format)
    #expect(try ImageCutover([move], strategy: Cold()).run().isCompleted)
    unlink(workshop["raw"])
    let hold = Monitor(true)
    let guest = ScriptedGuest()
    // What the image is asked before, such as its format, is not in the outage; in it, and behind it, nothing answers.
    let files = FaultyFiles(
      call, of: .source, at: nil, .first { if guest.commands.contains("shutDown") { hold.wait { !$0 } } })
    move = ImageMove(
      source: workshop["src"], destination: workshop["dst"], sourceFormat: format, destinationFormat: .raw)
    // A busy machine takes its time until the guest is told.
    var cutover = ImageCutover([move], strategy: Cold(timeout: .seconds(1)))
    cutover.guest = guest
    cutover.files = files
    let report = try cutover.run()
    #expect(report.outcome == "timed_out", "\(report)")
    #expect(guest.commands == ["shutDown", "restore"])
    expectOnlySource(workshop)
    hold.withLock { $0 = false }
  }

  @Test("a destination whose making hangs leaves nothing once it wakes") func hangingCreation() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100_000, data: [0..<100_000])
    let hold = Monitor(true)
    let files = FaultyFiles(.create, of: .destination, .first { hold.wait { !$0 } })
    var plan = try Cold().plan(
      for: MigrationRequest(guest: GuestFacts(diskVirtual: .zero, diskAllocated: .zero)))
    plan.deadlines.step = .milliseconds(100)
    let report = try ImageCutover(in: workshop, Fixed(plan: plan), files: files).run()
    #expect(report.outcome == "timed_out")
    // The journal's is among them. Before the new image is made nothing is there either.
    let removed = files.count(.remove, of: .directory)
    hold.withLock { $0 = false }
    eventually { files.count(.remove, of: .directory) > removed && workshop.names == ["src"] }
    #expect(files.count(.remove, of: .directory) > removed)
    expectOnlySource(workshop)
  }

  @Test("the guest is not stopped before the agreed time") func notBefore() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100_000, data: [0..<100_000])
    let agreed = monotonicNow() + .milliseconds(300)
    var options = ImageCutoverOptions()
    options.notBefore = agreed
    let stopped = Monitor(Instant.zero)
    let guest = ScriptedGuest { if $0 == "shutDown" { stopped.withLock { $0 = monotonicNow() } } }
    let report = try ImageCutover(in: workshop, Reboot(), options: options, guest: guest).run()
    #expect(report.outcome == "completed")
    #expect(stopped.withLock { $0 } >= agreed)
  }

  @Test("a rate limit holds while the guest runs, and not in the outage") func rateLimit() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 4 << 20, data: [0..<4 << 20])
    var options = ImageCutoverOptions()
    options.rateLimit = .mebibytesPerSecond(4)
    options.blockSize = .kibibytes(64)
    let warm = try ImageCutover(in: workshop, options: options).run()
    #expect(warm.passes[0].seconds > 0.9)
    unlink(workshop["dst"])
    options.rateLimit = .mebibytesPerSecond(0.125)
    let cold = try ImageCutover(in: workshop, Cold(), options: options).run()
    // By the limit it would be half a minute.
    #expect(cold.passes[0].seconds < 15)
  }
}
