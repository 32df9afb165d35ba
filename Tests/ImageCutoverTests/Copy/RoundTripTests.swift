import CutoverCore
import Foundation
import Glibc
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

@Suite struct RoundTripTests {
  static let strategies: [any MigrationStrategy] = [
    Warm(), Warm(rest: .zero), Reboot(), Cold(),
  ]

  @Test("any sparse image arrives whole, holes and all, and its source is untouched", arguments: 0..<24)
  func anyImage(seed: UInt64) throws {
    for (index, strategy) in Self.strategies.enumerated() {
      let workshop = try Workshop()
      let image = try RandomLayout(seed: seed).make(workshop["src"])
      let (bytes, before) = (image.bytes, image.status)
      var options = ImageCutoverOptions()
      options.threads = 1 + Int(seed) % 3
      options.blockSize = [.kibibytes(4), .kibibytes(64), .mebibytes(1)][(index + Int(seed)) % 3]

      let report = try ImageCutover(in: workshop, strategy, options: options).run()

      #expect(report.isCompleted, "\(report)")
      #expect(report.verified)
      #expect(workshop.names == ["dst", "src"])
      let copy = Image(at: workshop["dst"])
      expectAlike(image, copy)
      #expect(copy.allocated <= image.allocated + image.allocated / 50)
      #expect(copy.status.st_mode & 0o777 == 0o644, "as the source")
      expectSame(image.bytes, bytes)
      #expect(image.status.st_mtim.tv_sec == before.st_mtim.tv_sec)
      #expect(image.status.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
    }
  }

  @Test("an empty image arrives empty") func empty() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 0)
    let report = try ImageCutover(in: workshop).run()
    #expect(report.outcome == "completed")
    expectAlike(image, Image(at: workshop["dst"]))
  }

  @Test("an image of one hole arrives as one hole") func hole() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 30)
    let report = try ImageCutover(in: workshop, Cold()).run()
    #expect(report.destination?.virtualBytes == 1 << 30)
    #expect(report.destination?.allocatedBytes == 0)
  }

  @Test("zeros that are allocated stay allocated") func allocatedZeros() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 1 << 20)
    try image.zero(65_536..<131_072)
    _ = try ImageCutover(in: workshop).run()
    #expect(Image(at: workshop["dst"]).map == [65_536..<131_072])
  }

  @Test("what is written, zeroed, punched or filled between passes arrives") func changesBetweenPasses()
    throws
  {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 2_000_001, data: [0..<500_000, 1_900_000..<2_000_001])
    let report = try ImageCutover(in: workshop, Warm(rest: .zero)).run { progress in
      // The driver's thread calls before the step's result is taken in: pass 1 may see this or not; the outage must.
      guard progress.phase == .stopping else { return }
      try? image.write(8192..<8200, seed: 9)
      try? image.punch(65_536..<262_144)
      try? image.zero(300_000..<310_000)
      try? image.write(1_000_000..<1_100_001, seed: 10)
      try? image.punch(1_998_848..<2_002_944)
    }
    #expect(report.outcome == "completed", "\(report)")
    expectAlike(image, Image(at: workshop["dst"]))
    let last = try #require(report.passes.last)
    #expect(last.inOutage && last.punched > 180_000)
    #expect(last.bytes < 150_000, "only pages that differ are written again")
  }

  @Test("a source that is a symbolic link is refused: whoever makes links would choose what is read")
  func sourceLink()
    throws
  {
    let workshop = try Workshop()
    try Image(workshop["real"], size: 100_000, data: [0..<50_000])
    symlink("real", workshop["src"])
    var cutover = ImageCutover(in: workshop)
    for allowsDevices in [false, true] {
      cutover.options.allowsDevices = allowsDevices
      #expect(throws: ImageCutoverError.sourceIsLink(path: workshop["src"])) { try cutover.run() }
    }
    #expect(workshop.names == ["real", "src"])
    // What is only compared tells nobody anything.
    try Image(workshop["same"], size: 100_000, data: [0..<50_000])
    #expect(try ImageComparison(source: workshop["src"], destination: workshop["same"]).difference() == nil)
  }

  @Test("of many differences the first is told, whichever window was read first") func firstDifference()
    throws
  {
    let workshop = try Workshop()
    let size = 24 << 20
    try Image(workshop["full"], size: size, data: [0..<size])
    try Image(workshop["empty"], size: size, data: [])
    let first = try #require(
      try ImageComparison(source: workshop["full"], destination: workshop["empty"]).difference())
    for _ in 0..<20 {
      let again = try ImageComparison(source: workshop["full"], destination: workshop["empty"]).difference()
      #expect(again == first)
    }
    let place = first.split(separator: " ").last.flatMap { Int64($0) }
    #expect(try #require(place) < 4096)
  }

  @Test("the report survives its JSON, and has the keys that others rely on") func json() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100_000, data: [0..<50_000])
    let report = try ImageCutover(in: workshop).run()
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(ImageCutoverReport.self, from: data) == report)
    let text = try #require(String(bytes: data, encoding: .utf8))
    for key in ["outcome", "measured", "seconds", "bytes", "pause_seconds", "passes", "verified", "source"] {
      #expect(text.contains("\"\(key)\""))
    }
  }

  @Test("progress names the phases in order and never counts beyond the total") func progress() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<1 << 20])
    var phases: [ImageCutoverProgress.Phase] = []
    var options = ImageCutoverOptions()
    options.resizeTo = .mebibytes(2)
    _ = try ImageCutover(in: workshop, options: options).run {
      if phases.last != $0.phase { phases.append($0.phase) }
      #expect($0.done <= $0.total)
    }
    #expect(
      phases == [.preparing, .copying, .stopping, .moving, .resizing, .verifying, .starting, .releasing])
  }
}
