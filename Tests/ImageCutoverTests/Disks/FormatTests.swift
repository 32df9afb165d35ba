import CutoverCore
import DiskImages
import Foundation
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct FormatTests {
  static let hasQEMU = LoopMount.isInstalled("qemu-img") && LoopMount.isInstalled("qemu-io")

  /// An image in a format, made by our own writer, with what a raw one holds.
  private func convert(_ raw: Image, to path: String, _ format: DiskFormat) throws {
    let options = ImageCutoverOptions()
    var move = ImageMove(source: raw.path, destination: path, sourceFormat: .raw, destinationFormat: format)
    move.expected = nil
    #expect(try ImageCutover([move], strategy: Cold(), options: options).run().isCompleted)
  }

  @Test(
    "every format becomes every other, equal to the byte, sound and as small",
    arguments: DiskFormat.allCases, DiskFormat.allCases)
  func everyPair(from: DiskFormat, to: DiskFormat) throws {
    let workshop = try Workshop()
    let size = 9 << 20
    let raw = try Image(
      workshop["raw"], size: size, data: [0..<70_000, 1 << 20..<(1 << 20) + 4096, (8 << 20) - 512..<size])
    let source = workshop["a." + (from == .raw ? "img" : from.rawValue)]
    try convert(raw, to: source, from)
    for strategy in [Warm(rest: .zero), Cold()] as [any MigrationStrategy] {
      let destination = workshop["b.\(strategy.name).\(to.rawValue)"]
      let report = try ImageCutover(source: source, destination: destination, strategy: strategy).run()
      #expect(report.isCompleted && report.verified, "\(report)")
      #expect(report.disks.map(\.sourceFormat) == [from] && report.disks.map(\.destinationFormat) == [to])
      expectSame(try Image(at: destination).disk(to), raw.bytes)
      // Tables, and nothing for what is zero.
      #expect(Image(at: destination).allocated <= raw.allocated + 400_000)
      #expect(try ImageComparison(source: source, destination: destination).difference() == nil)
    }
  }

  @Test(
    "what the new image will take is known beforehand, and is what it then takes",
    arguments: DiskFormat.allCases)
  func allocation(to: DiskFormat) throws {
    let workshop = try Workshop()
    let layouts: [(size: Int, data: [Range<Int>])] = [
      (0, []), (4096, [0..<4096]), (64 << 20, []),
      (64 << 20, (0..<300).map { $0 * 200_000..<$0 * 200_000 + 1 }),
      (700 << 20, [0..<512, 300 << 20..<302 << 20, (700 << 20) - 512..<700 << 20]),
      (40 << 30, [1 << 30..<(1 << 30) + 1, 39 << 30..<(39 << 30) + 70_000]),
    ]
    for (number, layout) in layouts.enumerated() {
      let (source, destination) = (workshop["src\(number)"], workshop["dst\(number)"])
      try Image(source, size: layout.size, data: layout.data)
      let move = ImageMove(
        source: source, destination: destination, sourceFormat: .raw, destinationFormat: to)
      let facts = try ImageProbe.measure([move], ImageCutoverOptions()).facts
      var options = ImageCutoverOptions()
      options.sharesBlocks = false
      #expect(try ImageCutover([move], strategy: Cold(), options: options).run().isCompleted)
      let (made, foreseen) = (Image(at: destination), Int(facts.destinationAllocated.count))
      let pages = made.map.reduce(0) { $0 + ($1.upperBound + 4095) / 4096 - $1.lowerBound / 4096 }
      #expect(pages * 4096 == foreseen, "\(layout.size) \(facts)")
      // A file system counts what it needs itself to find many pieces: ext4 a block where there are more than four.
      let own = made.allocated - foreseen
      #expect((0...(layout.data.count > 100 ? 16_384 : 4096)).contains(own), "\(layout.size) \(facts)")
    }
  }

  @Test("room is asked for the tables too") func roomForTables() throws {
    let workshop = try Workshop()
    let data = (0..<20).map { $0 << 21..<($0 << 21) + 1 }
    let source = try Image(workshop["src.raw"], size: 40 << 20, data: data)
    let files = FaultyFiles()
    // Of a page for each block's bitmap, none.
    files.setFreeSpace(Int64(source.allocated) + 20_000)
    for (name, isRefused) in [("dst.vhd", true), ("dst.raw", false)] {
      var cutover = ImageCutover(
        [ImageMove(source: source.path, destination: workshop[name])], strategy: Cold())
      cutover.files = files
      do throws(ImageCutoverError) {
        try cutover.check()
        #expect(!isRefused)
      } catch {
        guard case .notEnoughSpace(_, let needed, _) = error else { throw error }
        #expect(isRefused && needed >= 40 * 4096)
      }
    }
  }

  @Test(
    "QEMU finds what we write equal and sound, and its chains arrive flattened",
    .enabled(if: hasQEMU, "qemu-img is not there"), arguments: DiskFormat.allCases)
  func peers(to: DiskFormat) throws {
    let workshop = try Workshop()
    let (base, middle, top) = (workshop["base.raw"], workshop["middle.qcow2"], workshop["top.qcow2"])
    try Image(base, size: 6 << 20, data: [0..<1 << 20, 5 << 20..<6 << 20])
    try LoopMount.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "raw", middle])
    try LoopMount.run([
      "qemu-io", "-f", "qcow2", "-c", "write -P 7 512k 1M", "-c", "write -z 64k 128k", middle,
    ])
    try LoopMount.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", middle, "-F", "qcow2", top, "7M"])
    try LoopMount.run(["qemu-io", "-f", "qcow2", "-c", "write -P 9 6500k 8k", "-c", "discard 5M 64k", top])
    let destination = workshop["new." + to.rawValue]
    let report = try ImageCutover(source: top, destination: destination, strategy: Warm()).run()
    #expect(report.isCompleted, "\(report)")
    let name = to == .vhd ? "vpc" : to.rawValue
    try LoopMount.run(["qemu-img", "compare", "-f", "qcow2", "-F", name, top, destination])
    if to == .qcow2 { try LoopMount.run(["qemu-img", "check", "-f", name, destination]) }
  }

  @Test("dirty passes into every format lose no acknowledged write", arguments: DiskFormat.allCases)
  func dirtyPasses(to: DiskFormat) throws {
    for from in DiskFormat.allCases {
      let workshop = try Workshop()
      let raw = try Image(workshop["raw"], size: 6 << 20, data: [0..<3 << 20])
      let source = workshop["a." + from.rawValue]
      try convert(raw, to: source, from)
      var options = ImageCutoverOptions()
      options.rateLimit = .mebibytesPerSecond(12)
      options.rehearsal = RehearsalOptions(rate: .mebibytesPerSecond(4))
      let destination = workshop["b." + to.rawValue]
      var write = FirstWrite(to: source)
      let report = try ImageCutover(
        source: source, destination: destination, strategy: Warm(), options: options
      ).run { write.hold($0) }
      #expect(report.isCompleted, "\(report)")
      #expect(report.rehearsal?.lost == 0 && (report.rehearsal?.writes ?? 0) > 0, "\(report)")
      #expect(try ImageComparison(source: source, destination: destination).difference() == nil)
    }
  }

  // MARK: - Refused

  private func refusal(
    _ source: String, _ workshop: Workshop, _ change: (inout ImageCutover) -> Void = { _ in }
  )
    -> ImageCutoverError?
  {
    var cutover = ImageCutover(source: source, destination: workshop["new.raw"], strategy: Warm())
    change(&cutover)
    do throws(ImageCutoverError) {
      _ = try cutover.run()
      return nil
    } catch { return error }
  }

  @Test("a raw disk into which a guest wrote a header is not believed, and moved as raw if so told")
  func guestsHeader() throws {
    let workshop = try Workshop()
    let secret = try Image(workshop["secret"], size: 1 << 20, data: [0..<1 << 20])
    try convert(secret, to: workshop["evil.qcow2"], .qcow2)
    // What a guest can do to its own disk.
    try #require(Glibc.rename(workshop["evil.qcow2"], workshop["guest.raw"]) == 0)
    for format in [nil, DiskFormat.vhd] {
      let error = refusal(workshop["guest.raw"], workshop) { $0.disks[0].sourceFormat = format }
      guard case .badImage = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(error?.exitCode == 65)
    }
    #expect(refusal(workshop["guest.raw"], workshop) { $0.disks[0].sourceFormat = .raw } == nil)
    expectAlike(Image(at: workshop["guest.raw"]), Image(at: workshop["new.raw"]))
    // The header that comes while it is moved changes nothing: the format was told once.
    unlink(workshop["new.raw"])
    let plain = try Image(workshop["plain.raw"], size: 1 << 20, data: [0..<1 << 20])
    let header = Array(Image(at: workshop["guest.raw"]).bytes.prefix(65_536))
    let cutover = ImageCutover(
      source: plain.path, destination: workshop["new.raw"], strategy: Warm(rest: .zero),
      guest: ScriptedGuest { command in
        guard command == "shutDown" else { return }
        let file = open(plain.path, O_WRONLY)
        defer { close(file) }
        #expect(pwrite(file, header, header.count, 0) == header.count)
      })
    #expect(try cutover.run().isCompleted)
    expectAlike(plain, Image(at: workshop["new.raw"]))
  }

  @Test("a chain that is not the planned one, or changes under way, is refused") func staleChain() throws {
    try #require(Self.hasQEMU)
    let workshop = try Workshop()
    let (base, top) = (workshop["base.raw"], workshop["top.qcow2"])
    let image = try Image(base, size: 2 << 20, data: [0..<1 << 20])
    try LoopMount.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "raw", top])
    let move = ImageMove(source: top, destination: workshop["new.raw"])
    let (facts, planned) = try ImageProbe.measure([move], ImageCutoverOptions())
    #expect(facts.links.map(\.format) == [.qcow2, .raw])
    #expect(planned[0].sourceFormat == .qcow2 && planned[0].destinationFormat == .raw)
    let cutover = ImageCutover(planned, strategy: Cold())
    try cutover.check()
    try image.write(8192..<8200, seed: 3)
    #expect(throws: ImageCutoverError.self) { try cutover.check() }
    // Under way: between the pass and the proof.
    let report = try ImageCutover(
      source: top, destination: workshop["new.raw"], strategy: Warm(),
      guest: ScriptedGuest { command in
        if command == "shutDown" { try image.write(16_384..<16_400, seed: 4) }
      }
    ).run()
    #expect(report.outcome == "failed_source", "\(report)")
    #expect(report.detail?.contains("written to") == true)
    #expect(workshop.names == ["base.raw", "top.qcow2"])
  }

  @Test("an image may name any file as its parent, and is not believed unless somebody says so")
  func parentElsewhere() throws {
    try #require(Self.hasQEMU)
    let (workshop, elsewhere) = (try Workshop(), try Workshop())
    try Image(elsewhere["secret"], size: 1 << 20, data: [0..<1 << 20])
    let evil = workshop["evil.qcow2"]
    try LoopMount.run([
      "qemu-img", "create", "-q", "-f", "qcow2", "-b", elsewhere["secret"], "-F", "raw", evil,
    ])
    guard case .badImage(let what, let remedy) = refusal(evil, workshop) else {
      Issue.record("it was not refused")
      return
    }
    #expect(what.contains("not below the directory") && remedy.contains("anywhere"))
    #expect(workshop.names == ["evil.qcow2"])
    #expect(refusal(evil, workshop) { $0.options.parents = .anywhere } == nil)
    unlink(workshop["new.raw"])
    // Beside it, by a relative or an absolute path, it may be.
    try Image(workshop["base.raw"], size: 1 << 20, data: [0..<8192])
    for name in ["base.raw", workshop["base.raw"]] {
      try LoopMount.run(["qemu-img", "rebase", "-q", "-u", "-b", name, "-F", "raw", evil])
      #expect(refusal(evil, workshop) == nil)
      unlink(workshop["new.raw"])
    }
  }

  @Test("loops, missing parents and foreign names end in one message and nothing made") func badChains()
    throws
  {
    try #require(Self.hasQEMU)
    let workshop = try Workshop()
    try Image(workshop["base.raw"], size: 1 << 20, data: [0..<8192])
    try LoopMount.run([
      "qemu-img", "create", "-q", "-f", "qcow2", "-b", workshop["base.raw"], "-F", "raw", workshop["a.qcow2"],
    ])
    try LoopMount.run([
      "qemu-img", "rebase", "-q", "-u", "-b", workshop["a.qcow2"], "-F", "qcow2", workshop["a.qcow2"],
    ])
    try Image(workshop["odd.vmdk"], size: 1 << 20, data: [0..<8192])
    try Image(workshop["odd.raw"], size: 1_000_001, data: [0..<8192])
    for (name, change) in [
      ("a.qcow2", { _ in }), ("odd.vmdk", { _ in }),
      ("odd.raw", { $0.disks[0].destinationFormat = .qcow2 }),
      ("base.raw", { $0.disks[0].destination = workshop["new.vmdk"] }),
    ] as [(String, (inout ImageCutover) -> Void)] {
      let error = refusal(workshop[name], workshop, change)
      guard case .badImage(let what, let remedy) = error else {
        Issue.record("\(name): \(String(describing: error))")
        continue
      }
      #expect(!what.isEmpty && !remedy.isEmpty)
    }
    #expect(workshop.names == ["a.qcow2", "base.raw", "odd.raw", "odd.vmdk"])
  }

  @Test("tables that a running guest changes are not read beside it; those of a stopped one are read anew")
  func runningGuest() throws {
    try #require(Self.hasQEMU)
    let workshop = try Workshop()
    let top = workshop["top.qcow2"]
    try LoopMount.run(["qemu-img", "create", "-q", "-f", "qcow2", top, "4M"])
    let hooks = GuestHooks(onPause: ["true"])
    guard case .badImage = refusal(top, workshop, { $0.options.hooks = hooks }) else {
      Issue.record("it was not refused")
      return
    }
    // Stopped first: what it wrote until then, tables and all, is there.
    let write = ["qemu-io", "-f", "qcow2", "-c", "write -P 5 1M 300k", top]
    var options = ImageCutoverOptions()
    options.hooks = GuestHooks(onPause: ["/usr/bin/env"] + write)
    options.sourceInUse = true
    let report = try ImageCutover(
      source: top, destination: workshop["new.vhd"], strategy: Cold(), options: options
    ).run()
    #expect(report.isCompleted, "\(report)")
    let bytes = try Image(at: workshop["new.vhd"]).disk(.vhd)
    #expect(bytes[1 << 20..<(1 << 20) + 307_200].allSatisfy { $0 == 5 })
  }

  @Test("a disk that grows grows in its format too; one that would shrink is refused")
  func resize() throws {
    for format in [DiskFormat.qcow2, .vhd] {
      let workshop = try Workshop()
      let raw = try Image(workshop["src"], size: 2 << 20, data: [0..<1 << 20])
      let path = workshop["new." + format.rawValue]
      var options = ImageCutoverOptions()
      options.resizeTo = .mebibytes(5)
      let report = try ImageCutover(source: raw.path, destination: path, strategy: Cold(), options: options)
        .run()
      #expect(report.isCompleted, "\(report)")
      let bytes = try Image(at: path).disk(format)
      #expect(bytes.count == 5 << 20)
      expectSame(Array(bytes[..<(2 << 20)]), raw.bytes)
      unlink(path)
      options.resizeTo = .mebibytes(1)
      #expect(throws: ImageCutoverError.self) {
        try ImageCutover(source: raw.path, destination: path, strategy: Cold(), options: options).run()
      }
    }
  }
}
