import CutoverCore
import Glibc
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

/// A driver dies at every change that it makes to anything on the disk, and another goes on.
@Suite struct DeathTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var strategy: any MigrationStrategy
    var resizeTo: Bytes?
    var death: MortalFiles.Death
    /// The source's host boots between the two drivers.
    var isRevived = false
    var format = DiskFormat.raw
    /// Of one guest; with several there is a manifest of all.
    var disks = 1
    /// They go side by side.
    var isSpread = false

    var hasSeveral: Bool { disks > 1 }
    var testDescription: String {
      "\(name), \(death)\(isRevived ? ", revived" : "") to \(hasSeveral ? "\(disks) " : "")\(format.rawValue)"
        + (isSpread ? ", side by side" : "")
    }
    /// Sources, and what else is there at the end.
    var sources: [String] { names("src") }
    var results: [String] { names("dst") + (hasSeveral ? ["list"] : []) }

    func names(_ name: String) -> [String] { (1...disks).map { $0 == 1 ? name : name + "\($0)" } }
  }

  /// Two passes whatever the guest writes, and one in the outage.
  static let twice = Fixed(
    plan: CutoverPlan(
      strategy: "twice", media: [.disk],
      replication: [ReplicationStage(.disk, ConvergenceRules(until: .passes(2)))],
      stop: .shutDown(patience: .seconds(60), ifIgnored: .fail), start: .boot))

  static let cases: [Case] = [
    Case(name: "warm", strategy: twice, death: .before),
    Case(name: "warm", strategy: twice, death: .within, isRevived: true),
    Case(name: "warm", strategy: twice, death: .powerCut(seed: 1)),
    Case(name: "warm", strategy: twice, death: .powerCut(seed: 2), isRevived: true),
    Case(name: "cold, larger", strategy: Cold(), resizeTo: .mebibytes(1), death: .within),
    Case(name: "cold", strategy: Cold(), death: .powerCut(seed: 3), isRevived: true),
    Case(name: "warm", strategy: twice, death: .within, format: .qcow2),
    Case(name: "warm", strategy: twice, death: .powerCut(seed: 4), isRevived: true, format: .qcow2),
    Case(
      name: "warm, larger", strategy: twice, resizeTo: .mebibytes(1), death: .powerCut(seed: 5), format: .vhd),
    Case(name: "cold", strategy: Cold(), death: .before, isRevived: true, format: .vhd),
    Case(name: "warm", strategy: twice, death: .within, disks: 2),
    Case(name: "warm", strategy: twice, death: .before, disks: 2, isSpread: true),
    Case(name: "warm", strategy: twice, death: .within, isRevived: true, disks: 3, isSpread: true),
    Case(name: "warm", strategy: twice, death: .powerCut(seed: 7), disks: 3, isSpread: true),
    Case(
      name: "cold", strategy: Cold(), death: .powerCut(seed: 8), format: .qcow2, disks: 3, isSpread: true),
    Case(
      name: "warm", strategy: twice, death: .powerCut(seed: 6), isRevived: true, format: .qcow2,
      disks: 2),
  ]

  @Test("whenever it dies, nothing is lost, and the next one ends it", arguments: cases)
  func everyChange(_ item: Case) throws {
    var number = 0
    var isOver = false
    while !isOver {
      number += 1
      isOver = try die(at: number, item)
      try #require(number < 800)
    }
    print("deaths: \(item.testDescription): \(number - 1)")
    #expect(number > 25)
  }

  /// Returns whether the driver had no reason to die any more.
  private func die(at number: Int, _ item: Case) throws -> Bool {
    let workshop = try Workshop(isFast: true)
    let size = 40 * 4096 + (item.format == .raw ? 100 : 512)
    let image = try Image(workshop["src"], size: size, data: [0..<50_000, 100_000..<size])
    var images = [image]
    for name in item.sources.dropFirst() {
      images.append(try Image(workshop[name], size: size, data: [8192..<20_000]))
    }
    let guest = HonestGuest(images, seed: UInt64(number))
    var options = ImageCutoverOptions()
    options.blockSize = .kibibytes(16)
    options.threads = 1
    options.resizeTo = item.resizeTo

    let mortal = MortalFiles(deathAt: number, item.death, in: workshop.path, spreads: item.isSpread)
    var report: ImageCutoverReport?
    do {
      let cutover = cutover(workshop, item, options, guest, mortal)
      report = try cutover.run { _ in if !mortal.isDead { guest.write() } }
    } catch { #expect(mortal.isDead, "\(number): \(error)") }
    if mortal.isDead {
      guest.write()
      if item.isRevived {
        guest.revive()
        guest.write()
      }
      report = try goOn(workshop, guest, item, options, number)
    }
    let context: Comment = "death \(number): \(String(describing: report)) \(workshop.names)"
    #expect(guest.violations.isEmpty, context)
    let outcome = try #require(report?.outcome, context)
    switch outcome {
    case "completed":
      #expect(guest.place == .destination, context)
      for (image, result) in zip(images, item.results) {
        let expected =
          image.bytes + [UInt8](repeating: 0, count: (item.resizeTo.map { Int($0.count) } ?? size) - size)
        expectSame(try Image(at: workshop[result]).disk(item.format), expected)
      }
      #expect(workshop.names == item.results + item.sources, context)
      if item.hasSeveral {
        for name in item.names("dst") {
          let finding = try ManifestComparison(
            image: workshop[name], manifest: workshop["list"], format: item.format
          ).find()
          #expect(finding.isEqual && finding.blocks > 0, context)
        }
      }
    default:
      // The copy itself had not survived the power cut, or nothing had begun: the guest is at home.
      #expect(guest.place == .source, context)
      #expect(workshop.names == item.sources, context)
    }
    switch item.death {
    case .powerCut: break
    // Revived just when it was to start there: back it goes.
    case .before where item.isRevived, .within where item.isRevived:
      #expect(["completed", "failed_guest"].contains(outcome), context)
    case .before, .within: #expect(outcome == "completed", context)
    }
    return !mortal.isDead
  }

  /// Resumes, or begins anew where nothing had begun.
  private func goOn(
    _ workshop: Workshop, _ guest: HonestGuest, _ item: Case, _ options: ImageCutoverOptions, _ number: Int
  ) throws -> ImageCutoverReport {
    let files = MortalFiles(deathAt: nil, .before, in: workshop.path, spreads: item.isSpread)
    do throws(ImageCutoverError) {
      let interrupted = try found(workshop, item, number, files)
      return try interrupted.resume(guest: guest.commanded(by: files)) { _ in guest.write() }
    } catch {
      switch error {
      case .nothingBegan, .journalMissing:
        // It was all over, or had not begun.
        if guest.place == .destination {
          return try finished(workshop, item)
        }
        return try cutover(workshop, item, options, guest, files).run { _ in guest.write() }
      case .destinationBusy:
        // The dead driver's threads hold the lock until they have found out.
        sleepFor(.milliseconds(1))
        return try goOn(workshop, guest, item, options, number)
      default: throw error
      }
    }
  }

  /// By any disk; the last one may not have been told yet, or not know any more.
  private func found(
    _ workshop: Workshop, _ item: Case, _ number: Int, _ files: MortalFiles
  ) throws(ImageCutoverError) -> InterruptedCutover {
    if item.hasSeveral, number.isMultiple(of: 2), let last = item.names("dst").last {
      do { return try InterruptedCutover(destination: workshop[last], files: files) } catch {
        switch error {
        case .nothingBegan, .journalMissing: break
        default: throw error
        }
      }
    }
    return try InterruptedCutover(destination: workshop["dst"], files: files)
  }

  private func cutover(
    _ workshop: Workshop, _ item: Case, _ options: ImageCutoverOptions, _ guest: HonestGuest,
    _ files: MortalFiles
  ) -> ImageCutover {
    var cutover = ImageCutover(
      in: workshop, item.strategy, options: options, guest: guest.commanded(by: files), files: files)
    cutover.disks[0].destinationFormat = item.format
    if item.hasSeveral {
      for (source, destination) in zip(item.sources, item.names("dst")).dropFirst() {
        cutover.disks.append(
          ImageMove(
            source: workshop[source], destination: workshop[destination], destinationFormat: item.format))
      }
      cutover.options.manifest = workshop["list"]
    }
    return cutover
  }

  private func finished(_ workshop: Workshop, _ item: Case) throws -> ImageCutoverReport {
    try #require(workshop.names == item.results + item.sources)
    return ImageCutoverReport(
      strategy: "", outcome: "completed", measured: .init(seconds: 0, bytes: 0), passes: [],
      source: .init(virtualBytes: 0, allocatedBytes: 0), verified: true)
  }
}
