import CutoverCore
import Glibc
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

/// A driver dies at every change that it makes while it moves a chain, and another goes on.
@Suite(.enabled(if: FormatTests.hasQEMU, "qemu-img is not there")) struct ChainDeathTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var death: MortalFiles.Death
    /// The source's host boots between the two drivers.
    var isRevived = false
    /// Of the chain's parents, what is at the destination already.
    var present: [String] = []

    var testDescription: String { "\(death)\(isRevived ? ", revived" : ""), there: \(present)" }
  }

  static let names = ["base.raw", "middle.qcow2", "top.qcow2"]

  @Test(
    "whenever it dies, nothing is lost, no image is without its parents, and the next one ends it",
    arguments: [
      Case(death: .within), Case(death: .powerCut(seed: 7), isRevived: true, present: ["base.raw"]),
    ])
  func everyChange(_ item: Case) throws {
    let chain = try Self.chain()
    var number = 0
    var isOver = false
    while !isOver {
      number += 1
      isOver = try die(at: number, item, chain)
      try #require(number < 800)
    }
    print("deaths of a chain: \(item.testDescription): \(number - 1)")
    #expect(number > 25)
  }

  /// The files of a chain, with tables in the first 32 KiB and data behind.
  private static func chain() throws -> [String: [UInt8]] {
    let workshop = try Workshop()
    try Image(workshop["base.raw"], size: 300_000, data: [0..<70_000])
    let sizes = ["-o", "cluster_size=4096"]
    try LoopMount.run(
      ["qemu-img", "create", "-q", "-f", "qcow2"] + sizes
        + ["-b", "base.raw", "-F", "raw", workshop["middle.qcow2"]])
    try LoopMount.run(["qemu-io", "-f", "qcow2", "-c", "write -P 7 100k 12k", workshop["middle.qcow2"]])
    try LoopMount.run(
      ["qemu-img", "create", "-q", "-f", "qcow2"] + sizes
        + ["-b", "middle.qcow2", "-F", "qcow2", workshop["top.qcow2"]])
    try LoopMount.run(["qemu-io", "-f", "qcow2", "-c", "write -P 9 0 80k", workshop["top.qcow2"]])
    return Dictionary(uniqueKeysWithValues: names.map { ($0, Image(at: workshop[$0]).bytes) })
  }

  private func put(_ bytes: [UInt8], at path: String) throws {
    let image = try Image(path, size: bytes.count)
    let file = open(image.path, O_WRONLY)
    defer { close(file) }
    try #require(pwrite(file, bytes, bytes.count, 0) == bytes.count)
  }

  /// Returns whether the driver had no reason to die any more.
  private func die(at number: Int, _ item: Case, _ chain: [String: [UInt8]]) throws -> Bool {
    let workshop = try Workshop(isFast: true)
    for folder in ["old", "new"] { _ = try workshop.folder(folder) }
    for name in Self.names { try put(try #require(chain[name]), at: workshop["old/" + name]) }
    for name in item.present { try put(try #require(chain[name]), at: workshop["new/" + name]) }
    let guest = HonestGuest([Image(at: workshop["old/top.qcow2"])], seed: UInt64(number), sparing: 32 << 10)

    let mortal = MortalFiles(deathAt: number, item.death, in: workshop["new"])
    var report: ImageCutoverReport?
    do {
      report = try cutover(workshop, guest, mortal).run { _ in if !mortal.isDead { guest.write() } }
    } catch { #expect(mortal.isDead, "\(number): \(error)") }
    if mortal.isDead {
      expectParents(workshop, number)
      guest.write()
      if item.isRevived {
        guest.revive()
        guest.write()
      }
      report = try goOn(workshop, guest, number)
    }
    let context: Comment = "death \(number): \(String(describing: report)) \(workshop.names(in: "new"))"
    #expect(guest.violations.isEmpty, context)
    let outcome = try #require(report?.outcome, context)
    if outcome == "completed" {
      #expect(guest.place == .destination, context)
      #expect(workshop.names(in: "new") == Self.names, context)
      for name in Self.names {
        expectSame(Image(at: workshop["new/" + name]).bytes, Image(at: workshop["old/" + name]).bytes)
      }
      expectSame(
        try Image(at: workshop["new/top.qcow2"]).disk(.qcow2),
        try Image(at: workshop["old/top.qcow2"]).disk(.qcow2))
    } else {
      #expect(guest.place == .source, context)
      #expect(workshop.names(in: "new") == item.present, context)
    }
    return !mortal.isDead
  }

  /// Whatever a dead driver has left, what bears its name has its parents.
  private func expectParents(_ workshop: Workshop, _ number: Int) {
    let there = Self.names.filter(workshop.names(in: "new").contains)
    #expect(there == Array(Self.names.prefix(there.count)), "death \(number)")
  }

  private func goOn(_ workshop: Workshop, _ guest: HonestGuest, _ number: Int) throws -> ImageCutoverReport {
    let files = MortalFiles(deathAt: nil, .before, in: workshop["new"])
    do throws(ImageCutoverError) {
      let interrupted = try found(workshop, number, files)
      return try interrupted.resume(guest: guest.commanded(by: files)) { _ in guest.write() }
    } catch {
      switch error {
      case .nothingBegan, .journalMissing:
        guard guest.place == .destination else {
          return try cutover(workshop, guest, files).run { _ in guest.write() }
        }
        return ImageCutoverReport(
          strategy: "", outcome: "completed", measured: .init(seconds: 0, bytes: 0), passes: [],
          source: .init(virtualBytes: 0, allocatedBytes: 0), verified: true)
      case .destinationBusy:
        // The dead driver's threads hold the lock until they have found out.
        sleepFor(.milliseconds(1))
        return try goOn(workshop, guest, number)
      default: throw error
      }
    }
  }

  /// By the image or by a parent, which may not have been told yet, or not know any more.
  private func found(
    _ workshop: Workshop, _ number: Int, _ files: MortalFiles
  ) throws(ImageCutoverError) -> InterruptedCutover {
    if number.isMultiple(of: 2) {
      do { return try InterruptedCutover(destination: workshop["new/middle.qcow2"], files: files) } catch {
        switch error {
        case .nothingBegan, .journalMissing: break
        default: throw error
        }
      }
    }
    return try InterruptedCutover(destination: workshop["new/top.qcow2"], files: files)
  }

  private func cutover(_ workshop: Workshop, _ guest: HonestGuest, _ files: MortalFiles) -> ImageCutover {
    var move = ImageMove(source: workshop["old/top.qcow2"], destination: workshop["new/top.qcow2"])
    move.keepsChain = true
    var cutover = ImageCutover([move], strategy: DeathTests.twice)
    cutover.options.blockSize = .kibibytes(16)
    cutover.options.threads = 1
    cutover.guest = guest.commanded(by: files)
    cutover.files = files
    return cutover
  }
}
