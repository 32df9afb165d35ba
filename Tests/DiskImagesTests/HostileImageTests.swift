import Foundation
import ImageFiles
import ImageFuzzing
import TestTools
import Testing

@testable import DiskImages

/// Images that lie. Every one is refused with a reason, or read; none traps, hangs or takes much memory.
@Suite struct HostileImageTests {
  private func refusal(_ format: ImageFormat, _ image: [UInt8]) -> ImageProblem? {
    let files = MemoryFiles(["image": image])
    do {
      let disk = try VirtualDisk(opening: "image", options: OpeningOptions(format: format), files: files)
      return try disk.check().problems.first
    } catch let problem as ImageProblem { return problem } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  struct Lie: Sendable, CustomTestStringConvertible {
    var name: String
    var offset: Int
    var number: UInt64
    var width: Int
    /// A part of what is said of it.
    var answer: String
    var testDescription: String { name }
  }

  static let lies: [Lie] = [
    Lie(name: "no magic", offset: 0, number: 0, width: 4, answer: "not a qcow2 image"),
    Lie(name: "version 4", offset: 4, number: 4, width: 4, answer: "version 4"),
    Lie(name: "clusters of 2^8", offset: 20, number: 8, width: 4, answer: "2^8"),
    Lie(name: "clusters of 2^22", offset: 20, number: 22, width: 4, answer: "2^22"),
    Lie(name: "clusters of 2^(2^32-1)", offset: 20, number: 0xFFFF_FFFF, width: 4, answer: "A cluster"),
    Lie(name: "a disk of 2^63", offset: 24, number: 1 << 63, width: 8, answer: "a disk of"),
    Lie(name: "a disk of 2^60 with one L1 entry", offset: 24, number: 1 << 60, width: 8, answer: "L1 table"),
    Lie(name: "encrypted", offset: 32, number: 1, width: 4, answer: "encrypted"),
    Lie(name: "no L1 entries", offset: 36, number: 0, width: 4, answer: "L1 table of 0"),
    Lie(
      name: "an L1 table larger than the file", offset: 36, number: 4_000_000, width: 4, answer: "L1 table at"
    ),
    Lie(name: "2^32 L1 entries", offset: 36, number: 0xFFFF_FFFF, width: 4, answer: "L1 table of"),
    Lie(name: "an L1 table at 2^63", offset: 40, number: 1 << 63, width: 8, answer: "L1 table at"),
    Lie(name: "an L1 table askew", offset: 40, number: 513, width: 8, answer: "L1 table at"),
    Lie(name: "an L1 table on the header", offset: 40, number: 0, width: 8, answer: "L1 table at byte 0"),
    Lie(name: "no refcounts", offset: 48, number: 0, width: 8, answer: "refcount table at byte 0"),
    Lie(name: "refcounts of the header", offset: 56, number: 0xFFFF_FFFF, width: 4, answer: "refcount table"),
    Lie(name: "dirty", offset: 72, number: 1, width: 8, answer: "dirty"),
    Lie(name: "corrupt", offset: 72, number: 2, width: 8, answer: "corrupt"),
    Lie(name: "an external data file", offset: 72, number: 4, width: 8, answer: "data-file"),
    Lie(name: "a feature of tomorrow", offset: 72, number: 1 << 40, width: 8, answer: "bit 40"),
    Lie(name: "subclusters of 16 bytes", offset: 72, number: 16, width: 8, answer: "subclusters"),
    Lie(name: "refcounts of 2^7 bits", offset: 96, number: 7, width: 4, answer: "2^7"),
    Lie(
      name: "a header longer than a cluster", offset: 100, number: 1 << 20, width: 4, answer: "a header of"),
    Lie(
      name: "a header extension without end", offset: 104, number: 0xE279_2ACA_FFFF_FFF0, width: 8,
      answer: "extension"),
    Lie(
      name: "more snapshots than QEMU reads", offset: 60, number: 0xFFFF_FFFF, width: 4,
      answer: "a snapshot table of 4294967295 entries"),
    Lie(
      name: "a backing file's name elsewhere", offset: 8, number: 1 << 40, width: 8,
      answer: "backing file's name"),
  ]

  @Test(arguments: lies) func aLieInTheHeaderIsNamed(_ lie: Lie) throws {
    var image = try SoundImage.bytes(.qcow2, unit: 512)
    for index in 0..<lie.width {
      image[lie.offset + index] = UInt8(truncatingIfNeeded: lie.number >> UInt64(8 * (lie.width - 1 - index)))
    }
    let found = refusal(.qcow2, image)
    #expect(
      found?.message.lowercased().contains(lie.answer.lowercased()) == true, "\(String(describing: found))")
    #expect(found?.remedy.isEmpty == false)
  }

  private func table(_ image: [UInt8], _ entry: Int) -> Int {
    let l1 = image.bigEndian(at: 40, as: UInt64.self)
    return Int(image.bigEndian(at: Int(l1) + entry * 8, as: UInt64.self) & Qcow2Layer.offsetMask)
  }

  @Test func tablesThatPointAstrayAreNamed() throws {
    let sound = try SoundImage.bytes(.qcow2, unit: 512)
    let l1 = Int(sound.bigEndian(at: 40, as: UInt64.self))
    let l2 = table(sound, 0)
    let first = sound.bigEndian(at: l2, as: UInt64.self)
    func lie(_ number: UInt64, at offset: Int) -> String {
      var image = sound
      image.set(number, at: offset)
      return refusal(.qcow2, image)?.what ?? "nothing wrong"
    }
    #expect(lie(1 << 40 | Qcow2Layer.copiedFlag, at: l1).contains("the L2 table at byte"))
    #expect(lie(UInt64(l1) | Qcow2Layer.copiedFlag, at: l1).contains("lies where something else is"))
    #expect(lie(sound.bigEndian(at: l1, as: UInt64.self), at: l1 + 8).contains("share the L2 table"))
    #expect(lie(1 << 50 | Qcow2Layer.copiedFlag, at: l2).contains("a cluster at byte"))
    #expect(lie(first, at: l2 + 64).contains("lies where something else is"), "a cluster used twice")
    #expect(lie(first & ~Qcow2Layer.copiedFlag, at: l2).contains("copied"))
    #expect(lie(Qcow2Layer.compressedFlag | 1 << 45, at: l2).contains("compressed cluster at byte"))
    #expect(lie(0x3E, at: l2).contains("reserved bits"))
    #expect(refusal(.qcow2, Array(sound.dropLast(sound.count / 2))) != nil, "half a file")
    #expect(refusal(.qcow2, sound) == nil)
  }

  /// One L2 table for every L1 entry, and one cluster for every L2 entry: 2^60 bytes of disk in a few kilobytes.
  @Test func aBombIsDefused() throws {
    var image = try SoundImage.bytes(.qcow2, unit: 512)
    let l2 = table(image, 0)
    let first = image.bigEndian(at: l2, as: UInt64.self)
    for entry in 0..<64 { image.set(first, at: l2 + entry * 8) }
    let disk = try VirtualDisk(
      opening: "image", options: OpeningOptions(format: .qcow2), files: MemoryFiles(["image": image]))
    var extents = disk.extents()
    let problem = #expect(throws: ImageProblem.self) { while try extents.next() != nil {} }
    #expect(problem?.what.contains("used twice") == true)
  }

  @Test func aVHDThatLiesIsNamed() throws {
    let sound = try SoundImage.bytes(.vhd, unit: 4096)
    func lie(_ changes: [(offset: Int, number: UInt64, width: Int)]) -> String {
      var image = sound
      for change in changes {
        for index in 0..<change.width {
          image[change.offset + index] = UInt8(
            truncatingIfNeeded: change.number >> UInt64(8 * (change.width - 1 - index)))
        }
      }
      let files = MemoryFiles(["image": FuzzCase(FuzzCase.bytes(.vhd, image)).image])
      do {
        let disk = try VirtualDisk(opening: "image", options: OpeningOptions(format: .vhd), files: files)
        return try disk.check().problems.first?.what ?? "nothing wrong"
      } catch { return (error as? ImageProblem)?.what ?? "\(error)" }
    }
    let end = sound.count - 512
    #expect(lie([]) == "nothing wrong")
    #expect(lie([(end + 48, 1 << 60, 8)]).contains("block allocation table of"))
    #expect(lie([(end + 48, .max, 8)]).contains("a disk of"))
    #expect(lie([(end + 16, 1 << 63, 8)]).contains("the header at byte"))
    #expect(lie([(end + 16, 1024, 8)]).contains("no VHD header"))
    #expect(lie([(end + 60, 2, 4), (end + 48, 1 << 50, 8)]).contains("a fixed disk of"))
    #expect(lie([(512 + 24, 0x20000, 4)]).contains("version 2"))
    #expect(lie([(512 + 32, 3000, 4)]).contains("blocks of 3000"))
    #expect(lie([(512 + 28, 0, 4)]).contains("table of 0 entries"))
    #expect(lie([(512 + 28, 0xFFFF_FFFF, 4)]).contains("table of 4294967295 entries"))
    #expect(lie([(512 + 16, 1 << 40, 8)]).contains("table at byte"))
    #expect(lie([(1536, 0x7000_0000, 4)]).contains("ends behind the end"))
    #expect(lie([(1536, 0, 4)]).contains("lies on the copy of the footer"))
    let block = UInt64(sound.bigEndian(at: 1536, as: UInt32.self))
    #expect(lie([(1540, block, 4)]).contains("two blocks overlap"))
  }

  /// Random damage to sound images; `make fuzz` does it for longer, guided by coverage.
  @Test func noDamageTraps() throws {
    let seeds = try SoundImage.seeds()
    var random = Seeded(2026)
    var outcomes: [FuzzCase.Outcome: Int] = [:]
    for _ in 0..<200 * Effort.factor {
      let bytes = ImageMutation.apply(to: random.pick(seeds), using: &random)
      outcomes[try FuzzCase(bytes).run(), default: 0] += 1
    }
    #expect(outcomes[.read, default: 0] > 20 && outcomes[.refused, default: 0] > 20, "\(outcomes)")
  }
}
