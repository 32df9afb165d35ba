import Foundation
import TestTools
import Testing

/// What must not happen behind a user's back.
@Suite struct SurpriseTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test(
    "a prediction does not invent a size that it hangs on",
    arguments: [
      (["--dirty-rate", "60 MiB/s"], "working-set"), (["--kind", "cold", "--disk", "10 GiB"], "allocated"),
      (["--kind", "warm", "--disk", "10 GiB"], "allocated"),
      (
        ["--kind", "warm", "--disk", "10 GiB", "--allocated", "5 GiB", "--disk-writes", "1 MiB/s"],
        "disk-working-set"
      ),
    ])
  func missingSizes(given: [String], missing: String) async throws {
    let refused = try await Program.run(
      Program.path, ["predict", "--link", "1 Gbit/s", "--samples", "2"] + given)
    #expect(refused.status == 65 && refused.output.isEmpty)
    #expect(refused.errors.contains("say \(missing)"), "\(refused.errors)")
    let taken = try await Program.run(
      Program.path,
      ["predict", "--link", "1 Gbit/s", "--samples", "2"] + given + ["--\(missing)", "1 GiB"])
    #expect(taken.status == 0, "\(taken.errors)")
  }

  @Test("a variant that sets what --set sets has the last word, and the user is told") func settings()
    async throws
  {
    let path = bench("two.yaml")
    try """
    scenario: two
    horizon: 5 d
    replications: 1
    fleet:
      sites: [{ name: here, hosts: { count: 4, memory: 64 GiB } }]
      vms: { count: 8, flavor: linode-2gb }
    demand:
      - drain: { hosts: all, work: 30 min, chain: [cold] }
    variants:
      longer: { demand.drain.work: 2 h }
      other: { seed: 5 }
    expect:
      - p95(drains.time) < 10 d
      - p95(drains.time in base) is p95(drains.time) within 1 %
    """
    .write(toFile: path, atomically: true, encoding: .utf8)
    let told = try await Program.run("lint", path)
    #expect(told.status == 0, "\(told.errors)")
    let run = try await Program.run("run", path, "--set", "demand.drain.work=1 h")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("'longer' sets 'demand.drain.work' too") && !run.errors.contains("'other'"))
    func attempts(_ arguments: String...) async throws -> String {
      let result = try await Program.run(Program.path, ["run", path, "--format", "json"] + arguments)
      #expect(result.status == 0, "\(result.errors)")
      // What was set is told; this is of what came of it.
      var object = try #require(
        try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
      object["settings"] = nil
      return String(
        decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
    }
    let longer = try await attempts("--variant", "longer")
    #expect(try await attempts("--variant", "longer", "--set", "demand.drain.work=1 h") == longer)
    #expect(try await attempts("--set", "demand.drain.work=2 h") != (try await attempts()))
    let judged = try await Program.run("run", path, "--variant", "longer")
    #expect(judged.errors.contains("1 of 2 expectations name variants"))
    #expect(judged.output.contains("1 held, 0 broken"))
  }

  @Test("a kept run is not replaced by one of something else") func keptRuns() async throws {
    let (path, folder) = (try bench.tiny(), bench("kept"))
    #expect(try await Program.run("run", path, "--out", folder).status == 0)
    let before = try bench.text("kept/summary.json")
    let other = try await Program.run("run", path, "--variant", "cold", "--out", folder)
    #expect(other.status != 0 && other.errors.contains("holds a run of 'tiny'"), "\(other.errors)")
    #expect(try bench.text("kept/summary.json") == before)
    for (option, words) in [
      (["--seed", "8"], "its seed is 7"), (["--replications", "2"], "it has 3 replications"),
      (["--set", "fleet.vms.count=25"], "its settings are none"),
      (["--until", "ci(total(moves)) < 90 %"], "it has no rule for when to stop"),
    ] {
      let refused = try await Program.run(Program.path, ["run", path, "--out", folder] + option)
      #expect(refused.status == 5 && refused.errors.contains(words), "\(refused)")
      #expect(refused.errors.contains("\n  help: name another folder, or remove that one"))
    }
    #expect(try bench.text("kept/summary.json") == before)
    #expect(try await Program.run("run", path, "--out", folder).status == 0)
    #expect(try bench.text("kept/summary.json") == before)
    let sweep = ["sweep", path, "--replications", "1", "--out", bench("swept"), "--over"]
    #expect(try await Program.run(Program.path, sweep + ["limits.host-out=1,2"]).status == 0)
    let points = try await Program.run(Program.path, sweep + ["limits.host-out=1,3"])
    #expect(points.status == 5 && points.errors.contains("its points are others"), "\(points)")
    #expect(try await Program.run(Program.path, sweep + ["limits.host-out=1,2"]).status == 0)
  }

  @Test("a folder that cannot be is refused in the system's words", arguments: ["run", "sweep"])
  func folders(command: String) async throws {
    let path = try bench.tiny()
    let over = command == "sweep" ? ["--over", "limits.host-out=1,2"] : []
    // Nobody, not even root, makes a folder in /proc.
    for (folder, words) in [("/proc/fleetshift", "No such file or directory"), (path, "is no folder")] {
      let result = try await Program.run(Program.path, [command, path, "--out", folder] + over)
      #expect(result.status == 74 && result.errors.contains(words), "\(result)")
      #expect(!result.errors.contains("Cocoa") && !result.errors.contains("’"), "\(result)")
    }
    #expect(try bench.contents == ["tiny.yaml"])
  }

  @Test("a pipe is written as it is, and a folder is refused") func outputs() async throws {
    let path = try bench.tiny()
    #expect(mkfifo(bench("pipe"), 0o600) == 0)
    let piped = try await Program.shell(
      "timeout 60 cat \(bench("pipe")) > \(bench("got")) & \"$FLEETSHIFT\" trace \(path) -o \(bench("pipe")); wait"
    )
    #expect(piped.status == 0, "\(piped.errors)")
    #expect(try bench.text("got").contains("traceEvents"))
    var status = stat()
    #expect(stat(bench("pipe"), &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    let folder = try await Program.run("trace", path, "-o", bench("."))
    #expect(folder.status == 74 && folder.errors.contains("it is a folder"), "\(folder.errors)")
    let nowhere = try await Program.run("trace", path, "-o", bench("no/such/trace.json"))
    #expect(nowhere.status == 74 && nowhere.errors.contains("No such file"), "\(nowhere.errors)")
  }

  @Test("a file that is no nova.conf is none", arguments: ["", "scenario: mine\n", "a = 1\n"])
  func novaConf(text: String) async throws {
    try text.write(toFile: bench("some.conf"), atomically: true, encoding: .utf8)
    let refused = try await Program.run("import", "nova", bench("some.conf"))
    #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.output)")
    #expect(refused.errors.contains("[libvirt]"))
  }
}
