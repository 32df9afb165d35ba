import CutoverCore
import Foundation
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

/// The names of calls that Glibc's module hides.
enum LinuxCallForTests {
  static func punch(_ file: Int32, _ offset: Int, _ count: Int) -> Bool {
    (try? LinuxFiles().punchHole(.init(rawValue: file), Int64(offset)..<Int64(offset + count))) != nil
  }
}

/// Each tracker under guests that never stop writing until they are stopped: then both images are the same.
@Suite(.serialized) struct TrackerTests {
  private let size = 24 << 20

  /// Several passes under fire, then the outage.
  private struct FourPasses: MigrationStrategy {
    let name = "four passes"

    func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
      var plan = try Warm().plan(for: request)
      plan.replication = [ReplicationStage(.disk, ConvergenceRules(until: .passes(4)))]
      return plan
    }
  }

  private func move(
    _ directory: String, to destination: String, _ tracking: ImageCutoverOptions.Tracking, log: String? = nil,
    ways: [StormGuest.Way] = StormGuest.Way.allCases, sharing: Bool = false, checksMap: Bool = true
  ) throws {
    let image = try Image(directory + "/src", size: size, data: [0..<8 << 20, 12 << 20..<20 << 20])
    let guest = StormGuest(image.path, size: size, ways: ways, log: log)
    var options = ImageCutoverOptions()
    options.tracking = tracking
    options.sharesBlocks = sharing
    // The proof at the end must be this test's own.
    options.verification = .none
    let report = try ImageCutover(
      source: image.path, destination: destination, strategy: FourPasses(), options: options, guest: guest
    ).run { guest.keepUp(with: $0) }
    #expect(report.isCompleted, "\(report)")
    #expect(guest.writes > 20 && report.passes.count >= 3, "\(report)")
    expectSame(image.bytes, Image(at: destination).bytes)
    // Not on XFS, whose map counts cached pages of reserved blocks as data, at the source alone.
    guard checksMap else { return }
    let (copy, original) = (Image(at: destination).map, image.map)
    let (held, wanted) = (copy.reduce(0) { $0 + $1.count }, original.reduce(0) { $0 + $1.count })
    #expect(abs(held - wanted) <= wanted / 100, "\(held) bytes of data where the source has \(wanted)")
  }

  @Test("scan, on the file system of the tests") func scan() throws {
    let workshop = try Workshop()
    try move(workshop.path, to: workshop["dst"], .scan)
  }

  @Test("a write log") func log() throws {
    let workshop = try Workshop()
    try move(workshop.path, to: workshop["dst"], .log(workshop["log"]), log: workshop["log"])
  }

  /// Those of the file systems that share blocks which can be made here.
  static let makers = [["mkfs.xfs", "-q"], ["mkfs.btrfs", "-q"]].filter { LoopMount.canMake($0[0]) }

  @Test(
    "shared blocks on XFS and btrfs, to another file system and to the same",
    .enabled(if: !makers.isEmpty, "it takes root, and mkfs.xfs or mkfs.btrfs"), arguments: makers)
  func reflink(_ maker: [String]) throws {
    let mount = try LoopMount(maker)
    let workshop = try Workshop()
    try move(mount.path, to: workshop["dst"], .reflink, checksMap: false)
    unlink(mount.path + "/src")
    try move(mount.path, to: mount.path + "/dst", .reflink, checksMap: false)
    unlink(mount.path + "/src")
    try move(mount.path, to: mount.path + "/shared", .scan, sharing: true, checksMap: false)
    let cold = try ImageCutover(
      source: mount.path + "/src", destination: mount.path + "/cold", strategy: Cold()
    ).run()
    #expect(cold.isCompleted && cold.passes.map(\.examined) == [0], "\(cold)")
  }

  @Test(
    "a file system that shares no blocks is refused before anything is done, by name and with a remedy",
    .enabled(if: access("/dev/shm", W_OK) == 0, "/dev/shm is not there"))
  func noReflink() throws {
    let workshop = try Workshop(isFast: true)
    let image = try Image(workshop["src"], size: 1 << 20, data: [0..<4096])
    var options = ImageCutoverOptions()
    options.tracking = .reflink
    let why =
      "changes of '\(image.path)' cannot be tracked by shared blocks: Operation not supported. It needs XFS"
    var probe = ImageProbe(source: image.path, destination: workshop["dst"])
    probe.options = options
    let planned = #expect(throws: ImageCutoverError.self) { _ = try probe.measure() }
    #expect("\(try #require(planned))".contains(why))
    var cutover = ImageCutover(source: image.path, destination: workshop["dst"], strategy: Warm())
    cutover.options = options
    let checked = #expect(throws: ImageCutoverError.self) { try cutover.check() }
    #expect("\(try #require(checked))".contains(why))
  }

  @Test(
    "a probe tells whether a copy will share blocks",
    .enabled(if: !makers.isEmpty, "it takes root, and mkfs.xfs or mkfs.btrfs"), arguments: makers)
  func sharingIsForeseen(_ maker: [String]) throws {
    let mount = try LoopMount(maker)
    defer { withExtendedLifetime(mount) {} }
    try Image(mount.path + "/src", size: size, data: [0..<1 << 20])
    var probe = ImageProbe(source: mount.path + "/src", destination: mount.path + "/dst")
    #expect(try probe.measure().sharesBlocks)
    probe.options.tracking = .nbd(uri: "nbd://nowhere", bitmap: "none")
    #expect(try !probe.measure().sharesBlocks)
    probe.options = ImageCutoverOptions()
    probe.options.sharesBlocks = false
    #expect(try !probe.measure().sharesBlocks)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: mount.path).filter { $0 != "lost+found" } == ["src"]
    )
  }

  @Test(
    "a copy that shares blocks asks for no room",
    .enabled(if: !makers.isEmpty, "it takes root, and mkfs.xfs or mkfs.btrfs"), arguments: makers)
  func sharingNeedsNoRoom(_ maker: [String]) throws {
    let mount = try LoopMount(maker)
    defer { withExtendedLifetime(mount) {} }
    let image = try Image(mount.path + "/src", size: size, data: [0..<8 << 20])
    var cutover = ImageCutover(source: image.path, destination: mount.path + "/dst", strategy: Cold())
    let files = FaultyFiles()
    files.setFreeSpace(2 << 20)
    cutover.files = files
    cutover.options.sharesBlocks = false
    #expect(throws: ImageCutoverError.self) { try cutover.run() }
    cutover.options.sharesBlocks = true
    #expect(throws: Never.self) { try cutover.check() }
  }

  @Test(
    "the moves between two frozen images are the blocks written between, no more, no fewer",
    .enabled(if: !makers.isEmpty, "it takes root, and mkfs.xfs or mkfs.btrfs"), arguments: makers)
  func moves(_ maker: [String]) throws {
    let mount = try LoopMount(maker)
    let image = try Image(mount.path + "/src", size: size, data: [0..<16 << 20])
    let files = LinuxFiles()
    let source = OpenFile(try files.openForReading(image.path), files, .source, path: "")
    let directory = try files.openDirectory(mount.path)
    defer {
      files.close(directory)
      withExtendedLifetime(mount) {}
    }
    func freeze() throws -> OpenFile {
      let file = OpenFile(try files.createUnnamed(in: directory), files, .source, path: "")
      try file.clone(source)
      return file
    }
    var random = SplitMix64(state: 5)
    var old = try freeze()
    for _ in 0..<10 {
      var pages = Set<Int>()
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        let page = Int.random(in: 0..<size / 4096, using: &random)
        try image.write(page * 4096..<(page + 1) * 4096, seed: random.next())
        pages.insert(page)
      }
      let new = try freeze()
      var moves = BlockMoves(old, new)
      var found = Set<Int>()
      while let range = try moves.next() {
        for page in range.lowerBound / 4096..<range.upperBound / 4096 { found.insert(Int(page)) }
      }
      #expect(found == pages)
      old = new
    }
  }

  @Test("a damaged write log is refused, and ends the cutover that is under way")
  func damagedLog() throws {
    for damage in ["no log at all", "FSWRLOG1012345678901234567890123"] {
      let workshop = try Workshop()
      try Image(workshop["src"], size: 65_536, data: [0..<65_536])
      var options = ImageCutoverOptions()
      options.tracking = .log(workshop["log"])
      let missing = #expect(throws: ImageCutoverError.self) {
        try ImageCutover(in: workshop, options: options).run()
      }
      #expect(missing.map { $0.message.contains(workshop["log"]) && $0.exitCode == 66 } == true)
      try "FSWRLOG1".write(toFile: workshop["log"], atomically: false, encoding: .utf8)
      let report = try ImageCutover(in: workshop, options: options).run { progress in
        guard progress.phase == .preparing else { return }
        try? damage.write(toFile: workshop["log"], atomically: false, encoding: .utf8)
      }
      #expect(report.outcome == "failed_source", "\(report)")
      #expect(report.detail?.contains(workshop["log"]) == true)
    }
    let workshop = try Workshop()
    try Image(workshop["src"], size: 65_536, data: [0..<65_536])
    try "no log at all".write(toFile: workshop["log"], atomically: false, encoding: .utf8)
    var probe = ImageProbe(source: workshop["src"], destination: workshop["dst"])
    probe.options.tracking = .log(workshop["log"])
    let refused = #expect(throws: ImageCutoverError.self) { _ = try probe.measure() }
    #expect(refused.map { $0.message.contains(workshop["log"]) && $0.exitCode == 65 } == true)
    #expect(workshop.names == ["log", "src"])
    // A folder of that name is no bad log: it cannot be read at all.
    unlink(workshop["log"])
    _ = try workshop.folder("log")
    let unread = #expect(throws: ImageCutoverError.self) { _ = try probe.measure() }
    #expect(unread?.exitCode == 74, "\(String(describing: unread))")
  }

  @Test("an NBD server that says nothing is given up") func silentServer() throws {
    let workshop = try Workshop()
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(workshop["silent"].utf8)) }
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    // The kernel takes calls for it; nobody ever answers them.
    try #require(isBound == 0 && listen(listener, 4) == 0)
    let failure = #expect(throws: StepFailure.self) {
      try NBDSource(
        uri: "nbd+unix:///d?socket=" + workshop["silent"], bitmap: "b", connections: 2,
        patience: .milliseconds(100))
    }
    #expect(failure.map { "\($0)".contains("it says nothing") || "\($0)".contains("not installed") } == true)
  }

  @Test(
    "an NBD server's dirty bitmap, with writers at the server", .servedByQEMU)
  func nbd() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: size, data: [0..<8 << 20, 12 << 20..<20 << 20])
    let guest = try ServedGuest(image.path, socket: workshop["socket"], size: size)
    var options = ImageCutoverOptions()
    options.tracking = .nbd(uri: guest.uri, bitmap: "b")
    options.verification = .none
    options.sourceInUse = true
    let report = try ImageCutover(in: workshop, FourPasses(), options: options, guest: guest).run {
      guest.keepUp(with: $0)
    }
    #expect(report.isCompleted, "\(report)")
    #expect(guest.writes > 20 && report.passes.count >= 3, "\(report)")
    guest.end()
    let copy = Image(at: workshop["dst"])
    expectSame(image.bytes, copy.bytes)
    // A mirror that fills holes would take a multiple.
    #expect(
      abs(copy.allocated - image.allocated) <= image.allocated / 100, "\(copy.allocated), \(image.allocated)")
  }

  /// What a driver that dies leaves unseen: writes below its last checkpoint while nobody is there.
  @Test("what was written while no driver lived is found, by each tracker", arguments: ["log", "scan"])
  func deadDriver(_ tracker: String) throws {
    let workshop = try Workshop()
    try dying(workshop, workshop["src"], tracker == "log" ? .log(workshop["log"]) : .scan)
  }

  @Test(
    "so it is by shared blocks", .enabled(if: !makers.isEmpty, "it takes root, and mkfs.xfs or mkfs.btrfs"),
    arguments: makers)
  func deadDriver(on maker: [String]) throws {
    let mount = try LoopMount(maker)
    defer { withExtendedLifetime(mount) {} }
    try dying(try Workshop(), mount.path + "/src", .reflink)
  }

  private func dying(_ workshop: Workshop, _ source: String, _ tracking: ImageCutoverOptions.Tracking) throws
  {
    let image = try Image(source, size: 3 << 20, data: [0..<3 << 20])
    let log = workshop["log"]
    try "FSWRLOG1".write(toFile: log, atomically: false, encoding: .utf8)
    func write(_ range: Range<Int>, _ seed: UInt64) throws {
      try Self.write(range, seed, to: image, log: log)
    }
    var options = ImageCutoverOptions()
    options.sharesBlocks = false
    options.verification = .none
    options.tracking = tracking
    options.rateLimit = .mebibytesPerSecond(2)
    try write(0..<4096, 1)
    // In the first pass, and in each that follows.
    for phases in [1, 2, 3] {
      let destination = workshop["dst\(phases)"]
      let flag = CancellationFlag()
      var seen = 0
      let suspended = try ImageCutover(
        source: source, destination: destination, strategy: FourPasses(), options: options
      ).run(cancellation: flag) { progress in
        guard progress.phase == .copying else { return }
        if progress.pass == seen {
          seen += 1
          try? write(8192 * seen..<8192 * seen + 5000, UInt64(seen))
        }
        if seen == phases && (phases > 1 || progress.done > .mebibytes(1)) { flag.suspend() }
      }
      try #require(suspended.isSuspended)
      try write(40_960..<50_000, UInt64(phases) + 100)
      try write(2_900_000..<2_950_000, UInt64(phases) + 200)
      let report = try InterruptedCutover(destination: destination).resume()
      #expect(report.isCompleted, "\(report)")
      expectSame(image.bytes, Image(at: destination).bytes)
    }
  }

  /// One pass, or as much of it as there is time for; then the outage.
  private struct WhatThereIsTimeFor: MigrationStrategy {
    let name = "what there is time for"

    func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
      var plan = try Warm().plan(for: request)
      let rules = [ConvergenceRule(when: .elapsed(.milliseconds(300)), do: .switchOver)]
      plan.replication = [ReplicationStage(.disk, ConvergenceRules(until: .passes(1), rules: rules))]
      return plan
    }
  }

  @Test(
    "what a pass that was broken off has not come to is in the outage's, by each tracker",
    arguments: ["log", "scan"])
  func brokenOff(_ tracker: String) throws {
    let workshop = try Workshop()
    try breakOff(workshop, workshop["src"], tracker == "log" ? .log(workshop["log"]) : .scan)
  }

  @Test(
    "so it is by shared blocks, too",
    .enabled(if: !makers.isEmpty, "it takes root, and mkfs.xfs or mkfs.btrfs"),
    arguments: makers)
  func brokenOff(on maker: [String]) throws {
    let mount = try LoopMount(maker)
    defer { withExtendedLifetime(mount) {} }
    try breakOff(try Workshop(), mount.path + "/src", .reflink)
  }

  @Test(
    "and by an NBD server's dirty bitmap", .servedByQEMU)
  func brokenOffAtServer() throws {
    let workshop = try Workshop()
    try breakOff(workshop, workshop["src"], .nbd(uri: "", bitmap: "b")) { image in
      try ServedGuest(image.path, socket: workshop["socket"], size: image.size)
    }
  }

  /// - Parameter serve: Puts the image behind a server.
  private func breakOff(
    _ workshop: Workshop, _ source: String, _ tracking: ImageCutoverOptions.Tracking,
    serve: (Image) throws -> ServedGuest? = { _ in nil }
  ) throws {
    // At this rate the pass takes three seconds, ten times as long as it is given.
    let image = try Image(source, size: 6 << 20, data: [0..<6 << 20])
    let log = workshop["log"]
    try "FSWRLOG1".write(toFile: log, atomically: false, encoding: .utf8)
    let guest = try serve(image)
    var options = ImageCutoverOptions()
    options.sharesBlocks = false
    options.verification = .none
    options.rateLimit = .mebibytesPerSecond(2)
    options.tracking = tracking
    if let guest {
      options.tracking = .nbd(uri: guest.uri, bitmap: "b")
      options.sourceInUse = true
    }
    var isWritten = false
    let report = try ImageCutover(
      source: source, destination: workshop["dst"], strategy: WhatThereIsTimeFor(), options: options,
      guest: guest
    ).run { progress in
      guard guest == nil, progress.phase == .copying, !isWritten else { return }
      isWritten = true
      try? Self.write(4096..<9000, 7, to: image, log: log)
      try? Self.write(5_000_000..<5_070_000, 8, to: image, log: log)
    }
    #expect(report.isCompleted, "\(report)")
    #expect(report.passes.map(\.inOutage) == [true], "\(report)")
    guest?.end()
    expectSame(image.bytes, Image(at: workshop["dst"]).bytes)
  }

  @Test("what a pass that was broken off had not read back is written again, and read back then")
  func brokenOffUnread() throws {
    let workshop = try Workshop()
    // At this rate the pass takes four times as long as it is given.
    let image = try Image(workshop["src"], size: 24 << 20, data: [0..<24 << 20])
    var options = ImageCutoverOptions()
    options.sharesBlocks = false
    options.verification = .written
    options.rateLimit = .mebibytesPerSecond(20)
    var isSpoilt = false
    let report = try ImageCutover(
      source: image.path, destination: workshop["dst"], strategy: WhatThereIsTimeFor(), options: options
    ).run { progress in
      guard progress.phase == .stopping, !isSpoilt else { return }
      isSpoilt = true
      try? Image(at: workshop["dst.fleetshift-partial"]).write(0..<4096, seed: 9)
    }
    #expect(report.isCompleted && isSpoilt, "\(report)")
    expectSame(image.bytes, Image(at: workshop["dst"]).bytes)
  }

  /// The pages that the next pass looks at, and whether it turns them into holes.
  private static func pages(_ tracker: any ChangeTracker) throws -> [Int: Bool] {
    let feed = try tracker.beginPass(startingAt: 0)
    var pages: [Int: Bool] = [:]
    while let window = try feed.next() {
      for segment in window.segments {
        for page in segment.range.lowerBound / 4096...(segment.range.upperBound - 1) / 4096 {
          pages[Int(page)] = segment.kind == .punch
        }
      }
    }
    return pages
  }

  private static func ends(_ workshop: Workshop, _ source: String) throws -> CopyEnds {
    let files = LinuxFiles()
    let directory = try files.openDirectory(workshop.path)
    defer { files.close(directory) }
    let destination = OpenFile(
      try files.open("dst", in: directory, forWriting: true), files, .destination, path: workshop["dst"])
    return CopyEnds(
      source: OpenFile(try files.openForReading(source), files, .source, path: source),
      size: Int64(Image(at: source).size), destination: destination)
  }

  @Test("a pass over a log that was broken off is in the next one, of this driver or of another")
  func brokenOffLog() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 40_960, data: [0..<40_960])
    try Image(workshop["dst"], size: 40_960)
    let log = workshop["log"]
    try "FSWRLOG1".write(toFile: log, atomically: false, encoding: .utf8)
    let ends = try Self.ends(workshop, image.path)
    func tracker(after left: JournalHistory.Left? = nil) throws -> LogTracker {
      let file = OpenFile(try LinuxFiles().openForReading(log), LinuxFiles(), .source, path: log)
      return try LogTracker(ends, log: file, windowSize: 1 << 20, after: left)
    }
    func write(_ page: Int) throws {
      try Self.write(page * 4096..<(page + 1) * 4096, 3, to: image, log: log)
    }
    let (all, first) = (Set(0..<10), try tracker())
    #expect(Set(try Self.pages(first).keys) == all)
    try write(1)
    // The first one is gone over again, and what was logged since it began is in the one behind it.
    first.passWasBrokenOff()
    #expect(Set(try Self.pages(first).keys) == all)
    try write(2)
    #expect(Set(try Self.pages(first).keys) == [1, 2])
    try write(3)
    #expect(Set(try Self.pages(first).keys) == [3])
    first.passWasBrokenOff()
    try write(4)
    #expect(Set(try Self.pages(first).keys) == [3, 4])
    let left = JournalHistory.Left(state: try #require(first.state), isPassComplete: false)
    #expect(Set(try Self.pages(tracker(after: left)).keys) == [3, 4])
    #expect(try Self.pages(first).isEmpty)
  }

  @Test(
    "behind a pass by shared blocks that was broken off comes one over everything",
    .enabled(if: !makers.isEmpty, "it takes root, and mkfs.xfs or mkfs.btrfs"), arguments: makers)
  func brokenOffFreeze(_ maker: [String]) throws {
    let mount = try LoopMount(maker)
    defer { withExtendedLifetime(mount) {} }
    let workshop = try Workshop()
    let image = try Image(mount.path + "/src", size: 1 << 20, data: [0..<65_536])
    try Image(workshop["dst"], size: 1 << 20, data: [0..<65_536])
    let tracker = try ReflinkTracker(try Self.ends(workshop, image.path), windowSize: 1 << 20)
    _ = try Self.pages(tracker)
    // It was a hole and is one again; but the pass between may have copied it.
    try image.write(524_288..<528_384, seed: 4)
    #expect(try Self.pages(tracker).keys.contains(128))
    try Image(at: workshop["dst"]).write(524_288..<528_384, seed: 4)
    try image.punch(524_288..<528_384)
    tracker.passWasBrokenOff()
    #expect(try Self.pages(tracker)[128] == true)
  }

  private static func write(_ range: Range<Int>, _ seed: UInt64, to image: Image, log: String) throws {
    try image.write(range, seed: seed)
    let words = [UInt64(range.lowerBound), UInt64(range.count)]
    let file = open(log, O_WRONLY | O_APPEND)
    defer { close(file) }
    (words + [WriteLog.check(words[0], words[1])]).withUnsafeBytes {
      _ = Glibc.write(file, $0.baseAddress, 24)
    }
  }

  @Test("a later pass looks at what was written, and a scan at everything", arguments: ["log", "scan"])
  func examined(_ tracker: String) throws {
    let workshop = try Workshop()
    try look(workshop, workshop["src"], tracker == "log" ? .log(workshop["log"]) : .scan)
  }

  @Test(
    "so it does by shared blocks", .enabled(if: !makers.isEmpty, "it takes root, and mkfs.xfs or mkfs.btrfs"),
    arguments: makers)
  func examined(on maker: [String]) throws {
    let mount = try LoopMount(maker)
    defer { withExtendedLifetime(mount) {} }
    try look(try Workshop(), mount.path + "/src", .reflink)
  }

  private func look(_ workshop: Workshop, _ source: String, _ tracking: ImageCutoverOptions.Tracking) throws {
    let image = try Image(source, size: 3 << 20, data: [0..<3 << 20])
    let log = workshop["log"]
    try "FSWRLOG1".write(toFile: log, atomically: false, encoding: .utf8)
    var options = ImageCutoverOptions()
    options.sharesBlocks = false
    options.tracking = tracking
    // So slow that the pass is under way when it is written to.
    options.rateLimit = .mebibytesPerSecond(2)
    var isWritten = false
    let report = try ImageCutover(
      source: source, destination: workshop["dst"], strategy: FourPasses(), options: options
    ).run { progress in
      guard progress.phase == .copying, progress.pass == 0, progress.done > .zero, !isWritten else { return }
      isWritten = true
      for page in [3, 4, 90, 200, 700] {
        try? Self.write(page * 4096..<(page + 1) * 4096, UInt64(page), to: image, log: log)
      }
    }
    try #require(report.isCompleted && isWritten, "\(report)")
    let examined = report.passes.map { $0.examined ?? -1 }
    #expect(examined[0] == 3 << 20)
    let all: Int64 = tracking == .scan ? 3 << 20 : 0
    #expect(examined[1] == (tracking == .scan ? all : 5 * 4096), "\(report)")
    #expect(examined.dropFirst(2).allSatisfy { $0 == all }, "\(report)")
    expectSame(image.bytes, Image(at: workshop["dst"]).bytes)
  }
}

extension Trait where Self == ConditionTrait {
  /// Where QEMU can serve a disk and write to it.
  fileprivate static var servedByQEMU: Self {
    .enabled(
      if: LoopMount.isInstalled("qemu-storage-daemon") && LoopMount.isInstalled("qemu-io"),
      "qemu-storage-daemon and qemu-io are not installed")
  }
}
