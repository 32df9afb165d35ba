import Foundation
import TestTools
import Testing

@Suite struct CalibrateTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// A fleet whose figures are known: streams of 300 MB/s in the median, 6 resizes a day, 35 % of large plans.
  private func fleet(stream: String, rate: String, large: String, rest: String, name: String) throws -> String
  {
    try bench.file(
      name,
      """
      # A synthetic fleet.
      scenario: synthetic
      horizon: 30 d
      seed: 3
      replications: 8
      fleet:
        sites:
          - name: here
            hosts: { count: 8, memory: 128 GiB, nic: 25 Gbit/s, pool: { read: 5 GB/s, write: 5 GB/s } }
        vms:
          count: 60
          flavor: { linode-2gb: \(rest), linode-8gb: \(large) }   # the mix
          disk: { image: thick, writes: { lognormal: { median: 5 kB/s, sigma: 1, max: 1 MB/s } } }
      mechanics: { prepare: 5 s, stream-rate: { lognormal: { median: \(stream), sigma: 0.2 } } }
      demand:
        - resize: { rate: \(rate), up: 50 %, chain: [warm, cold] }   # how many
      expect:
        - total(completed) > 1
        - total(completed) is 91 within 1 %
      """)
  }

  private let free = [
    "--free", "mechanics.stream-rate.lognormal.median=100..800 MB/s", "--free",
    "demand.resize.rate=2..12 / d",
    "--free", "fleet.vms.flavor.linode-8gb=10..70 %", "--rest", "fleet.vms.flavor.linode-2gb",
  ]

  private func totals(_ path: String, seed: Int) async throws -> [Double] {
    let result = try await Program.run(
      "run", path, "--seed", "\(seed)", "--replications", "1", "--format", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let totals = try #require(object["totals"] as? [String: Any])
    return try ["completed", "transferred_bytes", "downtime_saved_seconds"].map { key in
      try #require((totals[key] as? [String: Any])?["mean"] as? Double)
    }
  }

  @Test("a fleet of known figures: one history of it is enough to find them, within their errors")
  func synthetic()
    async throws
  {
    let truth = try fleet(stream: "300 MB/s", rate: "6 / d", large: "35 %", rest: "65 %", name: "truth.yaml")
    let observed = try await totals(truth, seed: 99)
    let unknown = try fleet(
      stream: "600 MB/s", rate: "10 / d", large: "20 %", rest: "80 %", name: "unknown.yaml")
    let targets = [
      "--target", "total(completed) = \(observed[0]) within 0.5 %",
      "--target", "total(transferred) = \(observed[1] / 1e9) GB within 0.5 %",
      "--target", "total(saved) = \((observed[2] / 3.6).rounded() / 1000) h within 0.5 %",
    ]
    let before = try bench.text("unknown.yaml")
    let result = try await Program.run(
      Program.path, ["calibrate", unknown, "-o", bench("fitted.yaml"), "--format", "json"] + free + targets)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    let fit = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(fit["schema"] as? String == "fleetshift.calibration/1")
    let parameters = try #require(fit["parameters"] as? [[String: Any]])
    for (parameter, truth) in zip(parameters, [300.0, 6]) {
      let value = try #require(parameter["value"] as? Double)
      let error = try #require(parameter["standard_error"] as? Double)
      #expect(abs(value - truth) <= 2 * error, "\(parameter)")
      #expect(error < truth / 4, "\(parameter)")
    }

    // Resizes up and down soon make any mix the same one, so so small a fleet does not tell it.
    #expect(parameters.count == 3 && parameters[2]["standard_error"] == nil)

    // The file is the scenario with other figures, and comes to the targets as it stands.
    let fitted = try bench.text("fitted.yaml")
    #expect(fitted.hasPrefix("# Calibrated from unknown.yaml by fleetshift "))
    for line in before.split(separator: "\n")
    where !line.contains("60") && !line.contains(" d,") && !line.contains("%,") {
      #expect(fitted.contains(line), "\(line)")
    }
    #expect(fitted.contains("}   # the mix\n") && fitted.contains("}   # how many\n"))
    let again = try await Program.run("run", bench("fitted.yaml"), "--format", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
    let completed = try #require(
      ((object["totals"] as? [String: Any])?["completed"] as? [String: Any])?["mean"] as? Double)
    #expect(abs(completed - observed[0]) <= 0.005 * observed[0])

    let there = try await Program.run(
      Program.path, ["calibrate", unknown, "-o", bench("fitted.yaml")] + free + targets)
    #expect(there.status == 64 && there.errors.contains("exists already"), "\(there)")
    #expect(try bench.text("fitted.yaml") == fitted)
    #expect(try bench.text("unknown.yaml") == before)
  }

  @Test("expectations are the targets where none are given; a target that is missed ends with 2")
  func expectations()
    async throws
  {
    let path = try fleet(stream: "300 MB/s", rate: "10 / d", large: "35 %", rest: "65 %", name: "fleet.yaml")
    let met = try await Program.run(
      "calibrate", path, "--free", "demand.resize.rate=2..12 / d", "--replications", "4")
    #expect(met.status == 0, "\(met)")
    for words in ["1 free parameter, 1 target", "total(completed) is 91 within 1 %", "All targets are met."] {
      #expect(met.output.contains(words), "\(met.output)")
    }
    #expect(met.output.split(separator: "\n").allSatisfy { $0.count <= 110 }, "\(met.output)")
    let missed = try await Program.run(
      "calibrate", path, "--free", "demand.resize.rate=8..12 / d", "--replications", "4", "--format",
      "markdown")
    #expect(missed.status == 2 && missed.output.contains("No target is met"), "\(missed)")
    #expect(missed.output.contains("lies at an end of its range"))
    let idle = try await Program.run(
      "calibrate", path, "--free", "demand.resize.rate=2..12 / d", "--free", "fleet.vms.boot=10..20 s",
      "--set",
      "fleet.vms.boot=15 s", "--replications", "4")
    #expect(idle.output.contains("1 target cannot tell 2 parameters apart"), "\(idle)")
    #expect(idle.output.contains("fleet.vms.boot has no bearing on the targets"))
  }

  @Test(
    "what is wrong is said once, with a remedy, and nothing is written",
    arguments: [
      ([], 64, "Say what is to be fitted"),
      (["--free", "fleet.vms.count=20..40"], 64, "whole numbers"),
      (["--free", "demand.resize.rat=2..12 / d"], 64, "did you mean"),
      (["--free", "demand.resize.rate=2..12 GB"], 64, "same kind of unit"),
      (["--free", "demand.resize.rate=-5..12 / d"], 65, "--free demand.resize.rate"),
      (["--free", "fleet.vms.flavor.linode-8gb=10..70 %"], 64, "--rest 'fleet.vms.flavor.linode-2gb'"),
      (["--free", "mechanics.stream-rate=1..2 GB/s"], 64, "mechanics.stream-rate.lognormal"),
      (["--free", "demand.resize.rate=2..12 / d", "--target", "total(completed) >= 3"], 64, "to be met"),
      (
        ["--free", "demand.resize.rate=2..12 / d", "--target", "total(moves of hot) = 3"], 64, "called 'hot'"
      ),
      (
        ["--free", "demand.resize.rate=2..12 / d", "--target", "p95(pause of live) = 3 s"], 64,
        "there is nothing of"
      ),
      (
        ["--free", "demand.resize.rate=2..12 / d", "-o", "/nowhere/at/all.yaml", "--threads", "0"], 64,
        "--threads"
      ),
    ] as [([String], Int32, String)])
  func mistakes(options: [String], status: Int32, words: String) async throws {
    let path = try fleet(stream: "300 MB/s", rate: "10 / d", large: "35 %", rest: "65 %", name: "fleet.yaml")
    let result = try await Program.run(
      Program.path,
      ["calibrate", path, "--replications", "2", "-o", bench("out.yaml")].prefix(
        options.contains("-o") ? 4 : 6)
        + options)
    #expect(result.status == status, "\(result)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(try bench.contents == ["fleet.yaml"])
  }
}
