import Foundation
import TestTools
import Testing

/// `predict` and `profile` as a user meets them.
@Suite struct PredictTests {
  private static let guest = [
    "--memory", "8 GiB", "--workload", "3 GiB", "--dirty-rate", "60 MiB/s", "--working-set", "1 GiB",
    "--link", "1 Gbit/s", "--samples", "40",
  ]

  private static func predict(_ arguments: [String]) async throws -> Program.Outcome {
    try await Program.run(Program.path, ["predict"] + arguments)
  }

  @Test("options say it all: what it comes to, the rounds, what holds it back") func options() async throws {
    let result = try await Self.predict(Self.guest)
    #expect(result.status == 0 && result.errors.isEmpty)
    for words in [
      "One live-ram migration on qemu-tcg", "It completes.", "Held back by: the link.", "total time",
      "hypervisor pause", "network gap", "round", "dirtied",
    ] { #expect(result.output.contains(words), "\(words)") }
  }

  @Test("what holds it back where it is neither the link nor the guest") func heldBack() async throws {
    // Looking at what is empty takes as long over any link.
    let empty = try await Self.predict([
      "--memory", "8 GiB", "--workload", "512 MiB", "--link", "10 Gbit/s", "--samples", "4",
    ])
    #expect(empty.output.contains("Held back by: the scan of zero pages, which takes 7."), "\(empty.output)")
    let slow = try await Self.predict([
      "--memory", "8 GiB", "--dirty-rate", "0 B/s", "--link", "1 B/s", "--samples", "4",
    ])
    #expect(
      slow.output.contains("Held back by: the link: not even the first round ends in time."), "\(slow.output)"
    )
    #expect(!slow.output.contains("the guest, which writes faster"))
  }

  @Test("a file says the same as options, and an option replaces what it says") func file() async throws {
    let bench = try Workbench()
    let path = bench("guest.yaml")
    try """
    memory: 8 GiB
    workload: 3 GiB
    dirty-rate: 60 MiB/s
    working-set: 1 GiB
    link: 10 Gbit/s
    """.write(toFile: path, atomically: true, encoding: .utf8)
    let options = try await Self.predict(Self.guest)
    let file = try await Self.predict([path, "--link", "1 Gbit/s", "--samples", "40"])
    #expect(file.output == options.output && file.status == 0)
    let set = try await Self.predict([path, "--set", "link=1 Gbit/s", "--samples", "40"])
    #expect(set.output == options.output)
    #expect(try await Self.predict([path, "--samples", "40"]).output != options.output)
  }

  @Test("without a migration there is no prediction, and an idle guest is said to be one") func idle()
    async throws
  {
    let bare = try await Self.predict([])
    #expect(bare.status == 64 && bare.output.isEmpty && bare.errors.contains("predict --help"), "\(bare)")
    let idle = "It writes nothing: --dirty-rate is not given."
    let silent = try await Self.predict(["--memory", "8 GiB", "--samples", "4"])
    #expect(silent.status == 0 && silent.output.contains(idle), "\(silent)")
    for given in [Self.guest, ["--memory", "8 GiB", "--dirty-rate", "0 B/s", "--samples", "4"]] {
      let result = try await Self.predict(given)
      #expect(result.status == 0 && !result.output.contains("It writes nothing"), "\(result)")
    }
    let warm = try await Self.predict(
      ["--kind", "warm", "--disk", "10 GiB", "--allocated", "5 GiB", "--samples", "4"])
    #expect(warm.output.contains("It writes nothing to its disk: --disk-writes is not given."), "\(warm)")
  }

  @Test("a working set fits into the workload") func workingSet() async throws {
    let options = ["--memory", "8 GiB", "--dirty-rate", "60 MiB/s", "--samples", "4", "--workload"]
    let wrong = try await Self.predict(options + ["3 GiB", "--working-set", "5 GiB"])
    #expect(wrong.status == 65 && wrong.output.isEmpty, "\(wrong)")
    #expect(wrong.errors.contains("the working set does not fit into the workload: 5 GiB into 3 GiB"))
    #expect(try await Self.predict(options + ["5 GiB", "--working-set", "5 GiB"]).status == 0)
    let measured = try await Self.predict(
      options + ["3 GiB", "--working-set", "5 GiB", "--set", "used=6 GiB"])
    #expect(measured.status == 0, "\(measured)")
  }

  @Test("JSON has the figures and their intervals") func json() async throws {
    let result = try await Self.predict(Self.guest + ["--format", "json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "fleetshift.forecast/1")
    let forecast = try #require(object["forecast"] as? [String: Any])
    #expect(forecast["completion"] as? Double == 1 && forecast["bottleneck"] as? String == "link")
    let time = try #require(forecast["totalTime"] as? [String: Double])
    let quantiles = try ["low", "median", "high"].map { try #require(time[$0]) }
    #expect(quantiles == quantiles.sorted())
    #expect(forecast["postCopy"] == nil)
  }

  @Test("a post-copy says what a fault costs") func postCopy() async throws {
    let result = try await Self.predict(Self.guest + ["--set", "post-copy-after-rounds=1"])
    #expect(result.output.contains("After the switchover the guest lacks pages for"), "\(result.output)")
  }

  @Test("a sweep has a row per step, and finds its cliff") func sweep() async throws {
    let result = try await Self.predict(
      Self.guest + ["--set", "timeout=10 min", "--sweep", "dirty-rate=40..160 MiB/s/3"])
    #expect(result.status == 0)
    for words in ["  40 MiB/s", "  80 MiB/s", " 120 MiB/s", " 160 MiB/s", "The cliff is at dirty-rate 1"] {
      #expect(result.output.contains(words), "\(result.output)")
    }
    let json = try await Self.predict(
      Self.guest + ["--set", "timeout=10 min", "--sweep", "dirty-rate=40..160 MiB/s/3", "--format", "json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((object["points"] as? [Any])?.count == 4 && object["cliff"] is [String: Any])
  }

  @Test("every key is listed with its default") func keys() async throws {
    let result = try await Self.predict(["--keys"])
    #expect(
      result.status == 0 && result.output.contains("downtime-limit") && result.output.contains("300 ms"))
  }

  @Test(
    "a mistake is named where it was made, and ends with 65",
    arguments: [
      (["--set", "x=1"], "--set x:1:1: error: unknown key 'x'"),
      (["--set", "link=fast"], "--set link:1:1: error: 'fast' does not begin with a number"),
      (["--link", "fast"], "--link:1:1: error: 'fast' does not begin with a number"),
      (["--sweep", "x=1..2"], "--sweep x:1:1: error: unknown key 'x'"),
      (["--memory", "1 GiB", "--workload", "2 GiB"], "the workload does not fit into the guest's memory"),
    ])
  func mistakes(arguments: [String], words: String) async throws {
    let result = try await Self.predict(arguments)
    #expect(result.status == 65 && result.output.isEmpty, "\(result)")
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test(
    "a wrong command line ends with 64",
    arguments: [
      ["--samples", "0"], ["--set", "x"], ["--set", "=1"], ["--sweep", "dirty-rate"],
      ["--sweep", "dirty-rate=1..1"], ["--sweep", "dirty-rate=1 MiB/s..2 GiB/s"],
      ["--sweep", "dirty-rate=1..2/0"], ["--format", "xml"],
    ])
  func usage(arguments: [String]) async throws {
    let result = try await Self.predict(arguments)
    #expect(result.status == 64 && result.output.isEmpty, "\(result)")
  }

  @Test("a profile that is none is answered with those that are") func profiles() async throws {
    for command in [["profile", "nosuch"], ["predict", "--profile", "nosuch"]] {
      let result = try await Program.run(Program.path, command)
      #expect(result.status == 66 && result.output.isEmpty)
      #expect(result.errors.contains("no profile is called 'nosuch'; there are: qemu-tcg, qemu-kvm-thesis"))
    }
    let file = try await Self.predict(["--profile", "none.yaml"])
    #expect(file.status == 66 && file.errors.contains("cannot read 'none.yaml'"))
    let listed = try await Program.run("profile")
    #expect(listed.output.contains("qemu-tcg") && listed.output.contains("forklift-mtv"))
    let written = try await Program.run("profile", "xen-clark")
    #expect(written.output.hasPrefix("profile: xen-clark\n"))
  }

  @Test("a file that is not there ends with 66") func missing() async throws {
    let result = try await Self.predict(["none.yaml"])
    #expect(result.status == 66 && result.errors.contains("cannot read 'none.yaml'"))
  }
}
