import Foundation
import TestTools
import Testing

/// What is said when the guest runs nowhere, or nobody knows where; and who may command it.
@Suite struct LostGuestTests {
  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.file("one.raw", String(repeating: "0123456789abcdef", count: 1 << 12))
    try bench.file("two.raw", String(repeating: "fedcba9876543210", count: 1 << 12))
    return bench
  }

  @Test("a guest that could not be brought back is down, and only the source is whole") func down()
    async throws
  {
    let bench = try bench()
    let result = try await Program.run(
      "cutover", "run", bench("one.raw"), bench("to.raw"), "--yes", "--strategy", "cold", "--on-pause",
      "true",
      "--on-start", "false", "--on-rollback", "sh -c 'exit 7'")
    #expect(result.status == 74)
    let text = result.output
    #expect(
      text.contains("lost_source_would_not_start: the hook for 'start' (false) ended with exit code 1"),
      "\(text)")
    #expect(text.contains("and then the hook for 'restore'") && text.contains("exit code 7"), "\(text)")
    #expect(text.contains("THE GUEST IS DOWN") && !text.contains("NOBODY KNOWS"), "\(text)")
    #expect(
      text.contains("    \(bench("to.raw")).fleetshift-partial\n    \(bench("to.raw")).fleetshift-journal\n"),
      "\(text)")
    #expect(!text.contains("--on-fence"), "\(text)")
    let status = try await Program.run("cutover", "status", bench("to.raw"))
    #expect(status.output.components(separatedBy: "lost_source_would_not_start").count == 2, "\(status)")
    #expect(status.output.contains("THE GUEST IS DOWN"), "\(status)")
  }

  @Test("what took the destination's name is not among what is to be removed") func foreignDestination()
    async throws
  {
    let bench = try bench()
    let to = bench("to.raw")
    let result = try await Program.run(
      "cutover", "run", bench("one.raw"), to, "--yes", "--strategy", "cold", "--on-pause",
      "sh -c 'echo precious > \(to)'", "--on-start", "true", "--on-rollback", "sh -c 'exit 7'")
    #expect(result.status == 74 && result.output.contains("THE GUEST IS DOWN"), "\(result)")
    for text in [result.output, try await Program.run("cutover", "status", to).output] {
      #expect(text.contains("    \(to).fleetshift-partial\n"), "\(text)")
      #expect(!text.contains("    \(to)\n"), "\(text)")
    }
    #expect(try bench.text("to.raw") == "precious\n")
  }

  @Test("where nobody knows where it runs, every file of every disk is named") func unknown() async throws {
    let bench = try bench()
    let result = try await Program.run(
      "cutover", "run", "--disk", "\(bench("one.raw"))=\(bench("a.raw"))", "--disk",
      "\(bench("two.raw"))=\(bench("b.raw"))", "--yes", "--strategy", "cold", "--on-start", "sleep 60",
      "--hook-timeout", "200 ms")
    #expect(result.status == 74)
    #expect(result.output.contains("NOBODY KNOWS WHERE THE GUEST RUNS"), "\(result)")
    for name in ["a.raw", "b.raw", "a.raw.fleetshift-journal", "b.raw.fleetshift-journal"] {
      #expect(result.output.contains("    \(bench(name))\n"), "\(name): \(result)")
    }
    #expect(result.output.contains("--on-fence"), "\(result)")
  }

  @Test("a guest whose start nobody has noted is not said to be down") func mayHaveStarted() async throws {
    let bench = try bench()
    let to = bench("to.raw")
    let result = try await Program.run(
      "cutover", "run", bench("one.raw"), to, "--yes", "--strategy", "cold", "--on-pause", "true",
      "--on-start", "sh -c 'kill -9 $PPID; sleep 5'")
    #expect(result.status == -SIGKILL, "\(result)")
    let status = try await Program.run("cutover", "status", to)
    #expect(status.status == 3 && status.output.contains("broken off in starting"), "\(status)")
    #expect(status.output.contains("guest      unknown: it may run at the destination\n"), "\(status)")
    let json = try await Program.run("cutover", "status", to, "--json")
    #expect(
      json.output.contains("\"guest_is_down\" : null") && json.output.contains("\"guest\" : \"unknown\""))
    let resumed = try await Program.run("cutover", "resume", to, "--keep", "source")
    #expect(resumed.status == 74, "\(resumed)")
    let lost = try await Program.run("cutover", "status", to, "--json")
    #expect(lost.status == 74 && lost.output.contains("\"guest_is_down\" : null"), "\(lost)")
  }

  @Test("a plan that others may write to names programs that nobody runs") func writablePlan() async throws {
    let bench = try bench()
    let plan = bench("plan.json")
    // As many distributions have it for their users.
    let made = try await Program.shell(
      "umask 002; \"$FLEETSHIFT\" cutover plan one.raw to.raw -o plan.json", in: bench.path)
    #expect(made.status == 0, "\(made)")
    var status = stat()
    #expect(stat(plan, &status) == 0 && status.st_mode & 0o777 == 0o600)
    func refused(_ words: String) async throws {
      let result = try await Program.run("cutover", "apply", plan)
      #expect(result.status == 65 && result.errors.contains(words), "\(result)")
    }
    chmod(plan, 0o620)
    try await refused("others may write to the plan")
    chmod(plan, 0o600)
    if geteuid() == 0 {
      chown(plan, 1000, 1000)
      try await refused("is that of user 1000")
      chown(plan, 0, 0)
    }
    let applied = try await Program.run("cutover", "apply", plan)
    #expect(applied.status == 0, "\(applied)")
  }

  @Test("what is no plan says so, and what is not there says that") func noPlan() async throws {
    let bench = try bench()
    try bench.file("empty.json", "")
    for (path, status, words) in [
      (bench("empty.json"), 65, "is no plan, or one of another version"),
      (bench("none.json"), 66, "there is no plan"),
      (bench.path, 66, "cannot be read: Is a directory"),
    ] as [(String, Int32, String)] {
      let result = try await Program.run("cutover", "apply", path)
      #expect(result.status == status && result.errors.contains(words), "\(result)")
    }
  }

  @Test("a terminal that is hung up suspends it, as SIGTERM does", arguments: [SIGHUP, SIGTERM])
  func hungUp(_ number: Int32) async throws {
    let bench = try bench()
    let to = bench("to.raw")
    // The hook itself sends it, so that it comes while the cutover waits for the hook; on a busy machine it is heard
    // later.
    let result = try await Program.run(
      "cutover", "run", bench("one.raw"), to, "--yes", "--strategy", "cold", "--on-pause",
      "sh -c 'test -e \(to).begun || { touch \(to).begun; kill -\(number) $PPID; sleep 5; }'")
    #expect(result.status == 143 && result.output.contains("suspended"), "\(result)")
    let resumed = try await Program.run("cutover", "resume", to)
    #expect(resumed.status == 0, "\(resumed)")
  }

  @Test("a destination that ends with a slash is a directory, however it is named") func slash() async throws
  {
    let bench = try bench()
    let result = try await Program.run("cutover", "run", "one.raw", "to.raw/", "--yes", in: bench.path)
    #expect(result.status == 64 && result.errors.contains("names a directory"), "\(result)")
  }
}
