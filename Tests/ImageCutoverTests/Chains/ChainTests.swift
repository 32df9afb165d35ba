import CutoverCore
import DiskImages
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import TestTools
import Testing

@testable import ImageCutover

@Suite(.enabled(if: FormatTests.hasQEMU, "qemu-img is not there")) struct ChainTests {
  @Test(
    "a chain arrives file by file, byte for byte, its parents first, and QEMU finds it whole",
    arguments: [Warm(rest: .zero), Cold()] as [any MigrationStrategy])
  func qcow2(_ strategy: any MigrationStrategy) throws {
    let chain = try Qcow2Chain()
    let published = Monitor<[String]>([])
    let files = FaultyFiles()
    files.add(
      .rename, of: .directory, at: nil, .first { published.withLock { $0.append("\(chain.arrived)") } })
    var cutover = chain.cutover(strategy)
    cutover.options.sharesBlocks = false
    cutover.files = files
    cutover.guest = ScriptedGuest { command in
      if command == "start" { published.withLock { $0.append("\(chain.arrived)") } }
    }
    let total = Monitor<Bytes>(.zero)
    let report = try cutover.run { progress in total.withLock { $0 = max($0, progress.total) } }
    try #require(report.isCompleted && report.verified, "\(report)")
    for name in chain.names { expectAlike(Image(at: chain.old(name)), Image(at: chain.new(name))) }
    #expect(chain.arrived == ["middle.qcow2", "top.qcow2", "bases/golden.raw"])

    // Before each rename: the deepest has its name first, and the image itself last.
    let own = published.withLock { $0 }.map { text in chain.names.filter { text.contains("\"\($0)\"") } }
    #expect(own == [[], ["bases/golden.raw"], ["middle.qcow2", "bases/golden.raw"], chain.names])

    let info = try chain.run("info", "--backing-chain", chain.new("top.qcow2")).replacing("/./", with: "/")
    for name in chain.names { #expect(info.contains("image: " + chain.new(name))) }
    #expect(!info.contains(chain.workshop["old"]))
    try chain.run("check", "-q", chain.new("top.qcow2"))
    try chain.run("compare", "-f", "qcow2", "-F", "qcow2", chain.old("top.qcow2"), chain.new("top.qcow2"))
    #expect(
      try ImageComparison(source: chain.old("top.qcow2"), destination: chain.new("top.qcow2")).difference()
        == nil)

    // One disk, of which the parents are told.
    let disk = try #require(report.disks.first)
    #expect(report.disks.count == 1 && disk.virtualBytes == 5 << 20)
    #expect(disk.sourceFormat == .qcow2 && disk.destinationFormat == .qcow2)
    #expect(disk.parents?.map(\.destination) == chain.names.dropFirst().map { chain.new($0) })
    #expect(
      disk.parents?.map(\.wasThere) == [false, false] && disk.parents?.map(\.format) == [.qcow2, .raw])
    let olds = chain.names.map { chain.old($0) }
    #expect(
      isTaken(report.source.allocatedBytes, by: olds) && isTaken(report.destination?.allocatedBytes, by: olds)
    )
    #expect(report.destination?.virtualBytes == 5 << 20 && report.source.virtualBytes == 5 << 20)
    #expect(isTaken(total.withLock { $0.count }, by: olds))
  }

  @Test("a chain of differencing VHDs keeps every byte, and is found by its locators") func vhd() throws {
    let workshop = try Workshop()
    for folder in ["old", "new"] { _ = try workshop.folder(folder) }
    func make(_ name: String, _ number: UInt8, on parent: String?) throws {
      var maker = VHDMaker(size: 5 << 20, identifier: number)
      for sector in 0..<8 where sector >= Int(number) * 2 {
        maker.write(sector, Array(repeating: number, count: 512))
      }
      if let parent {
        maker.parentIdentifier = Array(repeating: number - 1, count: 16)
        maker.locators = [
          .init(platform: "MacX", bytes: Array("file://./\(parent)".utf8)),
          .init(platform: "W2ru", bytes: VHDMaker.utf16(".\\\(parent)", big: false)),
        ]
      }
      let bytes = maker.bytes()
      let image = try Image(workshop["old/" + name], size: bytes.count)
      let file = open(image.path, O_WRONLY)
      defer { close(file) }
      try #require(pwrite(file, bytes, bytes.count, 0) == bytes.count)
    }
    let names = ["top.vhd", "middle.vhd", "base.vhd"]
    try make("base.vhd", 1, on: nil)
    try make("middle.vhd", 2, on: "base.vhd")
    try make("top.vhd", 3, on: "middle.vhd")
    // The image itself may be renamed; nobody rests on it.
    var move = ImageMove(source: workshop["old/top.vhd"], destination: workshop["new/guest.vhd"])
    move.keepsChain = true
    let report = try ImageCutover([move], strategy: Cold()).run()
    #expect(report.isCompleted, "\(report)")
    #expect(workshop.names(in: "new") == ["base.vhd", "guest.vhd", "middle.vhd"])
    for name in names {
      let new = name == "top.vhd" ? "guest.vhd" : name
      expectAlike(Image(at: workshop["old/" + name]), Image(at: workshop["new/" + new]))
    }
    let disk = try Image(at: workshop["new/guest.vhd"]).disk(.vhd)
    #expect(disk.count == 5 << 20)
    #expect((0..<8).map { disk[$0 * 512] } == [0, 0, 1, 1, 2, 2, 3, 3])
    expectSame(disk, try Image(at: workshop["old/top.vhd"]).disk(.vhd))
  }

  @Test("an image that rests on nothing, and a raw one, are as they are") func noParents() throws {
    let chain = try Qcow2Chain()
    try chain.run("create", "-q", "-f", "qcow2", chain.old("alone.qcow2"), "3M")
    try chain.write("write -P 4 1M 10k", to: "alone.qcow2")
    for (name, format) in [("alone.qcow2", DiskFormat.qcow2), ("bases/golden.raw", .raw)] {
      var move = ImageMove(source: chain.old(name), destination: chain.new("here"))
      move.keepsChain = true
      move.sourceFormat = format
      let report = try chain.cutover(Warm(), [move]).run()
      #expect(report.isCompleted && report.disks.map(\.destinationFormat) == [format], "\(report)")
      expectAlike(Image(at: chain.old(name)), Image(at: chain.new("here")))
      unlink(chain.new("here"))
    }
  }

  // MARK: - A guest that runs

  @Test(
    "a guest may run: its image grows, gets new tables, and is the same to the byte when it has stopped",
    arguments: [ImageCutoverOptions.Verification.whole, .none])
  func running(_ verification: ImageCutoverOptions.Verification) throws {
    let chain = try Qcow2Chain()
    let place = Monitor(200)
    @Sendable func life() throws {
      let next = place.withLock { place in
        place += 333
        return place
      }
      try chain.write(
        "write -P \(next % 250 + 1) \(next)k 90k", "write -P 1 \(next % 1000)k 20k", "discard 4500k 8k",
        to: "top.qcow2")
    }
    var cutover = chain.cutover(DeathTests.twice)
    cutover.options.sourceInUse = true
    cutover.options.verification = verification
    cutover.options.sharesBlocks = false
    cutover.guest = ScriptedGuest { command in if command == "shutDown" { try life() } }
    let sizes = Monitor<[Int]>([])
    let report = try cutover.run { progress in
      guard progress.phase == .copying || progress.phase == .preparing else { return }
      do { try life() } catch { Issue.record("\(error)") }
      sizes.withLock { $0.append(Image(at: chain.old("top.qcow2")).size) }
    }
    try #require(report.isCompleted, "\(report)")
    #expect(Set(sizes.withLock { $0 }).count >= 3, "it has grown in each pass")
    #expect(report.passes.count == 3)
    for name in chain.names { expectAlike(Image(at: chain.old(name)), Image(at: chain.new(name))) }
    try chain.run("check", "-q", chain.new("top.qcow2"))
    try chain.run("compare", "-f", "qcow2", "-F", "qcow2", chain.old("top.qcow2"), chain.new("top.qcow2"))
  }

  @Test("an image that becomes shorter is as short at the destination") func shrinking() throws {
    let chain = try Qcow2Chain()
    let size = Image(at: chain.old("top.qcow2")).size
    truncate(chain.old("top.qcow2"), size + 3 << 20)
    var cutover = chain.cutover(Cold())
    cutover.options.sourceInUse = true
    cutover.guest = ScriptedGuest { command in
      if command == "shutDown" { truncate(chain.old("top.qcow2"), size + 4096 * 3 + 512) }
    }
    #expect(try cutover.run().isCompleted)
    expectAlike(Image(at: chain.old("top.qcow2")), Image(at: chain.new("top.qcow2")))
    #expect(Image(at: chain.new("top.qcow2")).size == size + 4096 * 3 + 512)
  }

  @Test(
    "an image that grew or shrank while no driver lived is as long at the destination", arguments: [1, -1])
  func otherSize(_ sign: Int) throws {
    let chain = try Qcow2Chain()
    let (path, size) = (chain.old("top.qcow2"), Image(at: chain.old("top.qcow2")).size)
    truncate(path, size + 1 << 20)
    let flag = CancellationFlag()
    var cutover = chain.cutover(Warm())
    cutover.options.sourceInUse = true
    cutover.options.sharesBlocks = false
    cutover.guest = ScriptedGuest()
    let broken = try cutover.run(cancellation: flag) { if $0.phase == .copying { flag.suspend() } }
    try #require(broken.isSuspended)
    truncate(path, size + (1 + sign) << 20)
    let report = try InterruptedCutover(destination: chain.new("top.qcow2")).resume(guest: ScriptedGuest())
    #expect(report.isCompleted, "\(report)")
    expectAlike(Image(at: path), Image(at: chain.new("top.qcow2")))
  }

  @Test(
    "a parent that is written to, replaced or taken away under way fails the cutover",
    arguments: ["was written to", "another file now", "not there any more"])
  func parentChanged(_ change: String) throws {
    let chain = try Qcow2Chain()
    let parent = chain.old("bases/golden.raw")
    var cutover = chain.cutover(Warm())
    cutover.options.sourceInUse = true
    let guest = ScriptedGuest { command in
      guard command == "shutDown" else { return }
      switch change {
      case "another file now":
        try LoopMount.run(["cp", parent, chain.old("bases/other")])
        rename(chain.old("bases/other"), parent)
      case "was written to": try Image(at: parent).write(70_000..<70_001, seed: 8)
      default: rename(parent, chain.old("bases/other"))
      }
    }
    cutover.guest = guest
    let report = try cutover.run()
    #expect(report.outcome == "failed_source" && guest.commands.last == "restore", "\(report)")
    #expect(report.detail?.contains(change) == true, "\(report)")
    #expect(chain.arrived == [])
  }

  @Test("broken off, it is gone on with where its folder has been moved to") func folderMoved() throws {
    let chain = try Qcow2Chain()
    let flag = CancellationFlag()
    let broken = try chain.cutover().run(cancellation: flag) { if $0.phase == .verifying { flag.suspend() } }
    try #require(broken.isSuspended)
    rename(chain.workshop["new"], chain.workshop["moved"])
    // What bears the old name is none of it.
    for folder in ["new", "new/bases"] { _ = try chain.workshop.folder(folder) }
    let report = try InterruptedCutover(destination: chain.workshop["moved/top.qcow2"]).resume()
    #expect(report.isCompleted, "\(report)")
    #expect(chain.arrived == [])
    #expect(chain.workshop.names(in: "moved") == ["bases", "middle.qcow2", "top.qcow2"])
    for name in chain.names {
      expectAlike(Image(at: chain.old(name)), Image(at: chain.workshop["moved/" + name]))
    }
  }

  @Test("an image that rests on something else when it has stopped fails the cutover, which leaves nothing")
  func rebased() throws {
    let chain = try Qcow2Chain()
    var cutover = chain.cutover(Warm())
    cutover.options.verification = .none
    cutover.options.sourceInUse = true
    cutover.guest = ScriptedGuest { command in
      // A snapshot taken under way: the image rests on another one from now on.
      if command == "shutDown" {
        try chain.run("rebase", "-q", "-u", "-b", "bases/golden.raw", "-F", "raw", chain.old("top.qcow2"))
      }
    }
    let report = try cutover.run()
    #expect(report.outcome == "failed_destination", "\(report)")
    #expect(report.detail?.contains("does not lead to the parents") == true, "\(report)")
    #expect(chain.arrived == [])
  }

  // MARK: - Rehearsed, taken up, undone, and written down

  @Test("a rehearsal loses no write") func rehearsal() throws {
    let chain = try Qcow2Chain()
    var cutover = chain.cutover(Warm())
    cutover.options.rehearsal = RehearsalOptions(rate: .mebibytesPerSecond(4))
    cutover.options.rateLimit = .mebibytesPerSecond(10)
    cutover.options.sharesBlocks = false
    var write = FirstWrite(to: cutover.disks[0].source)
    let report = try cutover.run { write.hold($0) }
    #expect(
      report.isCompleted && report.rehearsal?.lost == 0 && report.rehearsal?.writes ?? 0 > 0, "\(report)")
    for name in chain.names { expectAlike(Image(at: chain.old(name)), Image(at: chain.new(name))) }
  }

  @Test("it is found by each of its files, and undone or ended whole", arguments: 0..<3)
  func takenUp(by number: Int) throws {
    let chain = try Qcow2Chain()
    for rollsBack in [true, false] {
      let flag = CancellationFlag()
      let report = try chain.cutover().run(cancellation: flag) {
        if $0.phase == .verifying { flag.suspend() }
      }
      #expect(report.isSuspended)
      let interrupted = try InterruptedCutover(destination: chain.new(chain.names[number]))
      #expect(interrupted.destination == chain.new("top.qcow2"))
      let moves = interrupted.moves
      #expect(moves.map(\.source) == [chain.old("top.qcow2")] && moves.map(\.sourceFormat) == [.qcow2])
      // Somebody else's guest on the same base has to wait for how this one ends.
      var other = chain.move
      other.destination = chain.new("other.qcow2")
      guard case .unfinished? = chain.refusal(chain.cutover(Cold(), [other])) else {
        Issue.record("it was not refused")
        return
      }
      let ended = rollsBack ? try interrupted.rollBack() : try interrupted.resume()
      #expect(ended.outcome == (rollsBack ? "cancelled" : "completed"), "\(ended)")
      #expect(chain.arrived == (rollsBack ? [] : ["middle.qcow2", "top.qcow2", "bases/golden.raw"]))
    }
    try chain.run("compare", "-f", "qcow2", "-F", "qcow2", chain.old("top.qcow2"), chain.new("top.qcow2"))
  }

  @Test("the manifest is of the disk that the guest sees, through its chain") func manifest() throws {
    let chain = try Qcow2Chain()
    var cutover = chain.cutover()
    cutover.options.manifest = chain.workshop["list"]
    #expect(try cutover.run().isCompleted)
    func find() throws -> ManifestComparison.Finding {
      try ManifestComparison(image: chain.new("top.qcow2"), manifest: chain.workshop["list"]).find()
    }
    #expect(try find().isEqual && find().blocks > 15)
    // A flipped bit in the deepest parent is seen.
    try Image(at: chain.new("bases/golden.raw")).write(900_000..<900_001, seed: 99)
    #expect(try find().isEqual == false)
  }

  @Test("a plan names every file and its place, predicts them all, and is bound to them") func plan() throws {
    let chain = try Qcow2Chain()
    let (facts, planned) = try ImageProbe.measure([chain.move], ImageCutoverOptions())
    let olds = chain.names.map { chain.old($0) }
    #expect(isTaken(facts.allocated.count, by: olds) && isTaken(facts.destinationAllocated.count, by: olds))
    let links = try #require(planned.first?.expected)
    #expect(links.map(\.format) == [.qcow2, .qcow2, .raw] && planned[0].keepsChain)
    #expect(links.map(\.destination) == chain.names.map { chain.new($0) })
    #expect(links.map(\.isThere) == [false, false, false])
    try chain.cutover(Cold(), planned).check()
    try Image(at: chain.old("bases/golden.raw")).write(8192..<8200, seed: 3)
    guard case .stalePlan? = chain.refusal(chain.cutover(Cold(), planned)) else {
      Issue.record("it was not refused")
      return
    }
  }
}
