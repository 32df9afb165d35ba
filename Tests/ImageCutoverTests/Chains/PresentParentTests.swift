import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

/// Parents that are at the destination already: images that many guests rest on.
@Suite(.enabled(if: FormatTests.hasQEMU, "qemu-img is not there")) struct PresentParentTests {
  /// A chain of which these parents are at the destination, as copies of another time.
  private func chain(with present: [String]) throws -> Qcow2Chain {
    let chain = try Qcow2Chain()
    for name in present {
      let bytes = Image(at: chain.old(name)).bytes
      let image = try Image(chain.new(name), size: bytes.count)
      let file = open(image.path, O_WRONLY)
      defer { close(file) }
      try #require(pwrite(file, bytes, bytes.count, 0) == bytes.count)
    }
    return chain
  }

  private func inode(_ path: String) -> UInt64 { UInt64(Image(at: path).status.st_ino) }

  @Test(
    "one that is the same is used, and neither written, counted nor taken away",
    arguments: [["bases/golden.raw"], ["bases/golden.raw", "middle.qcow2"]])
  func equal(_ present: [String]) throws {
    let chain = try chain(with: present)
    let before = present.map { Image(at: chain.new($0)).status }
    let (facts, planned) = try ImageProbe.measure([chain.move], ImageCutoverOptions())
    let copied = chain.names.filter { !present.contains($0) }.map { chain.old($0) }
    #expect(isTaken(facts.destinationAllocated.count, by: copied))
    #expect(planned[0].expected?.map(\.isThere) == chain.names.map { present.contains($0) })
    for rollsBack in [true, false] {
      let flag = CancellationFlag()
      let broken = try chain.cutover(Cold(), planned).run(cancellation: flag) {
        if $0.phase == .verifying { flag.suspend() }
      }
      #expect(broken.isSuspended)
      let interrupted = try InterruptedCutover(destination: chain.new("top.qcow2"))
      let report = rollsBack ? try interrupted.rollBack() : try interrupted.resume()
      #expect(report.outcome == (rollsBack ? "cancelled" : "completed"), "\(report)")
      if rollsBack {
        #expect(chain.arrived.sorted() == present.sorted())
      } else {
        #expect(isTaken(report.destination?.allocatedBytes, by: copied))
        #expect(report.disks.first?.parents?.filter(\.wasThere).count == present.count)
      }
    }
    for (name, status) in zip(present, before) {
      let now = Image(at: chain.new(name)).status
      #expect(now.st_ino == status.st_ino && now.st_mtim.tv_nsec == status.st_mtim.tv_nsec)
      #expect(now.st_ctim.tv_nsec == status.st_ctim.tv_nsec)
    }
    try chain.run("compare", "-f", "qcow2", "-F", "qcow2", chain.old("top.qcow2"), chain.new("top.qcow2"))
  }

  @Test("one that differs, in a byte or in size, is refused before anything is made") func different() throws
  {
    for changes in [false, true] {
      let chain = try chain(with: ["bases/golden.raw"])
      if changes {
        // Where the source has a hole.
        try Image(at: chain.new("bases/golden.raw")).write(2 << 20..<(2 << 20) + 1, seed: 5)
      } else {
        truncate(chain.new("bases/golden.raw"), (4 << 20) + 1)
      }
      let error = chain.refusal(chain.cutover(Warm()))
      let said = try #require(error?.badImage)
      #expect(error?.exitCode == 65 && said.remedy.contains("nothing is overwritten"))
      #expect(
        said.what.contains(chain.new("bases/golden.raw")) && said.what.contains(changes ? "byte" : "bytes"))
      #expect(chain.workshop.names(in: "new") == ["bases"])
    }
  }

  @Test("one that is a link, or is being written, is not rested on") func links() throws {
    let chain = try chain(with: ["bases/golden.raw"])
    let place = chain.new("bases/golden.raw")
    let writer = try FileDescriptor.open(FilePath(place), .readWrite)
    // As QEMU holds what it writes to.
    try LinuxFiles().lock(writer, 101..<102, .shared)
    let refused = chain.refusal(chain.cutover())?.badImage
    #expect(refused?.what.contains("'\(place)' open for writing") == true, "\(String(describing: refused))")
    // Of a parent no option says that it may be.
    #expect(refused?.remedy == "Stop that program.")
    try writer.close()
    unlink(place)
    try #require(symlink(chain.old("bases/golden.raw"), place) == 0)
    #expect(chain.refusal(chain.cutover())?.badImage?.what.contains("symbolic link") == true)
    unlink(place)
    try #require(mkdir(place, 0o755) == 0)
    #expect(chain.refusal(chain.cutover())?.badImage?.what.contains("not a regular file") == true)
  }

  @Test("one that is changed or taken away after it was compared is noticed") func late() throws {
    for takesAway in [false, true] {
      let chain = try chain(with: ["bases/golden.raw"])
      let place = chain.new("bases/golden.raw")
      var cutover = chain.cutover(Warm())
      cutover.guest = ScriptedGuest { command in
        guard command == "shutDown" else { return }
        if takesAway { unlink(place) } else { try Image(at: place).write(70_000..<70_001, seed: 8) }
      }
      let report = try cutover.run()
      #expect(report.outcome.hasPrefix("failed") || report.outcome == "verify_failed", "\(report)")
      #expect(
        report.detail?.contains(takesAway ? "not there any more" : "there already") == true, "\(report)")
      #expect(chain.arrived == (takesAway ? [] : ["bases/golden.raw"]))
    }
  }

  @Test("one that is changed while the cutover was broken off and the guest is down brings the guest back")
  func resumedInOutage() throws {
    let chain = try chain(with: ["bases/golden.raw"])
    let flag = CancellationFlag()
    var cutover = chain.cutover()
    cutover.guest = ScriptedGuest()
    let broken = try cutover.run(cancellation: flag) { if $0.phase == .verifying { flag.suspend() } }
    #expect(broken.isSuspended)
    try Image(at: chain.new("bases/golden.raw")).write(70_000..<70_001, seed: 8)
    let guest = ScriptedGuest()
    let report = try InterruptedCutover(destination: chain.new("top.qcow2")).resume(guest: guest)
    #expect(
      report.outcome == "verify_failed" && guest.commands.last == "restore", "\(report) \(guest.commands)")
    #expect(chain.arrived == ["bases/golden.raw"])
  }

  @Test("one that is changed while the cutover was broken off is compared again, and refused") func resumed()
    throws
  {
    let chain = try chain(with: ["bases/golden.raw"])
    let flag = CancellationFlag()
    let broken = try chain.cutover(Warm()).run(cancellation: flag) {
      if $0.phase == .copying { flag.suspend() }
    }
    #expect(broken.isSuspended)
    let interrupted = try InterruptedCutover(destination: chain.new("top.qcow2"))
    let place = chain.new("bases/golden.raw")
    try Image(at: place).write(70_000..<70_001, seed: 8)
    do throws(ImageCutoverError) {
      let report = try interrupted.resume()
      Issue.record("it was not refused: \(report)")
    } catch {
      #expect(error.badImage?.what.contains("there already") == true, "\(error)")
      #expect(error.badImage?.remedy.contains("Put back") == true, "\(error)")
    }
    #expect(!chain.arrived.contains("top.qcow2"))
    let bytes = Image(at: chain.old("bases/golden.raw")).bytes
    let file = open(place, O_WRONLY)
    defer { close(file) }
    try #require(pwrite(file, bytes, bytes.count, 0) == bytes.count)
    #expect(try InterruptedCutover(destination: chain.new("top.qcow2")).resume().isCompleted)
    try chain.run("compare", "-f", "qcow2", "-F", "qcow2", chain.old("top.qcow2"), chain.new("top.qcow2"))
  }

  @Test("one that was only touched is compared again, and the guest starts, whenever the driver died")
  func touched() throws {
    var seen = 0
    for number in 1...200 {
      let chain = try chain(with: ["bases/golden.raw"])
      let flag = CancellationFlag()
      let broken = try chain.cutover().run(cancellation: flag) {
        if $0.phase == .verifying { flag.suspend() }
      }
      try #require(broken.isSuspended)
      let (top, place) = (chain.new("top.qcow2"), chain.new("bases/golden.raw"))
      utimensat(AT_FDCWD, place, nil, 0)
      let mortal = MortalFiles(deathAt: number, .within, in: chain.workshop.path)
      _ = try? InterruptedCutover(destination: top, files: mortal).resume()
      guard mortal.isDead else { break }
      guard let left = try? InterruptedCutover(destination: top), left.phase == .starting else { continue }
      seen += 1
      utimensat(AT_FDCWD, place, nil, 0)
      let report = try InterruptedCutover(destination: top).resume()
      #expect(report.isCompleted, "\(number): \(report)")
    }
    #expect(seen >= 3)
  }

  @Test("a copy may rest on the very parents of its source, in their folder") func samePlace() throws {
    let chain = try Qcow2Chain()
    var move = chain.move
    move.destination = chain.old("copy.qcow2")
    let report = try chain.cutover(Cold(), [move]).run()
    #expect(report.isCompleted, "\(report)")
    #expect(report.disks.first?.parents?.map(\.wasThere) == [true, true])
    try chain.run("compare", "-f", "qcow2", "-F", "qcow2", chain.old("top.qcow2"), chain.old("copy.qcow2"))
    // But nobody may be about to write to one of them.
    var base = ImageMove(source: chain.old("middle.qcow2"), destination: chain.new("middle.qcow2"))
    base.keepsChain = true
    move.destination = chain.old("another.qcow2")
    guard case .badOptions? = chain.refusal(chain.cutover(Cold(), [move, base])) else {
      Issue.record("it was not refused")
      return
    }
  }

  @Test("two disks of a guest that rest on one image bring it once") func shared() throws {
    let chain = try Qcow2Chain()
    try chain.run(
      "create", "-q", "-f", "qcow2", "-b", "bases/golden.raw", "-F", "raw", chain.old("data.qcow2"))
    try chain.write("write -P 2 2M 70k", to: "data.qcow2")
    var data = ImageMove(source: chain.old("data.qcow2"), destination: chain.new("data.qcow2"))
    data.keepsChain = true
    let raw = try Image(chain.old("plain.raw"), size: 1 << 20, data: [0..<5000])
    let plain = ImageMove(source: raw.path, destination: chain.new("plain.raw"))
    // The shorter chain first: its base lies deeper in the other.
    let moves = [data, plain, chain.move]
    let published = Monitor<[String]>([])
    let files = FaultyFiles()
    files.add(
      .rename, of: .directory, at: nil, .first { published.withLock { $0.append("\(chain.arrived)") } })
    var cutover = chain.cutover(Cold(), moves)
    cutover.files = files
    cutover.options.manifest = chain.workshop["list"]
    let report = try cutover.run()
    try #require(report.isCompleted, "\(report)")
    #expect(
      chain.arrived == ["data.qcow2", "middle.qcow2", "plain.raw", "top.qcow2", "bases/golden.raw"])
    #expect(report.disks.map(\.destination) == moves.map(\.destination))
    let own = published.withLock { $0 }
    #expect(own.count == 6, "the manifest, and each file once")
    for text in own where text.contains("\"data.qcow2\"") || text.contains("\"middle.qcow2\"") {
      #expect(text.contains("golden.raw\""))
    }
    let olds = (chain.names + ["data.qcow2", "plain.raw"]).map { chain.old($0) }
    #expect(isTaken(report.destination?.allocatedBytes, by: olds))
    for move in moves {
      #expect(
        try ManifestComparison(image: move.destination, manifest: chain.workshop["list"]).find().isEqual)
      #expect(try ImageComparison(source: move.source, destination: move.destination).difference() == nil)
    }
  }

  @Test("comparing tells how far it is, and can be broken off") func comparing() throws {
    let chain = try chain(with: ["bases/golden.raw"])
    let flag = CancellationFlag()
    let phases = Monitor<[ImageCutoverProgress.Phase]>([])
    let report = try chain.cutover().run(cancellation: flag) { progress in
      phases.withLock { $0.append(progress.phase) }
      flag.suspend()
    }
    #expect(report.isSuspended && phases.withLock { $0.first } == .comparing)
    #expect(try InterruptedCutover(destination: chain.new("top.qcow2")).resume().isCompleted)
    try chain.run("compare", "-f", "qcow2", "-F", "qcow2", chain.old("top.qcow2"), chain.new("top.qcow2"))
  }
}
