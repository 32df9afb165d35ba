import CutoverFuzzing
import Foundation
import Quantities
import TestTools
import Testing

@testable import ImageCutover

/// What a cutover reads besides images, damaged: it is read or refused with words, and never more than that. `make fuzz`
/// does the same for longer, guided by coverage; `FLEETSHIFT_CASES` asks for more here.
@Suite struct HostileFileTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()
  static let count = ProcessInfo.processInfo.environment["FLEETSHIFT_CASES"].flatMap { Int($0) } ?? 240

  @Test("sound files are read", arguments: CutoverCase.allCases) func sound(_ kind: CutoverCase) throws {
    for seed in try kind.seeds(root: Self.root) { #expect(try kind.run(seed) == .read) }
  }

  @Test("damaged files are read or refused", arguments: CutoverCase.allCases) func damaged(
    _ kind: CutoverCase
  ) throws {
    let seeds = try kind.seeds(root: Self.root)
    var random = Seeded(11)
    var outcomes: [CutoverCase.Outcome: Int] = [:]
    for number in 0..<Self.count {
      let bytes = TextMutation.apply(to: seeds[number % seeds.count], using: &random)
      outcomes[try kind.run(bytes), default: 0] += 1
    }
    #expect(outcomes[.refused, default: 0] > 0)
  }

  @Test("a manifest of a disk that cannot be is refused") func largeManifest() throws {
    for size in ["9223372036854775807", "1152921504606846977", "-1", "9223372036854775808"] {
      let text = "fleetshift-manifest 1\ndisk disk.raw\nsize \(size)\nblock 65536\n"
      let line = "140737488355327 " + String(repeating: "0", count: 64) + "\n"
      #expect(try CutoverCase.manifest.run(Array((text + line).utf8)) == .refused)
    }
  }

  @Test("a log may name places behind every image") func farWrites() throws {
    func log(_ offset: UInt64, _ length: UInt64) -> [UInt8] {
      var bytes: [UInt8] = [0] + Array("FSWRLOG1".utf8)
      for word in [offset, length, WriteLog.check(offset, length)] {
        withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
      }
      return bytes
    }
    let last = UInt64(Int64.max)
    #expect(try CutoverCase.writelog.run(log(0, last)) == .read)
    #expect(try CutoverCase.writelog.run(log(last - 1, 1)) == .read)
    #expect(try CutoverCase.writelog.run(log(last, 1)) == .refused)
  }

  @Test(
    "a journal whose machine is at no place of its plan, or whose numbers cannot be worked with, is refused")
  func unsoundJournal() throws {
    let seeds = try CutoverCase.journal.seeds(root: Self.root)
    let lines = String(decoding: try #require(seeds.last), as: UTF8.self)
    for (sound, unsound) in [
      ("\"stage\":0", "\"stage\":7"), ("\"sent\":0", "\"sent\":-1"),
      ("\"lowestAt\":", "\"lowest\":9223372036854775807,\"lowestAt\":"),
      ("\"virtualSize\":629145600", "\"virtualSize\":9223372036854775807"),
      ("\"blockSize\":1048576", "\"blockSize\":0"), ("\"threads\":8", "\"threads\":0"),
      ("\"diskBytes\":0", "\"diskBytes\":9223372036854775807"), ("\"diskBytes\":0", "\"diskBytes\":-1"),
      ("\"windowBegan\":", "\"windowBegan\":-9223372036854775808,\"was\":"),
      ("\"lowestAt\":", "\"lowestAt\":-9223372036854775808,\"was\":"),
      ("\"began\":", "\"began\":-9223372036854775808,\"was\":"),
      ("\"timeAway\":0", "\"timeAway\":-9223372036854775808"),
      ("\"timeAway\":0", "\"timeAway\":0,\"waitEnded\":-1"),
      ("\"timeAway\":0", "\"timeAway\":0,\"passBegan\":-1"),
      ("\"downtimeLimit\":0", "\"downtimeLimit\":-1"),
      ("\"diskBytes\":0", "\"diskBytes\":0,\"outageBegan\":-9223372036854775808"),
      ("\"diskBytes\":0", "\"diskBytes\":0,\"outageEnded\":-1"),
      ("\"diskBytes\":0", "\"diskBytes\":0,\"ended\":-1"),
      ("\"monotonic\":", "\"monotonic\":-9223372036854775808,\"was\":"),
      ("\"machine\":6512", "\"machine\":-6512"),
      ("\"sentInWindow\":0", Self.stall(acted: -1)), ("\"sentInWindow\":0", Self.stall(left: -1)),
      ("\"sentInWindow\":0", Self.stall(ended: -9_223_372_036_854_775_808)),
      ("\"passes\":[]", Self.passes(of: [9_223_372_036_854_775_807, 1])),
      ("\"passes\":[]", Self.passes(of: [-1])),
    ] {
      #expect(lines.contains(sound))
      let changed = lines.replacingOccurrences(of: sound, with: unsound)
      #expect(try CutoverCase.journal.run(Array(changed.utf8)) == .refused)
    }
    let stalled = lines.replacing("\"sentInWindow\":0", with: Self.stall(acted: 1))
    #expect(try CutoverCase.journal.run(Array(stalled.utf8)) == .read)
    let resting = lines.replacing("\"replicating\":", with: "\"resting\":")
    #expect(try CutoverCase.journal.run(Array(resting.utf8)) == .read)
    let nowhere = resting.replacing("\"stage\":0", with: "\"stage\":7")
    #expect(try CutoverCase.journal.run(Array(nowhere.utf8)) == .refused)
  }

  @Test("a clock goes on from any clock that a journal names", arguments: [Int64.min, -1, 0, .max])
  func anyClock(nanoseconds: Int64) {
    let time = Instant(nanoseconds: nanoseconds)
    for boot in [CutoverClock.boot, "another"] {
      for known in [
        JournalClock(boot: boot, machine: time, monotonic: .zero, wall: 0),
        JournalClock(boot: boot, machine: .zero, monotonic: time, wall: 0),
        JournalClock(boot: boot, machine: .zero, monotonic: .zero, wall: nanoseconds),
      ] {
        let clock = CutoverClock(after: known)
        #expect(clock.now >= known.machine)
        #expect(clock.monotonic(clock.now) <= .distantFuture)
      }
    }
  }

  /// What a stage remembers to tell a stall, with a number that cannot be worked with.
  private static func stall(acted: Int64? = nil, left: Int64 = 0, ended: Int64 = 1) -> String {
    let text =
      "\"sentInWindow\":0,\"stall\":{\"lows\":[{\"ended\":\(ended),\"remaining\":1}],\"left\":[\(left)],"
      + "\"patience\":0,\"patienceEnds\":0"
    return text + (acted.map { ",\"acted\":\($0)" } ?? "") + "}"
  }

  private static func passes(of amounts: [Int64]) -> String {
    let passes = amounts.map { "{\"in_outage\":false,\"bytes\":\($0),\"punched\":0,\"seconds\":1}" }
    return "\"passes\":[" + passes.joined(separator: ",") + "]"
  }

  @Test("a journal of disks whose sizes cannot be added up is refused") func manyDisks() throws {
    let lines = try #require(try CutoverCase.journal.seeds(root: Self.root).last).split(separator: 10)
    func journal(of count: Int) throws -> [UInt8] {
      var record = try #require(
        try JSONSerialization.jsonObject(with: Data(lines[0])) as? [String: [String: [String: Any]]])
      var disk = try #require((record["header"]?["_0"]?["disks"] as? [[String: Any]])?.first)
      disk["virtualSize"] = Int64(1) << 60
      record["header"]?["_0"]?["disks"] = Array(repeating: disk, count: count)
      return Array(try JSONSerialization.data(withJSONObject: record))
        + lines.dropFirst().flatMap { [10] + $0 }
    }
    #expect(try CutoverCase.journal.run(journal(of: 6)) == .read)
    #expect(try CutoverCase.journal.run(journal(of: 7)) == .refused)
  }
}
