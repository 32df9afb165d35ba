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

    var testDescription: String { "\(name), \(death)\(isRevived ? ", revived" : "")" }
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
  ]

  @Test("whenever it dies, nothing is lost, and the next one ends it", arguments: cases)
  func everyChange(_ item: Case) throws {
    var number = 0
    var isOver = false
    while !isOver {
      number += 1
      isOver = try die(at: number, item)
      try #require(number < 400)
    }
    print("deaths: \(item.testDescription): \(number - 1)")
    #expect(number > 25)
  }

  /// Returns whether the driver had no reason to die any more.
  private func die(at number: Int, _ item: Case) throws -> Bool {
    let workshop = try Workshop(isFast: true)
    let size = 40 * 4096 + 100
    let image = try Image(workshop["src"], size: size, data: [0..<50_000, 100_000..<size])
    let guest = HonestGuest(image, seed: UInt64(number))
    var options = ImageCutoverOptions()
    options.blockSize = .kibibytes(16)
    options.threads = 1
    options.resizeTo = item.resizeTo

    let mortal = MortalFiles(deathAt: number, item.death, in: workshop.path)
    var report: ImageCutoverReport?
    do {
      let cutover = ImageCutover(
        in: workshop, item.strategy, options: options, guest: guest.commanded(by: mortal), files: mortal)
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
      let expected =
        image.bytes + [UInt8](repeating: 0, count: (item.resizeTo.map { Int($0.count) } ?? size) - size)
      expectSame(Image(at: workshop["dst"]).bytes, expected)
      #expect(workshop.names == ["dst", "src"], context)
    default:
      // The copy itself had not survived the power cut, or nothing had begun: the guest is at home.
      #expect(guest.place == .source, context)
      #expect(workshop.names == ["src"], context)
    }
    switch item.death {
    case .powerCut: break
    // Revived just when it was to start there: back it goes.
    case .within where item.isRevived: #expect(["completed", "failed_guest"].contains(outcome), context)
    case .before, .within: #expect(outcome == "completed", context)
    }
    return !mortal.isDead
  }

  /// Resumes, or begins anew where nothing had begun.
  private func goOn(
    _ workshop: Workshop, _ guest: HonestGuest, _ item: Case, _ options: ImageCutoverOptions, _ number: Int
  ) throws -> ImageCutoverReport {
    let files = MortalFiles(deathAt: nil, .before, in: workshop.path)
    do throws(ImageCutoverError) {
      let interrupted = try InterruptedCutover(destination: workshop["dst"], files: files)
      return try interrupted.resume(guest: guest.commanded(by: files)) { _ in guest.write() }
    } catch {
      switch error {
      case .nothingBegan, .journalMissing:
        // It was all over, or had not begun.
        if guest.place == .destination {
          return try finished(workshop)
        }
        return try ImageCutover(
          in: workshop, item.strategy, options: options, guest: guest.commanded(by: files), files: files
        ).run { _ in guest.write() }
      case .destinationBusy:
        // The dead driver's threads hold the lock until they have found out.
        sleepFor(.milliseconds(1))
        return try goOn(workshop, guest, item, options, number)
      default: throw error
      }
    }
  }

  private func finished(_ workshop: Workshop) throws -> ImageCutoverReport {
    try #require(workshop.names == ["dst", "src"])
    return ImageCutoverReport(
      strategy: "", outcome: "completed", measured: .init(seconds: 0, bytes: 0), passes: [],
      source: .init(virtualBytes: 0, allocatedBytes: 0), verified: true)
  }
}
