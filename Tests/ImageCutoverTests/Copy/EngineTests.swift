import CutoverCore
import DiskImages
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct BlockDigestTests {
  private func digest(_ bytes: [UInt8], _ ranges: [Range<Int>]) -> BlockDigest {
    bytes.withUnsafeBytes { bytes in
      BlockDigest(ofBlock: ranges.map { ($0.lowerBound, .init(rebasing: bytes[$0])) })
    }
  }

  @Test("holes and written zeros are the same, and any other difference is one") func canonical() {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    for index in 8192..<16_384 { bytes[index] = UInt8(truncatingIfNeeded: index &* 7) | 1 }
    let whole = digest(bytes, [0..<65_536])
    #expect(digest(bytes, [8192..<16_384]) == whole)
    #expect(digest(bytes, [4096..<12_288, 12_288..<20_480]) == whole)
    // What is not among the parts counts as zeros, whatever the memory holds.
    #expect(digest(bytes, [8192..<12_288]) != whole)
    var moved = [UInt8](repeating: 0, count: 65_536)
    moved.replaceSubrange(12_288..<20_480, with: bytes[8192..<16_384])
    #expect(digest(moved, [0..<65_536]) != whole)
    for bit in [0, 77, 8191 * 8] {
      var flipped = bytes
      flipped[8192 + bit / 8] ^= 1 << (bit % 8)
      #expect(digest(flipped, [0..<65_536]) != whole)
    }
    #expect(digest([UInt8](repeating: 0, count: 65_536), [0..<65_536]) == .zeros)
    #expect(digest([], []) == .zeros)
  }
}

@Suite struct DigestMapTests {
  private func makeFile(_ workshop: Workshop, _ files: any FileAccess) throws -> OpenFile {
    let directory = try files.openDirectory(workshop.path)
    return OpenFile(try files.createUnnamed(in: directory), files, .destination, path: "map")
  }

  @Test("it remembers far more than it holds in memory") func remembers() throws {
    let workshop = try Workshop()
    let map = DigestMap(try makeFile(workshop, LinuxFiles()))
    let blocks = (0..<200).map { Int64($0) * 4096 + Int64($0) }
    for block in blocks { map[block] = BlockDigest(low: UInt64(block) + 7, high: 1) }
    for block in blocks {
      #expect(map[block] == BlockDigest(low: UInt64(block) + 7, high: 1))
      #expect(map[block + 1] == .unknown)
    }
    map.forget(blocks[3] * 65_536 + 5..<blocks[3] * 65_536 + 6)
    #expect(map[blocks[3]] == .unknown && map[blocks[4]] != .unknown)
  }

  @Test("what it has let go of it knows again, unless it could not be stored", arguments: [false, true])
  func rest(isFull: Bool) throws {
    let workshop = try Workshop()
    let files = isFull ? FaultyFiles(.write, of: .directory, at: nil, .error(.noSpace)) : FaultyFiles()
    let map = DigestMap(try makeFile(workshop, files))
    for round in 0..<3 as Range<Int64> {
      for block in 0..<3 as Range<Int64> { map[block * 5000 + round] = BlockDigest(low: 7, high: 1) }
      map.rest()
    }
    for block in 0..<3 as Range<Int64> {
      for round in 0..<3 as Range<Int64> {
        #expect(map[block * 5000 + round] == (isFull ? .unknown : BlockDigest(low: 7, high: 1)))
      }
    }
  }

  @Test("what cannot be stored makes everything unknown, never stale") func fullDisk() throws {
    let workshop = try Workshop()
    let files = FaultyFiles(.write, of: .directory, at: nil, .error(.noSpace))
    let map = DigestMap(try makeFile(workshop, files))
    for number in 0..<40 { map[Int64(number) * 4096] = .zeros }
    #expect(map.isLost)
    for number in 0..<40 { #expect(map[Int64(number) * 4096] == .unknown) }
  }
}

@Suite struct StaleDigestTests {
  /// Changed ranges that a test names; `nil`: all of the image.
  private struct Named: ChangeTracker {
    let ends: CopyEnds
    var changes: [Range<Int64>]?

    func beginPass(startingAt: Int64) -> any WindowFeed {
      guard let changes else { return ends.scan(size: ends.size, windowSize: 1 << 20) }
      var list = changes[...]
      return ChangedFeed(
        ends.sourceCursor, ends.destinationCursor, size: ends.size, windowSize: 1 << 20
      ) { list.popFirst() }
    }
    func passWasBrokenOff() {}
    func remaining(after pass: PassTally, at now: Instant) -> Bytes { .zero }
  }

  @Test("what a pass wrote before it was broken off is believed of nobody's digest") func brokenOff() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 1 << 20, data: [0..<1 << 20])
    let files = FaultyFiles()
    let directory = try files.openDirectory(workshop.path)
    let destination = OpenFile(
      try files.create("dst", in: directory), files, .destination, path: workshop["dst"])
    try destination.setSize(to: 1 << 20)
    let source = OpenFile(try files.openForReading(image.path), files, .source, path: image.path)
    let ends = CopyEnds(source: source, size: 1 << 20, destination: destination)
    let map = DigestMap(
      OpenFile(try files.createUnnamed(in: directory), files, .destination, path: "map"))
    func copy(_ changes: [Range<Int64>]? = nil) throws {
      _ = try ImageCopier(ends: ends, settings: .init(windowSize: 1 << 20, threads: 1, digests: map))
        .pass(0, of: Named(ends: ends, changes: changes), checkpoint: { _ in }, StepControl())
    }
    try copy()
    let before = Array(image.bytes[0..<20_480])

    // Of two pages in one window the first comes through; then the guest takes both back.
    try image.write(0..<4096, seed: 5)
    try image.write(16_384..<20_480, seed: 6)
    let count = files.count(.write, of: .destination)
    files.add(.write, of: .destination, at: count + 2, .error(.ioError))
    #expect(throws: FileFault.self) { try copy([0..<4096, 16_384..<20_480]) }
    #expect(Array(Image(at: workshop["dst"]).bytes[0..<4096]) == Array(image.bytes[0..<4096]))
    try image.write(0..<20_480, bytes: before)

    try copy()
    expectSame(Image(at: workshop["dst"]).bytes, image.bytes)
  }
}

@Suite struct ChangedRangesTests {
  @Test("what goes in comes out, in order and joined, however much", arguments: 0..<10) func ranges(
    seed: UInt64
  ) {
    var random = SplitMix64(state: seed)
    var ranges = ChangedRanges()
    var pages = Set<Int64>()
    for _ in 0..<500 {
      let start = Int64.random(in: 0..<4_000_000, using: &random)
      let range = start..<start + Int64.random(in: 0...30_000, using: &random)
      ranges.insert(range)
      if !range.isEmpty { pages.formUnion(range.lowerBound / 4096...(range.upperBound - 1) / 4096) }
    }
    let out = ranges.takeAll()
    #expect(out.flatMap { Array($0.lowerBound / 4096..<$0.upperBound / 4096) } == pages.sorted())
    for (a, b) in zip(out, out.dropFirst()) { #expect(a.upperBound < b.lowerBound) }
    #expect(ranges.takeAll().isEmpty)
  }

  @Test("too many become coarser, and none is lost") func coarser() {
    var ranges = ChangedRanges()
    for index in 0..<Int64(3 * ChangedRanges.most) { ranges.insert(index * 8192..<index * 8192 + 1) }
    let out = ranges.takeAll()
    #expect(out.count <= ChangedRanges.most)
    var covered = 0
    for index in 0..<Int64(3 * ChangedRanges.most) {
      while out[covered].upperBound <= index * 8192 { covered += 1 }
      #expect(out[covered].contains(index * 8192))
    }
  }
}

@Suite struct ReadBackTests {
  @Test("what the disk lost after its flush is found at once, pass by pass", arguments: 0..<8)
  func lostWrite(seed: UInt64) throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 3_000_001, data: [0..<1_500_000, 2_500_000..<3_000_001])
    let partial = Image(at: workshop["dst.fleetshift-partial"])
    var random = SplitMix64(state: seed)
    let data = [0..<1_500_000, 2_500_000..<3_000_001][Int(seed) % 2]
    let place = Int.random(in: data, using: &random)
    let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
    let files = FaultyFiles(
      .flushData, of: .destination, at: 1,
      .first {
        let file = open(partial.path, O_RDWR)
        defer { close(file) }
        var byte: UInt8 = 0
        pread(file, &byte, 1, place)
        byte ^= bit
        pwrite(file, &byte, 1, place)
      })
    var options = ImageCutoverOptions()
    options.verification = .written
    let report = try ImageCutover(in: workshop, Cold(), options: options, files: files).run()
    #expect(report.outcome == "verify_failed", "\(report)")
    #expect(report.detail?.contains("does not hold what was written") == true)
    expectOnlySource(workshop)
  }

  @Test("what the disk lost behind the first flush of many is found", arguments: 0..<4)
  func lostEarly(seed: UInt64) throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 40 << 20, data: [0..<40 << 20])
    let partial = workshop["dst.fleetshift-partial"]
    var random = SplitMix64(state: seed)
    // One in each block: nobody knows which are written first.
    let places = (0..<40).map { $0 << 20 + Int.random(in: 0..<1 << 20, using: &random) }
    let files = FaultyFiles(
      .flushData, of: .destination, at: 1,
      .first {
        let file = open(partial, O_RDWR)
        defer { close(file) }
        for place in places {
          var byte: UInt8 = 0
          pread(file, &byte, 1, place)
          byte ^= 1
          pwrite(file, &byte, 1, place)
        }
      })
    var options = ImageCutoverOptions()
    options.verification = .written
    let report = try ImageCutover(in: workshop, Cold(), options: options, files: files).run()
    #expect(report.outcome == "verify_failed", "\(report)")
    #expect(report.detail?.contains("does not hold what was written") == true)
    expectOnlySource(workshop)
  }

  @Test("without a fault it says verified, and without reading back it does not") func verified() throws {
    for (verification, expected) in [(ImageCutoverOptions.Verification.written, true), (.none, false)] {
      let workshop = try Workshop()
      let image = try Image(workshop["src"], size: 3_000_001, data: [0..<1_500_000, 2_500_000..<3_000_001])
      var options = ImageCutoverOptions()
      options.verification = verification
      let report = try ImageCutover(in: workshop, options: options).run()
      #expect(report.isCompleted && report.verified == expected, "\(report)")
      expectAlike(image, Image(at: workshop["dst"]))
    }
  }
}

@Suite struct BitFlipTests {
  @Test(
    "a bit that flips on either side before it is last looked at is found or put right", arguments: 0..<24)
  func flips(seed: UInt64) throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 2_000_001, data: [0..<1_000_000, 1_500_000..<2_000_001])
    let partial = Image(at: workshop["dst.fleetshift-partial"])
    var random = SplitMix64(state: seed)
    let place = Int.random(in: 0..<1_000_000, using: &random)
    let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
    let victim = seed % 2 == 0 ? image : partial
    let phases: [ImageCutoverProgress.Phase] = [.copying, .stopping, .moving, .verifying]
    let phase = phases[Int(seed / 2) % 4]
    var isDone = false
    let report = try ImageCutover(in: workshop, Warm(rest: .zero)).run { progress in
      guard progress.phase == phase, !isDone, victim.exists else { return }
      isDone = true
      let file = open(victim.path, O_RDWR)
      defer { close(file) }
      var byte: UInt8 = 0
      pread(file, &byte, 1, place)
      byte ^= bit
      pwrite(file, &byte, 1, place)
    }
    // Either it was found, or both sides are the same; never published and different. Only a flip during the
    // verification itself may come behind its reader, where no single look at a disk can find it.
    if report.isCompleted, phase != .verifying {
      expectSame(image.bytes, Image(at: workshop["dst"]).bytes)
    } else if !report.isCompleted {
      #expect(report.outcome == "verify_failed", "\(report)")
      expectOnlySource(workshop)
    }
  }
}

@Suite struct TransferTests {
  /// Memory that lives as long as a test.
  private final class Memory {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    deinit { bytes.deallocate() }
  }

  @Test(
    "the ring reads and writes what single calls would, past the cache and through it",
    .enabled(if: RingQueue(depth: 4) != nil, "the kernel has no io_uring for us"))
  func ring() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 300_001, data: [0..<300_001])
    let copy = try Image(workshop["dst"], size: 300_001)
    let files = LinuxFiles()
    let source = TransferEnd(
      OpenFile(try files.openForReading(image.path), files, .source, path: "src"), writing: false)
    let file = try FileDescriptor.open(FilePath(copy.path), .readWrite)
    let destination = TransferEnd(OpenFile(file, files, .destination, path: "dst"), writing: true)
    let memory = Memory()
    let pipeline = try TransferPipeline([files], threads: 1)
    defer { pipeline.drain() }
    func wait() throws {
      while !pipeline.isIdle { _ = try pipeline.settle(within: .seconds(1)) }
      if let failure = pipeline.failure { throw failure }
    }
    // The last page reaches beyond the end.
    for start in stride(from: 0, to: 300_001, by: 40_960) {
      let room = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[start..<start + 40_960])
      pipeline.read(
        source, into: room, needed: min(40_960, 300_001 - start), at: Int64(start), for: start + 1)
    }
    try wait()
    pipeline.write(.init(rebasing: memory.bytes[..<300_001]), to: destination, at: 0, for: 1)
    pipeline.flush(destination, for: 2)
    try wait()
    expectSame(image.bytes, copy.bytes)
  }

  @Test("a file that ends early and a disk that fails are named with their place") func faults() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 10_000, data: [0..<10_000])
    let files = LinuxFiles()
    let memory = Memory()
    let source = TransferEnd(
      OpenFile(try files.openForReading(image.path), files, .source, path: "src"), writing: false)
    for usesRing in [true, false] {
      let pipeline = try TransferPipeline(usesRing ? [files] : [FaultyFiles()], threads: 2)
      defer { pipeline.drain() }
      pipeline.read(source, into: memory.bytes, needed: 65_536, at: 0, for: 1)
      while !pipeline.isIdle { _ = try pipeline.settle(within: .seconds(1)) }
      #expect((pipeline.failure as? FileFault)?.cause == .endedEarly)
      // Read-only: a write fails.
      let second = try TransferPipeline(usesRing ? [files] : [FaultyFiles()], threads: 2)
      defer { second.drain() }
      second.write(memory.bytes, to: source, at: 4096, for: 1)
      while !second.isIdle { _ = try second.settle(within: .seconds(1)) }
      #expect((second.failure as? FileFault)?.cause == .errno(.badFileDescriptor))
      #expect((second.failure as? FileFault)?.offset == 4096)
    }
  }

  @Test(
    "on a file system without direct access everything still arrives",
    .enabled(if: access("/dev/shm", W_OK) == 0, "/dev/shm is not there"))
  func memoryFileSystem() throws {
    let place = "/dev/shm/cutover-\(getpid())"
    try #require(mkdir(place, 0o700) == 0)
    defer {
      unlink(place + "/src")
      unlink(place + "/dst")
      rmdir(place)
    }
    let image = try Image(place + "/src", size: 900_001, data: [0..<100_000, 400_000..<900_001])
    let report = try ImageCutover(source: place + "/src", destination: place + "/dst", strategy: Warm()).run()
    #expect(report.isCompleted && report.verified, "\(report)")
    expectSame(image.bytes, Image(at: place + "/dst").bytes)
    #expect(Image(at: place + "/dst").allocated == image.allocated)
  }
}

@Suite struct FormatCopyTests {
  @Test("raw goes into qcow2 and VHD, and comes out of them, with every byte and no more", arguments: 0..<6)
  func formats(seed: UInt64) throws {
    let workshop = try Workshop()
    let layout = RandomLayout(seed: seed)
    // Both formats count in sectors.
    let size = (layout.size + 511) / 512 * 512
    let image = try layout.make(workshop["src"])
    image.resize(to: size)
    let files = LinuxFiles()
    let source = OpenFile(try files.openForReading(image.path), files, .source, path: "src")
    let directory = try files.openDirectory(workshop.path)
    for format in [ImageFormat.qcow2, .vhd] {
      let name = "dst.\(format.rawValue)"
      let file = OpenFile(
        try files.create(name, in: directory), files, .destination, path: workshop[name])
      let writer = try ImageWriters.create(format, in: file, size: Int64(size))
      var ends = CopyEnds(source: source, size: Int64(size), destination: file, writer: writer)
      try copy(ends)
      // A second pass finds nothing to do.
      #expect(try copy(ends).written == .zero)
      try writer.finish()

      let disk = try VirtualDisk(opening: workshop[name])
      let back = OpenFile(
        try files.create("back", in: directory), files, .destination, path: workshop["back"])
      try back.setSize(to: Int64(size))
      ends = CopyEnds(
        source: disk.layers[0].file, size: disk.virtualSize, disk: disk, destination: back)
      try copy(ends)
      #expect(disk.virtualSize >= Int64(size))
      expectSame(Array(Image(at: workshop["back"]).bytes.prefix(size)), image.bytes)
      unlink(workshop["back"])
    }
  }

  @discardableResult
  private func copy(_ ends: CopyEnds) throws -> PassTally {
    try ImageCopier(
      ends: ends, settings: .init(windowSize: 1 << 20, threads: 2, readsBack: true)
    ).pass(0, of: ScanTracker(ends, windowSize: 1 << 20), checkpoint: { _ in }, StepControl())
  }
}
