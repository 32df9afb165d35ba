import CutoverCore
import Foundation
import Glibc
import MigrationStrategies
import Quantities
import SystemPackage
import TestTools
import Testing

@testable import ImageCutover

@Suite struct RehearsalTests {
  static let strategies: [any MigrationStrategy] = [Warm(rest: .mebibytes(1)), Reboot(), Cold()]

  @Test("every acknowledged write is at the destination", arguments: 0..<3)
  func everyWrite(index: Int) throws {
    let workshop = try Workshop()
    let image = try Image(
      workshop["src"], size: 64 << 20, data: [0..<8 << 20, 20 << 20..<28 << 20, 60 << 20..<64 << 20])
    let guest = RehearsalGuest(
      image: workshop["src"],
      options: RehearsalOptions(rate: .mebibytesPerSecond(5), seed: 7))
    var options = ImageCutoverOptions()
    // So much faster than the guest that it is caught up with on a busy machine, too.
    options.rateLimit = .mebibytesPerSecond(40)
    let strategy = Self.strategies[index]
    var isHeld = false
    let report = try ImageCutover(in: workshop, strategy, options: options, guest: guest).run { progress in
      // The first pass lasts until more has been written behind it than a warm migration leaves for the outage.
      guard progress.phase == .copying, progress.pass == 0, !isHeld else { return }
      isHeld = true
      let before = guest.acknowledged.count
      eventually { guest.acknowledged.count >= before + 800 }
    }

    try #require(report.isCompleted, "\(report)")
    let evidence = try #require(report.rehearsal)
    #expect(evidence.lost == 0)
    if strategy.name != "cold" {
      #expect(isHeld && evidence.writes > 800)
      #expect(report.passes.dropFirst().contains { $0.bytes > 0 })
    }
    if strategy.name == "warm" {
      #expect(report.passes.count { !$0.inOutage && $0.bytes > 0 } > 1, "it was caught up with while it ran")
    }
    // The same proof by other means: the test's own reading of both images.
    let copy = Image(at: workshop["dst"])
    let bytes = copy.bytes
    for write in guest.acknowledged {
      let at = Int(write.offset)
      let found = bytes[at..<at + 4096].withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      }
      #expect(found == write.sequence)
    }
    #expect(guest.acknowledged.count == evidence.blocks)
    expectAlike(image, copy)
  }

  @Test("a rehearsal asked for by its rate runs and is proven") func byOption() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 4 << 20, data: [0..<4 << 20])
    var options = ImageCutoverOptions()
    options.rateLimit = .mebibytesPerSecond(4)
    options.rehearsal = RehearsalOptions(rate: .mebibytesPerSecond(1), pattern: .sequential)
    var write = FirstWrite(to: workshop["src"])
    let report = try ImageCutover(in: workshop, options: options).run { write.hold($0) }
    #expect(report.rehearsal?.lost == 0)
    #expect(report.rehearsal.map { $0.writes > 10 } == true)
  }

  @Test("the last pass is exact even when the one before was of a running guest") func lostIsCounted() throws
  {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<1 << 20])
    let guest = RehearsalGuest(
      image: workshop["src"], options: RehearsalOptions(rate: .mebibytesPerSecond(20)))
    try guest.attach()
    #expect(eventually { guest.acknowledged.count > 10 })
    guest.shutDown()
    // An image without the writes: the proof has to find them missing.
    try Image(workshop["other"], size: 1 << 20)
    let evidence = try #require(try guest.examine(workshop["other"]))
    #expect(evidence.lost == evidence.blocks && evidence.blocks > 0)
    #expect(try guest.examine(workshop["src"])?.lost == 0)
    guest.detach()
  }

  @Test("blocks that an earlier rehearsal left are not taken for this one's") func leftovers() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 64 << 20, data: [0..<64 << 20])
    let options = RehearsalOptions(rate: .mebibytesPerSecond(20), pattern: .sequential)
    let first = RehearsalGuest(image: workshop["src"], options: options)
    try first.attach()
    #expect(eventually { first.acknowledged.count > 10 })
    first.detach()
    #expect(try first.examine(workshop["src"])?.lost == 0)
    let second = RehearsalGuest(image: workshop["src"], options: options)
    try second.attach()
    #expect(eventually { second.acknowledged.count > 10 })
    second.detach()
    #expect(try second.examine(workshop["src"])?.lost == 0)
    #expect(try #require(try first.examine(workshop["src"])).lost > 0)
  }

  /// How many files of this process are in the workshop; those of other tests are not.
  private static func openFiles(in workshop: Workshop) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
      let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
      return path?.hasPrefix(workshop.path) == true
    }
  }

  @Test("a board that is refused leaves nothing open") func refusedBoard() throws {
    let workshop = try Workshop()
    try Image(workshop["short"], size: 100)
    #expect(throws: Errno.notPermitted) { try RehearsalBoard.open(workshop["short"]) }
    #expect(try Self.openFiles(in: workshop) == 0)
  }

  @Test("nor does one for which there is no room") func boardWithoutRoom() async {
    // In a process of its own, in which no file may grow.
    await #expect(processExitsWith: .success) {
      let workshop = try Workshop()
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100, rlim_max: 100)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      #expect(throws: Errno.fileTooLarge) { try RehearsalBoard.make(workshop["board"], offsets: [0]) }
      #expect(try RehearsalTests.openFiles(in: workshop) == 0)
    }
  }

  @Test("a board that names places beyond any image is refused") func farPlaces() throws {
    let workshop = try Workshop()
    _ = try RehearsalBoard.make(workshop["board"], offsets: [0, 4096])
    try Image(at: workshop["board"]).write(4096..<4104, bytes: [0, 0, 0, 0, 0, 0, 0, 128])
    #expect(throws: Errno.invalidArgument) { try RehearsalBoard.open(workshop["board"]).offset(0) }
  }

  @Test("its board never takes the place of another's file") func board() throws {
    let workshop = try Workshop()
    try Image(workshop["other"], size: 100_000, data: [0..<50_000])
    let before = Image(at: workshop["other"]).bytes
    #expect(link(workshop["other"], workshop["board"]) == 0)
    let board = try RehearsalBoard.make(workshop["board"], offsets: [0, 4096])
    #expect(board.count == 2)
    expectSame(Image(at: workshop["other"]).bytes, before)
    #expect(try RehearsalBoard.open(workshop["board"]).count == 2)
    // More places than there is room for would be looked for behind the end.
    board[.places] = 1 << 40
    #expect(throws: (any Error).self) { try RehearsalBoard.open(workshop["board"]) }
    board[.places] = 2
    chmod(workshop["board"], 0o666)
    #expect(throws: (any Error).self) { try RehearsalBoard.open(workshop["board"]) }
  }

  @Test("it stops when told, and goes on when restored") func stops() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 1 << 20, data: [0..<1 << 20])
    let guest = RehearsalGuest(
      image: workshop["src"], options: RehearsalOptions(rate: .mebibytesPerSecond(5000)))
    // So fast that it is always in the middle of a write.
    try guest.attach()
    #expect(eventually { !guest.acknowledged.isEmpty })
    guest.pause()
    let (writes, bytes) = (guest.acknowledged, image.bytes)
    sleepFor(.milliseconds(50))
    let isSilent = guest.acknowledged == writes
    #expect(isSilent)
    expectSame(image.bytes, bytes)
    guest.restore(.resume)
    #expect(eventually { guest.acknowledged != writes })
    guest.detach()
  }

  @Test("it writes only where the image is allocated, in whole blocks") func onlyAllocated() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 1_000_001, data: [8192..<16_384, 999_000..<1_000_001])
    let map = image.map
    let guest = RehearsalGuest(
      image: workshop["src"], options: RehearsalOptions(rate: .mebibytesPerSecond(20)))
    try guest.attach()
    #expect(eventually { guest.acknowledged.count == 3 })
    guest.detach()
    #expect(image.map == map && image.size == 1_000_001)
    #expect(Set(guest.acknowledged.map(\.offset)).isSubset(of: [8192, 12_288, 995_328]))
  }

  @Test("nothing allocated, nothing written") func nothingToWrite() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100)
    let guest = RehearsalGuest(
      image: workshop["src"], options: RehearsalOptions(rate: .mebibytesPerSecond(20)))
    try guest.attach()
    guest.detach()
    #expect(guest.acknowledged.isEmpty)
  }

  @Test("a torn or misplaced block is not taken for a whole one") func tornBlock() {
    var block = [UInt8](repeating: 0, count: 4096)
    block.withUnsafeMutableBytes { RehearsalBlock.fill($0, sequence: 5, offset: 8192, run: 1) }
    func matches(_ block: [UInt8], _ sequence: UInt64, _ offset: Int64, _ run: UInt64) -> Bool {
      var room = [UInt8](repeating: 0, count: 4096)
      return block.withUnsafeBytes { bytes in
        room.withUnsafeMutableBytes {
          RehearsalBlock.matches(bytes, sequence: sequence, offset: offset, run: run, building: $0)
        }
      }
    }
    #expect(matches(block, 5, 8192, 1))
    #expect(!matches(block, 4, 8192, 1))
    #expect(!matches(block, 5, 4096, 1))
    #expect(!matches(block, 5, 8192, 2))
    block[3000] ^= 1
    #expect(!matches(block, 5, 8192, 1))
  }
}
