import CutoverCore
import Glibc
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct RefusalTests {
  /// What the workshop holds before, what is asked, and what has to be said.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var prepare: @Sendable (Workshop) throws -> Void = { _ in }
    var change: @Sendable (inout ImageCutover, Workshop) -> Void = { _, _ in }
    var expected: @Sendable (ImageCutoverError) -> Bool
    var exitCode: Int32
  }

  static let cases: [Case] = [
    Case(
      testDescription: "no source", prepare: { unlink($0["src"]) },
      expected: { if case .sourceMissing = $0 { true } else { false } }, exitCode: 66),
    Case(
      testDescription: "source below a file", change: { $0.disks[0].source = $1["src"] + "/x" },
      expected: { if case .sourceMissing = $0 { true } else { false } }, exitCode: 66),
    Case(
      testDescription: "source a directory", change: { $0.disks[0].source = $1.path },
      expected: { if case .sourceNotRegular = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "source a pipe",
      prepare: {
        unlink($0["src"])
        mkfifo($0["src"], 0o600)
      },
      expected: { if case .sourceNotRegular = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "source unreadable",
      change: { cutover, _ in cutover.files = FaultyFiles(.open, of: .source, .error(.permissionDenied)) },
      expected: { if case .sourceUnreadable = $0 { true } else { false } }, exitCode: 66),
    Case(
      testDescription: "onto itself", change: { $0.disks[0].destination = $1["src"] },
      expected: { if case .sameFile = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "onto itself by hard link", prepare: { link($0["src"], $0["dst"]) },
      expected: { if case .sameFile = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "onto itself by symbolic link", prepare: { symlink("src", $0["dst"]) },
      expected: { if case .sameFile = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "destination exists", prepare: { try Image($0["dst"], size: 1) },
      expected: { if case .destinationExists = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "destination a dangling link", prepare: { symlink("nowhere", $0["dst"]) },
      expected: { if case .destinationExists = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "destination a directory", change: { $0.disks[0].destination = $1.path },
      expected: { if case .destinationExists = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "partial exists", prepare: { try Image($0["dst.fleetshift-partial"], size: 1) },
      expected: { if case .partialExists = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "no such directory", change: { $0.disks[0].destination = $1["none"] + "/dst" },
      expected: { if case .directoryMissing = $0 { true } else { false } }, exitCode: 66),
    Case(
      testDescription: "directory not writable",
      change: { cutover, _ in
        cutover.files = FaultyFiles(.mayWrite, of: .directory, .error(.permissionDenied))
      },
      expected: { if case .directoryNotWritable = $0 { true } else { false } }, exitCode: 74),
    Case(
      testDescription: "no name", change: { cutover, _ in cutover.disks[0].destination = "/" },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64),
    Case(
      testDescription: "too little space",
      change: { cutover, _ in
        let files = FaultyFiles()
        files.setFreeSpace(4096)
        cutover.files = files
      },
      expected: { if case .notEnoughSpace(_, 8192, 4096) = $0 { true } else { false } }, exitCode: 75),
    Case(
      testDescription: "space unknown",
      change: { cutover, _ in
        cutover.files = FaultyFiles(.freeSpace, of: .directory, .error(.ioError))
      },
      expected: { if case .fileFault = $0 { true } else { false } }, exitCode: 74),
    Case(
      testDescription: "live", change: { cutover, _ in cutover.strategy = Live() },
      expected: { $0 == .needsMemory(strategy: "live") }, exitCode: 65),
    Case(
      testDescription: "live with another size",
      change: { cutover, _ in
        cutover.strategy = Live()
        cutover.options.resizeTo = .mebibytes(1)
      },
      expected: { if case .strategyRefuses = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "a size of nothing", change: { cutover, _ in cutover.options.resizeTo = .zero },
      expected: { if case .strategyRefuses = $0 { true } else { false } }, exitCode: 65),
    Case(
      testDescription: "shrink through data",
      change: { cutover, _ in cutover.options.resizeTo = Bytes(4096) },
      expected: { $0 == .shrinkLosesData(to: 4096, dataAt: 4096) }, exitCode: 65),
    Case(
      testDescription: "odd block", change: { cutover, _ in cutover.options.blockSize = Bytes(5000) },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64),
    Case(
      testDescription: "no thread", change: { cutover, _ in cutover.options.threads = 0 },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64),
    Case(
      testDescription: "too many threads", change: { cutover, _ in cutover.options.threads = 257 },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64),
    Case(
      testDescription: "too much memory",
      change: { cutover, _ in cutover.options.blockSize = .mebibytes(8) },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64),
    Case(
      testDescription: "rate of nothing", change: { cutover, _ in cutover.options.rateLimit = .zero },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64),
    Case(
      testDescription: "rehearsal of nothing",
      change: { cutover, _ in cutover.options.rehearsal = RehearsalOptions(rate: .zero) },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64),
    Case(
      testDescription: "rehearsal beside a guest",
      change: { cutover, _ in
        cutover.guest = GuestAtRest()
        cutover.options.rehearsal = RehearsalOptions(rate: .mebibytesPerSecond(1))
      },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64),
    Case(
      testDescription: "guest out of reach",
      change: { $0.guest = RehearsalGuest(image: $1["none"], options: .init(rate: .mebibytesPerSecond(1))) },
      expected: { if case .guest = $0 { true } else { false } }, exitCode: 74),
    manifest("is the destination's", "dst"), manifest("is the journal's", "dst" + CutoverJournal.suffix),
    manifest("the image bears under way", "dst" + DestinationImage.suffix),
    hook("that is not there") { GuestHooks(onPause: [$0["none"]]) },
    hook("that is in no folder of PATH") { _ in GuestHooks(onFence: ["no-such-program-anywhere"]) },
    hook("that nobody may run") { GuestHooks(onStart: [$0["src"]]) },
    hook("that is a directory") { GuestHooks(onRollback: [$0.path]) },
    hook("without a word") { _ in GuestHooks(onResize: []) },
  ]

  private static func manifest(_ what: String, _ name: String) -> Case {
    Case(
      testDescription: "a manifest whose name \(what)", change: { $0.options.manifest = $1[name] },
      expected: { if case .badOptions = $0 { true } else { false } }, exitCode: 64)
  }

  private static func hook(_ what: String, _ hooks: @escaping @Sendable (Workshop) -> GuestHooks) -> Case {
    Case(
      testDescription: "a hook \(what)", change: { $0.options.hooks = hooks($1) },
      expected: { if case .hookUnusable = $0 { true } else { false } }, exitCode: 66)
  }

  @Test("is refused before anything is made", arguments: cases)
  func refused(_ item: Case) throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 10_000, data: [0..<8192])
    try item.prepare(workshop)
    let before = workshop.names
    var cutover = ImageCutover(in: workshop)
    item.change(&cutover, workshop)
    let error = try #require(throws: ImageCutoverError.self) { _ = try cutover.run() }
    #expect(item.expected(error), "\(error)")
    #expect(error.exitCode == item.exitCode)
    #expect(!error.message.isEmpty && error.remedy.hasSuffix("."))
    #expect(workshop.names == before)
  }
}

@Suite struct DeviceTests {
  @Test(
    "a block device is refused unless it is meant; then it is moved, and a mounted one is not",
    .enabled(if: LoopMount.isPossible, "only root can make a loop device for it"))
  func loop() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 4 << 20, data: [0..<300_000, 3 << 20..<4 << 20])
    let device = try LoopMount.run(["losetup", "--find", "--show", "--read-only", image.path])
      .split(separator: "\n").map(String.init)[0]
    defer { _ = try? LoopMount.run(["losetup", "--detach", device]) }
    var cutover = ImageCutover(source: device, destination: workshop["dst"], strategy: Cold())
    #expect(throws: ImageCutoverError.deviceNotAllowed(path: device)) { try cutover.run() }
    expectOnlySource(workshop)
    cutover.options.allowsDevices = true
    #expect(try cutover.run().isCompleted)
    expectSame(Image(at: workshop["dst"]).bytes, image.bytes)
    #expect(throws: ImageCutoverError.destinationExists(path: device)) {
      try ImageCutover(source: image.path, destination: device, strategy: Cold()).run()
    }
    cutover.disks[0].sourceFormat = .qcow2
    cutover.disks[0].destination = workshop["other"]
    #expect(throws: ImageCutoverError.self) { try cutover.run() }
  }

  @Test(
    "a device that is mounted is in use",
    .enabled(if: LoopMount.canMake("mkfs.ext4"), "it takes root, and mkfs.ext4"))
  func mounted() throws {
    let mount = try LoopMount(["mkfs.ext4", "-q"], megabytes: 16)
    defer { withExtendedLifetime(mount) {} }
    let device = try LoopMount.run(["findmnt", "--noheadings", "--output", "SOURCE", mount.path])
      .split(separator: "\n").map(String.init)[0]
    let workshop = try Workshop()
    var cutover = ImageCutover(source: device, destination: workshop["dst"], strategy: Cold())
    cutover.options.allowsDevices = true
    #expect(throws: ImageCutoverError.sourceInUse(path: device)) { try cutover.run() }
    #expect(workshop.names.isEmpty)
  }
}
