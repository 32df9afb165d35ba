import CutoverCore
import Foundation
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

@Suite struct ManifestTests {
  private func moved(_ workshop: Workshop, _ format: DiskFormat = .raw) throws -> Image {
    let image = try Image(
      workshop["src"], size: 3_000_320, data: [5000..<70_000, 1 << 20..<2 << 20, 2_990_000..<3_000_320])
    var cutover = ImageCutover(in: workshop)
    cutover.disks[0].destinationFormat = format
    cutover.options.manifest = workshop["list"]
    let report = try cutover.run()
    #expect(report.isCompleted && report.manifest == workshop["list"], "\(report)")
    return image
  }

  private func find(_ workshop: Workshop, _ format: DiskFormat = .raw) throws -> ManifestComparison.Finding {
    try ManifestComparison(image: workshop["dst"], manifest: workshop["list"], format: format).find()
  }

  @Test("it holds the SHA-256 of every block that is not zeros, as sha256sum has it") func known() throws {
    let workshop = try Workshop()
    let image = try moved(workshop)
    let text = try String(contentsOfFile: workshop["list"], encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(
      Array(lines[..<4]) == ["fleetshift-manifest 1", "disk dst", "size 3000320", "block 65536"])
    // Blocks 0, 1, 16 to 31, 45: the last one ends with the disk.
    #expect(lines.count == 4 + 19 + 1 && lines.last?.hasPrefix("total ") == true)
    for line in lines[4..<23] {
      let words = line.split(separator: " ")
      let block = try #require(Int(words[0]))
      let bytes = image.bytes[(block * 65_536)..<min((block + 1) * 65_536, 3_000_320)]
      let path = workshop["block"]
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(try LoopMount.run(["sha256sum", path]).hasPrefix(words[1] + " "))
    }
    #expect(try find(workshop).isEqual)
    #expect(try find(workshop).blocks == 19)
  }

  @Test("a flipped bit is found, and its block named", arguments: [0, 69_999, 400_000, 1_500_000, 3_000_319])
  func flips(place: Int) throws {
    let workshop = try Workshop()
    _ = try moved(workshop)
    let file = open(workshop["dst"], O_RDWR)
    defer { close(file) }
    var byte: UInt8 = 0
    pread(file, &byte, 1, place)
    byte ^= 4
    pwrite(file, &byte, 1, place)
    let block = place / 65_536
    let finding = try find(workshop)
    #expect(finding.differing == 1)
    #expect(finding.ranges == [Int64(block * 65_536)..<Int64(min((block + 1) * 65_536, 3_000_320))])
  }

  @Test("it tells of the disk, whatever the format") func formats() throws {
    for format in [DiskFormat.qcow2, .vhd] {
      let workshop = try Workshop()
      _ = try moved(workshop, format)
      #expect(try find(workshop, format).isEqual)
      let raw = try String(contentsOfFile: workshop["list"], encoding: .utf8)
      let other = try Workshop()
      _ = try moved(other)
      #expect(try String(contentsOfFile: other["list"], encoding: .utf8) == raw)
    }
  }

  @Test("a manifest that was changed, cut or mixed up is refused", arguments: 0..<7) func damaged(_ kind: Int)
    throws
  {
    let workshop = try Workshop()
    _ = try moved(workshop)
    var lines = try String(contentsOfFile: workshop["list"], encoding: .utf8).split(separator: "\n").map(
      String.init)
    switch kind {
    case 0: lines[7] = lines[7].replacingOccurrences(of: "a", with: "b") + ""
    case 1: lines.swapAt(6, 7)
    case 2: lines.remove(at: 9)
    case 3: lines.removeLast()
    case 4: lines[0] = "fleetshift-manifest 2"
    case 5: lines[3] = "block 4096"
    default: lines.insert(String(repeating: "x", count: 100_000), at: 5)
    }
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: workshop["list"], atomically: true, encoding: .utf8)
    #expect(throws: ImageCutoverError.self) { try find(workshop) }
  }

  @Test("a copy that is not to be leaves none behind, and one that is there is not touched") func failed()
    throws
  {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<65_536])
    var cutover = ImageCutover(
      in: workshop, guest: ScriptedGuest { command in if command == "start" { throw Mishap() } })
    cutover.options.manifest = workshop["list"]
    #expect(try cutover.run().outcome == "failed_guest")
    expectOnlySource(workshop)
    try Image(workshop["list"], size: 1)
    #expect(throws: ImageCutoverError.destinationExists(path: workshop["list"])) { try cutover.run() }
    #expect(workshop.names == ["list", "src"])
  }
}
