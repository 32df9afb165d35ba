import CutoverCore
import Glibc
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

@Suite struct ResizeTests {
  @Test("grows, and shrinks what is empty", arguments: [1_000_001, 1_000_002, 5_000_000, 600_000, 500_001])
  func resize(to size: Int) throws {
    for strategy in [Warm(), Reboot(), Cold()] as [any MigrationStrategy] {
      let workshop = try Workshop()
      let image = try Image(workshop["src"], size: 1_000_001, data: [0..<500_001])
      try image.zero(700_000..<800_000)
      var options = ImageCutoverOptions()
      options.resizeTo = Bytes(Int64(size))
      let report = try ImageCutover(in: workshop, strategy, options: options).run()
      try #require(report.isCompleted, "\(report)")
      let copy = Image(at: workshop["dst"])
      #expect(copy.size == size)
      let common = min(size, 1_000_001)
      expectSame(Array(copy.bytes[..<common]), Array(image.bytes[..<common]))
      #expect(copy.bytes[common...].allSatisfy { $0 == 0 })
      #expect(image.size == 1_000_001)
    }
  }

  @Test("data that arrives in the tail under way is not cut off") func lateData() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 1_000_000, data: [0..<500_000])
    var options = ImageCutoverOptions()
    options.resizeTo = Bytes(600_000)
    let report = try ImageCutover(in: workshop, options: options).run {
      if $0.phase == .stopping { try? image.write(900_000..<900_001, seed: 5) }
    }
    #expect(report.outcome == "failed_destination_full")
    expectOnlySource(workshop)
  }

  @Test("data that arrives behind the end of a grown destination is found") func spoiledTail() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1_000_000, data: [0..<500_000])
    var options = ImageCutoverOptions()
    options.resizeTo = Bytes(2_000_000)
    let partial = Image(at: workshop["dst.fleetshift-partial"])
    let files = FaultyFiles(
      .flush, of: .destination, .first { try? partial.write(1_500_000..<1_500_001, seed: 5) })
    let report = try ImageCutover(in: workshop, options: options, files: files).run()
    #expect(report.outcome == "verify_failed")
    expectOnlySource(workshop)
  }
}
