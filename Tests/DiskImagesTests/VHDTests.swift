import Foundation
import TestTools
import Testing

@testable import DiskImages

@Suite struct VHDTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// A parent with 1s in its first four sectors, and its child with 2s in the second.
  private func pair(_ change: (inout VHDMaker) -> Void = { _ in }) throws {
    var parent = VHDMaker(size: 5 << 20, identifier: 1)
    for sector in 0..<4 { parent.write(sector, Array(repeating: 1, count: 512)) }
    try bench.write(parent.bytes(), to: "parent.vhd")
    var child = VHDMaker(size: 5 << 20, identifier: 2)
    child.parentIdentifier = parent.identifier
    child.write(1, Array(repeating: 2, count: 512))
    child.locators = [.init(platform: "W2ru", bytes: VHDMaker.utf16(".\\parent.vhd", big: false))]
    change(&child)
    try bench.write(child.bytes(), to: "child.vhd")
  }

  private func start() throws -> [UInt8] {
    let contents = try VirtualDisk(opening: bench["child.vhd"]).contents()
    #expect(contents[4 * 512..<contents.count].allSatisfy { $0 == 0 })
    return (0..<4).map { contents[$0 * 512] }
  }

  private func problem(_ options: OpeningOptions = OpeningOptions()) -> ImageProblem? {
    #expect(throws: ImageProblem.self) { _ = try VirtualDisk(opening: bench["child.vhd"], options: options) }
  }

  @Test func aChildReadsItsOwnSectorsAndItsParentsOthers() throws {
    try pair()
    #expect(try start() == [1, 2, 1, 1])
    let disk = try VirtualDisk(opening: bench["child.vhd"])
    #expect(disk.layers.count == 2 && disk.virtualSize == 5 << 20)
    #expect(try disk.check().problems == [])
    var own = disk.extents(ofLayer: 0)
    #expect(try own.next() == DiskExtent(0..<512, .zero(layer: nil)))
    #expect(try own.next()?.range == 512..<1024)
  }

  @Test("data that the bitmaps disown are zeros, and that is said") func disowned() throws {
    func notices(_ change: (inout VHDMaker) -> Void) throws -> [String] {
      var maker = VHDMaker(size: 5 << 20, identifier: 1)
      maker.write(0, Array(repeating: 1, count: 512))
      maker.write(5000, Array(repeating: 1, count: 512))
      change(&maker)
      try bench.write(maker.bytes(), to: "disk.vhd")
      let check = try VirtualDisk(opening: bench["disk.vhd"]).check()
      #expect(check.problems == [])
      return check.notices
    }
    #expect(try notices { $0.filler = 0 } == [])
    let found = try notices { _ in }
    #expect(found.count == 1 && found[0].contains("holds data at byte 512 of its disk"), "\(found)")
    #expect(
      try notices { maker in
        for sector in 0..<4096 { maker.write(sector, Array(repeating: 1, count: 512)) }
      }.first?.contains("holds data at byte 2097152 of its disk") == true)
    // What a child does not claim is its parent's.
    try pair()
    let child = try VirtualDisk(opening: bench["child.vhd"]).check()
    #expect(child.notices.count == 1 && child.notices[0].contains("parent.vhd"), "\(child.notices)")
  }

  @Test(arguments: [
    ("W2ru", VHDMaker.utf16("parent.vhd", big: false)),
    ("W2ru", VHDMaker.utf16(".\\sub\\..\\parent.vhd", big: false)),
    ("Wi2r", Array(".\\parent.vhd".utf8)), ("MacX", Array("file://./parent.vhd".utf8)),
    ("MacX", Array("file://./%70arent.vhd".utf8)), ("MacX", Array("parent.vhd".utf8)),
  ]) func parentsAreFoundByLocatorsOfEveryPlatform(_ platform: String, _ bytes: [UInt8]) throws {
    try FileManager.default.createDirectory(atPath: bench["sub"], withIntermediateDirectories: true)
    try pair { $0.locators = [.init(platform: platform, bytes: bytes)] }
    #expect(try start() == [1, 2, 1, 1])
  }

  @Test(
    "a batmap that claims more than the bitmaps do, or sums up wrongly, is a problem",
    arguments: [
      ([0x00], 0), ([0x80], 1), ([0xC0], 2), ([0x20], 1), ([0x10], 0),
    ] as [([UInt8], Int)]) func batmaps(_ map: [UInt8], _ problems: Int) throws
  {
    // Block 0 has one sector, block 1 is in the file, block 2 has one sector or is full; what is behind the disk means nothing.
    func make(_ isFull: Bool) throws {
      try pair { child in
        child.batmap = map
        for sector in 2 * 4096..<3 * 4096 where sector == 2 * 4096 || isFull {
          child.write(sector, Array(repeating: 3, count: 512))
        }
      }
    }
    try make(false)
    #expect(try VirtualDisk(opening: bench["child.vhd"]).check().problems.count == problems)
    try make(true)
    let isThird = map == [0x20]
    #expect(try VirtualDisk(opening: bench["child.vhd"]).check().problems.count == (isThird ? 0 : problems))
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: bench["child.vhd"])))
    // A byte of the map that stands for no block; 512 + 1024 + 512 of table + 512 of its header.
    bytes[2560 + 100] ^= 1
    try bench.write(bytes, to: "child.vhd")
    let found = try VirtualDisk(opening: bench["child.vhd"]).check().problems
    #expect(found.contains { $0.what.contains("checksum") })
  }

  @Test(arguments: ["W2ku", "MacX"]) func absoluteLocatorsAreTriedLast(_ platform: String) throws {
    let path = bench["parent.vhd"]
    let bytes = platform == "W2ku" ? VHDMaker.utf16(path, big: false) : Array("file://\(path)".utf8)
    try pair {
      $0.locators = [
        .init(platform: platform, bytes: bytes),
        .init(platform: "W2ru", bytes: VHDMaker.utf16("elsewhere.vhd", big: false)),
      ]
    }
    #expect(try start() == [1, 2, 1, 1])
    let parent = try VirtualDisk(opening: bench["child.vhd"]).layers[0].parent
    #expect(parent?.candidates == ["elsewhere.vhd", path])
    #expect(problem(OpeningOptions(parents: .refused))?.kind == .chain)
    _ = try VirtualDisk(opening: bench["child.vhd"], options: OpeningOptions(parents: .beside))
  }

  @Test func theNameInTheHeaderServesWhereNoLocatorDoes() throws {
    try pair {
      $0.locators = []
      $0.parentName = "C:\\Disks\\parent.vhd"
    }
    #expect(try start() == [1, 2, 1, 1])
  }

  @Test func whatNoBitmapClaimsIsZeroWithoutAParent() throws {
    var maker = VHDMaker(size: 4 << 20, identifier: 1)
    maker.write(3, Array(repeating: 9, count: 512))
    try bench.write(maker.bytes(), to: "alone.vhd")
    let contents = try VirtualDisk(opening: bench["alone.vhd"]).contents()
    #expect(contents[3 * 512..<4 * 512].allSatisfy { $0 == 9 })
    #expect(contents.reduce(0) { $0 + Int($1) } == 9 * 512)
  }

  @Test func aMissingParentIsNeverReadAsZeros() throws {
    try pair()
    try FileManager.default.removeItem(atPath: bench["parent.vhd"])
    let found = problem()
    #expect(found?.kind == .chain && found?.what.contains("parent.vhd") == true)
  }

  @Test func anotherDiskIsNotTheParent() throws {
    try pair { $0.parentIdentifier = Array(repeating: 9, count: 16) }
    #expect(problem()?.what.contains("is another image") == true)
  }

  @Test func aLinkIsNotTheParent() throws {
    try pair { $0.locators = [.init(platform: "W2ru", bytes: VHDMaker.utf16("link.vhd", big: false))] }
    try FileManager.default.createSymbolicLink(atPath: bench["link.vhd"], withDestinationPath: "parent.vhd")
    #expect(problem()?.what.contains("symbolic link") == true)
  }

  @Test func aParentChangedSinceIsNoticed() throws {
    try pair { $0.parentTimestamp = 1 }
    #expect(try VirtualDisk(opening: bench["child.vhd"]).notices.count == 1)
  }

  @Test func aChainThatBitesItsTailIsRefused() throws {
    try pair {
      $0.parentIdentifier = $0.identifier
      $0.locators = [.init(platform: "W2ru", bytes: VHDMaker.utf16("child.vhd", big: false))]
    }
    #expect(problem()?.what.contains("loop") == true)
  }

  @Test func aRawParentHasNoIdentifier() throws {
    try pair {
      $0.parentIdentifier = Array(repeating: 0, count: 16)
      $0.locators = [.init(platform: "MacX", bytes: Array("file://./base.raw".utf8))]
    }
    try bench.write(Array(repeating: 7, count: 2048), to: "base.raw")
    #expect(try start() == [7, 2, 7, 7])
  }

  @Test func theCopyOfADamagedFooterIsUsed() throws {
    try pair()
    var bytes = try bench.read("child.vhd")
    bytes[bytes.count - 300] ^= 1
    try bench.write(bytes, to: "child.vhd")
    #expect(try start() == [1, 2, 1, 1])
    #expect(try VirtualDisk(opening: bench["child.vhd"]).notices.count == 1)
    bytes[200] ^= 1
    try bench.write(bytes, to: "child.vhd")
    #expect(problem()?.kind == .damaged)
  }

  @Test func depthHasALimit() throws {
    var last = VHDMaker(size: 512, identifier: 1)
    try bench.write(last.bytes(), to: "1.vhd")
    for number in 2...UInt8(10) {
      var next = VHDMaker(size: 512, identifier: number)
      next.parentIdentifier = last.identifier
      next.parentName = "\(number - 1).vhd"
      try bench.write(next.bytes(), to: "\(number).vhd")
      last = next
    }
    #expect(try VirtualDisk(opening: bench["10.vhd"]).layers.count == 10)
    let problem = #expect(throws: ImageProblem.self) {
      _ = try VirtualDisk(opening: bench["10.vhd"], options: OpeningOptions(depth: 9))
    }
    #expect(problem?.what.contains("longer than 9") == true)
  }

  @Test func randomChainsReadAsTheirSectorsSay() throws {
    try readRandomChains(seeds: 0..<UInt64(12 * Effort.factor), by7Zip: false)
  }

  @Test(.enabled(if: ChildProcess.canRun("7z"), "7-Zip is not installed"))
  func sevenZipReadsRandomChainsAlike() throws {
    try readRandomChains(seeds: 0..<UInt64(12 * Effort.factor), by7Zip: true)
  }

  /// Chains with random sectors, against a model; the same by 7-Zip.
  private func readRandomChains(seeds: Range<UInt64>, by7Zip: Bool) throws {
    for seed in seeds {
      var random = Seeded(seed)
      let depth = Int.random(in: 1...4, using: &random)
      let blockSize = random.pick([4096, 65536, 2 << 20])
      var size = Int.random(in: 1...6000, using: &random) * 512
      var expected: [UInt8] = []
      var isGrown = false
      for level in 0..<depth {
        if level > 0, random.chance(0.3) {
          size += Int.random(in: 1...900, using: &random) * 512
          isGrown = true
        }
        expected = Array((expected + Array(repeating: 0, count: size)).prefix(size))
        var maker = VHDMaker(size: size, identifier: UInt8(level + 1))
        maker.blockSize = blockSize
        // Without a parent, 7-Zip refuses rubbish where the bitmap claims nothing.
        if level == 0 { maker.filler = 0 }
        if level > 0 {
          maker.parentIdentifier = Array(repeating: UInt8(level), count: 16)
          maker.parentName = "\(level - 1).vhd"
          maker.locators = [.init(platform: "W2ru", bytes: VHDMaker.utf16(".\\\(level - 1).vhd", big: false))]
        }
        for _ in 0..<Int.random(in: 0...6, using: &random) {
          let first = Int.random(in: 0..<size / 512, using: &random)
          for sector in first..<min(first + random.pick([1, 7, 64, 300]), size / 512) {
            let pattern = [UInt8](repeating: UInt8.random(in: 1...255, using: &random), count: 512)
            maker.write(sector, pattern)
            expected.replaceSubrange(sector * 512..<sector * 512 + 512, with: pattern)
          }
        }
        try bench.write(maker.bytes(), to: "\(level).vhd")
      }
      let disk = try VirtualDisk(opening: bench["\(depth - 1).vhd"])
      if let difference = difference(try disk.contents(), expected) {
        Issue.record("seed \(seed): \(difference)")
      }
      #expect(try disk.contents(inPieces: &random) == expected, "seed \(seed)")
      #expect(try disk.check().problems == [], "seed \(seed)")
      // 7-Zip doesn't read what lies behind the end of a shorter parent.
      if by7Zip, !isGrown {
        try Peer.shell("7z e -so \(depth - 1).vhd > other.raw", in: bench.path)
        if let difference = difference(try bench.read("other.raw"), expected) {
          Issue.record("7-Zip, seed \(seed), depth \(depth): \(difference)")
        }
      }
    }
  }
}
