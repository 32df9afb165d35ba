import CLinux
import CutoverCore
import Glibc
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

/// Hooks against the deadlines of the machine, and what they leave in memory.
@Suite struct HookTests {
  private func guest(_ hooks: GuestHooks) -> HookedGuest {
    HookedGuest(hooks, source: "/a", destination: "/b", strategy: "warm")
  }

  private func shell(_ line: String) -> [String] { ["/bin/sh", "-c", line] }

  private func run(
    _ workshop: Workshop, patience: Duration = .milliseconds(100), _ hooks: GuestHooks
  ) throws -> ImageCutoverReport {
    try Image(workshop["src"], size: 1 << 20, data: [0..<65_536])
    var cutover = ImageCutover(
      source: workshop["src"], destination: workshop["dst"], strategy: Warm(shutdownPatience: patience))
    cutover.options.hooks = hooks
    return try cutover.run()
  }

  @Test("a guest that takes longer to stop than the strategy would wait has the time of its hook")
  func slowStop()
    throws
  {
    let workshop = try Workshop()
    let report = try run(workshop, GuestHooks(onPause: shell("sleep 0.5"), timeout: .seconds(60)))
    #expect(report.isCompleted, "\(report)")
  }

  @Test("a hook that the kernel could not run is refused before anything is begun") func unrunnable() throws {
    let workshop = try Workshop()
    func flaw(_ text: String) throws -> String? {
      let path = workshop["hook"]
      unlink(path)
      let file = open(path, O_WRONLY | O_CREAT, 0o755)
      let bytes = Array(text.utf8)
      try #require(file >= 0 && write(file, bytes, bytes.count) == bytes.count && close(file) == 0)
      do throws(ImageCutoverError) {
        try GuestHooks(onPause: [path, "x"]).check()
        return nil
      } catch {
        #expect(error.exitCode == 66)
        return error.message
      }
    }
    for sound in ["#!/bin/sh\nexit 0\n", "#! /bin/sh -e\n", "#!\t/usr/bin/env  sh", "#!/bin/sh\n\r\n"] {
      #expect(try flaw(sound) == nil)
    }
    for program in ["/bin/sh", "true"] {
      #expect(throws: Never.self) { try GuestHooks(onPause: [program]).check() }
    }
    for (text, words) in [
      ("#!/bin/sh\r\nexit 0\r\n", "carriage return"), ("#!/bin/sh -e\r\n", "carriage return"),
      ("#!/no/such/interp\n", "is a script for '/no/such/interp'"), ("#!/bin\n", "is a script for '/bin'"),
      ("echo no shebang\n", "does not begin with '#!'"), ("", "does not begin with '#!'"),
      ("#!\n/bin/sh", "names no interpreter"),
    ] {
      #expect(try flaw(text)?.contains(words) == true, "\(text)")
    }
  }

  @Test("every step that a hook does has the hook's time, and more") func deadlines() throws {
    let request = MigrationRequest(guest: GuestFacts(diskVirtual: Bytes(1), diskAllocated: Bytes(1)))
    for strategy in [Warm(), Reboot(), Cold()] as [any MigrationStrategy] {
      var plan = try strategy.plan(for: request)
      let before = plan
      plan.giveTime(to: GuestHooks(onPause: ["true"], timeout: .milliseconds(200)))
      #expect(plan == before, "what a strategy allows is not shortened")
      plan.giveTime(to: GuestHooks(onPause: ["true"], timeout: .hours(30)))
      guard case .shutDown(let patience, _) = plan.stop else {
        Issue.record("\(plan.stop)")
        continue
      }
      for time in [patience, plan.deadlines.step, plan.deadlines.start, plan.deadlines.outage] {
        #expect(time > .hours(30))
      }
      #expect(throws: Never.self) { try plan.validate() }
    }
  }

  @Test("a stop that had to be killed is a failure, and the source is brought back") func hangingStop() throws
  {
    let workshop = try Workshop()
    let hooks = GuestHooks(
      // What brings it back has the same time, and a machine may be busy.
      onPause: ["sleep", "60"], onRollback: ["touch", workshop["back"]], timeout: .seconds(5))
    let report = try run(workshop, patience: .seconds(60), hooks)
    #expect(report.outcome == "failed_guest", "\(report)")
    #expect(report.hooks.map(\.action) == ["shut-down", "restore"])
    #expect(report.hooks.first?.timedOut == true)
    #expect(workshop.names == ["back", "src"])
  }

  @Test("a start that ends by itself when it is told to may have started the guest: nobody can say")
  func politeStart()
    throws
  {
    let workshop = try Workshop()
    let hooks = GuestHooks(
      onStart: shell("trap 'exit 1' TERM; sleep 60 & wait"), timeout: .milliseconds(300))
    let report = try run(workshop, hooks)
    #expect(report.outcome == "lost_destination_unknown", "\(report)")
    #expect(workshop.names.contains("dst"))
  }

  /// Ends with this code, and only because it is told to.
  private func polite(_ code: Int) -> [String] { shell("trap 'exit \(code)' TERM; sleep 60 & wait") }

  @Test("who ends well only when told to end has stopped nobody, and brought nobody back") func politeStop()
    throws
  {
    let workshop = try Workshop()
    let hooks = GuestHooks(onPause: polite(0), onRollback: ["true"], timeout: .seconds(2))
    let report = try run(workshop, hooks)
    #expect(report.outcome == "failed_guest", "\(report)")
    #expect(report.detail?.contains("was not done in time") == true, "\(report)")
    #expect(
      report.hooks.map(\.status) == [0, 0] && report.hooks.map(\.isDone) == [false, true], "\(report)")
    let other = try Workshop()
    let back = GuestHooks(onPause: ["false"], onRollback: polite(0), timeout: .seconds(2))
    #expect(try run(other, back).outcome == "lost_source_would_not_start")
  }

  @Test("nor has it started anybody, or is a fence of any worth") func politeStartAndFence() throws {
    let workshop = try Workshop()
    let alone = try run(workshop, GuestHooks(onStart: polite(0), timeout: .seconds(2)))
    #expect(alone.outcome == "lost_destination_unknown", "\(alone)")
    for code in [0, 10] {
      let workshop = try Workshop()
      let fenced = try run(
        workshop, GuestHooks(onStart: ["false"], onFence: polite(code), timeout: .seconds(2)))
      #expect(fenced.outcome == "lost_destination_unknown", "\(code): \(fenced)")
      #expect(workshop.names.contains("dst"))
    }
  }

  @Test("what a start came to decides what a fence may say") func fencing() throws {
    func fence(_ line: String) throws -> Bool {
      let guest = guest(GuestHooks(onStart: shell(line), timeout: .seconds(30)))
      try? guest.start(.boot, at: "/b")
      return try guest.fence()
    }
    #expect(try fence("exit 3"), "it failed by itself")
    #expect(try !fence("exit 0"), "it runs there")
    #expect(throws: HookFailure.self) { try fence("kill -9 $$") }
    // A program that was never there has started nobody.
    let none = guest(GuestHooks(onStart: ["fleetshift-has-no-such-program"], timeout: .seconds(30)))
    #expect(throws: HookFailure.self) { try none.start(.boot, at: "/b") }
    #expect(try none.fence())
  }

  @Test("of what a hook says 64 KiB are kept, and no more is held") func output() throws {
    let guest = guest(GuestHooks(onPause: shell("yes 0123456 | head -c 20000000; yes e | head -c 70000 >&2")))
    try guest.pause()
    let run = try #require(guest.hookRuns.first)
    #expect(run.output.utf8.count == 65_536 && run.output.hasPrefix("0123456\n0123456\n"))
    #expect(run.errors.utf8.count == 65_536)

    let file = linux_memory_file("test")
    defer { close(file) }
    let piece = [UInt8](repeating: 7, count: 1 << 20)
    for _ in 0..<8 { #expect(write(file, piece, piece.count) == piece.count) }
    func held() -> Int {
      var status = stat()
      fstat(file, &status)
      return Int(status.st_blocks) * 512
    }
    linux_trim(file, 65_536, 16 << 20)
    #expect(held() >= 8 << 20, "it may have so much")
    linux_trim(file, 65_536, 1 << 20)
    #expect(held() <= 65_536)
    linux_close_for_growth(file)
    #expect(write(file, piece, piece.count) == -1 && errno == EPERM)
  }
}
