import Foundation
import TestTools
import Testing

@Suite struct CutoverFormatTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  static let hasQEMU = ChildProcess.canRun("qemu-img") && ChildProcess.canRun("qemu-io")

  private func image(_ name: String, megabytes: Int = 8, seed: UInt8 = 1) throws -> String {
    let path = try bench.file(name, "")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.write(contentsOf: Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) &+ seed }))
    try handle.truncate(atOffset: UInt64(megabytes) << 20)
    try handle.close()
    return path
  }

  private func data(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  @Test(
    "dirty passes from and to every format: QEMU finds both sides equal, and ours sound",
    .enabled(if: hasQEMU, "qemu-img is not there"))
  func differential() async throws {
    let raw = try image("disk.raw")
    let result = try await Program.shell(
      """
      set -e
      cd '\(bench.path)'
      "$FLEETSHIFT" cutover run disk.raw a.qcow2 --yes > log
      qemu-img compare -f raw -F qcow2 disk.raw a.qcow2
      qemu-img check -q a.qcow2
      "$FLEETSHIFT" cutover run a.qcow2 b.vhd --yes --rehearse-writes '2 MiB/s' --rate-limit '1 MB/s' >> log
      grep -q 'none lost' log
      qemu-img compare -f qcow2 -F vpc a.qcow2 b.vhd
      "$FLEETSHIFT" cutover run b.vhd c.raw --yes --rehearse-writes '2 MiB/s' --rate-limit '1 MB/s' >> log
      qemu-img compare -f vpc -F raw b.vhd c.raw
      "$FLEETSHIFT" cutover run b.vhd d.img --destination-format qcow2 --yes >> log
      qemu-img compare -f vpc -F qcow2 b.vhd d.img
      "$FLEETSHIFT" cutover verify d.img --source b.vhd --destination-format qcow2
      ! "$FLEETSHIFT" cutover verify a.qcow2 --source b.vhd 2>> log
      """)
    #expect(result.status == 0, "\(result) \(raw)")
  }

  @Test(
    "what an image holds and a flattened one does not is said before it is moved",
    .enabled(if: hasQEMU, "qemu-img is not there"))
  func snapshots() async throws {
    let result = try await Program.shell(
      """
      set -e
      cd '\(bench.path)'
      qemu-img create -q -f qcow2 a.qcow2 8M
      qemu-img snapshot -c first a.qcow2
      "$FLEETSHIFT" cutover plan a.qcow2 b.qcow2 --strategy cold
      """)
    #expect(
      result.status == 0
        && result.output.contains(
          "  note       the internal snapshots of '\(bench("a.qcow2"))' are in no copy"),
      "\(result)")
  }

  @Test("several disks are named by --disk, moved together, and kept in one manifest") func disks()
    async throws
  {
    let sources = [try image("a.raw", seed: 1), try image("b.raw", megabytes: 4, seed: 2)]
    let places = [bench("new-a.raw"), bench("new-b.qcow2")]
    let pairs = zip(sources, places).flatMap { ["--disk", "\($0)=\($1)"] }
    let plan = try await Program.run(Program.path, ["cutover", "plan"] + pairs)
    // Both are in one place, and go to one.
    #expect(plan.status == 0 && plan.output.contains("  disks      2, one after the other\n"), "\(plan)")
    let hook =
      "sh -c 'echo $FLEETSHIFT_ACTION $FLEETSHIFT_DISKS $FLEETSHIFT_DESTINATION_FORMAT_2 >> \(bench("log"))'"
    let result = try await Program.run(
      Program.path,
      ["cutover", "run", "--yes", "--manifest", bench("list"), "--on-pause", hook, "--on-start", hook] + pairs
    )
    #expect(result.status == 0, "\(result)")
    #expect(try data(places[0]) == data(sources[0]))
    #expect(try bench.text("log") == "shut-down 2 qcow2\nstart 2 qcow2\n")
    for place in places {
      let check = try await Program.run("cutover", "verify", place, "--manifest", bench("list"))
      #expect(check.status == 0, "\(check)")
    }
    // A flipped bit, and its block named.
    let file = try #require(FileHandle(forUpdatingAtPath: places[0]))
    try file.seek(toOffset: 200_000)
    try file.write(contentsOf: Data([data(sources[0])[200_000] ^ 1]))
    try file.close()
    let broken = try await Program.run("cutover", "verify", places[0], "--manifest", bench("list"))
    #expect(broken.status == 2)
    #expect(broken.errors.contains("bytes 196608 to 262144"), "\(broken)")
  }

  @Test("what is said wrongly is refused with a remedy") func refusals() async throws {
    let raw = try image("a.raw")
    let cases: [([String], Int32)] = [
      (["run", raw], 64), (["run", raw, bench("b.raw"), "--disk", "\(raw)=\(bench("c.raw"))"], 64),
      (["run", "--disk", raw], 64), (["run", raw, bench("b.raw"), "--disks-at-once", "0"], 64),
      (["run", raw, bench("b.raw"), "--disks-at-once", "9"], 64),
      (["run", raw, bench("b.raw"), "--source-format", "vmdk"], 64),
      (["run", raw, bench("b.vmdk")], 65), (["run", raw, bench("b.raw"), "--source-format", "qcow2"], 65),
      (["run", "/dev/null", bench("b.raw")], 65), (["verify", raw], 64),
      (["verify", raw, "--manifest", raw], 65), (["verify", raw, "--manifest", bench("none")], 66),
    ]
    for (arguments, status) in cases {
      let result = try await Program.run(
        Program.path, ["cutover"] + arguments + (arguments[0] == "run" ? ["--yes"] : []))
      #expect(result.status == status, "\(arguments) \(result)")
      #expect(!result.errors.isEmpty && result.output.isEmpty, "\(arguments) \(result)")
    }
    #expect(try bench.contents == ["a.raw"])
    let missing = try await Program.run("cutover", "verify", raw, "--manifest", bench("none"))
    #expect(missing.errors.contains("the manifest '\(bench("none"))' cannot be opened"), "\(missing)")
  }

  @Test("a plan is bound to every file of the chain", .enabled(if: hasQEMU, "qemu-img is not there"))
  func plan() async throws {
    let base = try image("base.raw")
    let result = try await Program.shell(
      """
      set -e
      cd '\(bench.path)'
      qemu-img create -q -f qcow2 -b base.raw -F raw top.qcow2
      "$FLEETSHIFT" cutover plan top.qcow2 new.raw -o plan.json > log
      grep -q 'rests on .*base.raw, raw' log
      touch -d '2001-01-01' base.raw
      "$FLEETSHIFT" cutover apply plan.json
      """)
    #expect(result.status == 65, "\(result) \(base)")
    #expect(result.errors.contains("base.raw"), "\(result)")
  }

  @Test(
    "a terminal is asked, and only yes is yes",
    .enabled(if: ChildProcess.canRun("script"), "script(1) is not there"),
    arguments: [("y", 0, true), ("yes", 0, true), ("n", 130, false), ("", 130, false), ("yet", 130, false)]
      as [(String, Int32, Bool)])
  func question(answer: String, status: Int32, isMoved: Bool) async throws {
    let raw = try image("a.raw")
    let result = try await Program.shell(
      """
      printf '\(answer)\\n' | script -qec "'$FLEETSHIFT' cutover run '\(raw)' '\(bench("b.raw"))'" /dev/null
      """)
    #expect(result.status == status, "\(result)")
    #expect(result.output.contains("Carry it out? [y/N]"), "\(result)")
    #expect(try bench.contents == (isMoved ? ["a.raw", "b.raw"] : ["a.raw"]))
  }

  @Test(
    "SIGTERM suspends with 143, SIGINT with 130",
    arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func signals(number: Int32, status: Int32) async throws {
    let raw = try image("a.raw")
    let result = try await Program.run(
      "cutover", "run", raw, bench("b.qcow2"), "--yes", "--rate-limit", "20 kB/s", "--no-reflink",
      signal: Program.Signal(number, after: 1, behind: bench("b.qcow2.fleetshift-partial")))
    #expect(result.status == status, "\(result)")
    #expect(result.output.contains("cutover resume"))
    let undone = try await Program.run("cutover", "rollback", bench("b.qcow2"))
    #expect(undone.status == 0, "\(undone)")
    #expect(try bench.contents == ["a.raw"])
    #expect(try await Program.run("--help").output.contains("\(status)"))
  }

  @Test(
    "killed again and again, an image with tables is taken up and never begun anew",
    arguments: ["qcow2", "vhd"])
  func kills(format: String) async throws {
    let raw = try bench.file("a.raw", String(repeating: "0123456789abcdef", count: 6 << 16))
    let destination = bench("b." + format)
    try await KilledCutover.run(raw, to: destination)
    let check = try await Program.run("cutover", "verify", destination, "--source", raw)
    #expect(check.status == 0, "\(check)")
    #expect(try bench.contents == ["a.raw", "b." + format])
  }
}
