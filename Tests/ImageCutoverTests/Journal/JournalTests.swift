import CutoverCore
import Foundation
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct JournalTests {
  /// A journal of a cutover that was suspended in its second phase, and the bytes of its records.
  private func bytes() throws -> (bytes: [UInt8], history: JournalHistory) {
    let workshop = try Workshop(isFast: true)
    try Image(workshop["src"], size: 1 << 20, data: [0..<500_000])
    let flag = CancellationFlag()
    let report = try ImageCutover(in: workshop, Reboot()).run(cancellation: flag) {
      if $0.phase == .moving { flag.suspend() }
    }
    #expect(report.isSuspended && report.guestIsDown == true)
    #expect(workshop.names == ["dst.fleetshift-journal", "dst.fleetshift-partial", "src"])
    #expect(Image(at: workshop["dst.fleetshift-journal"]).status.st_mode & 0o777 == 0o600)
    #expect(Image(at: workshop["dst.fleetshift-partial"]).status.st_mode & 0o777 == 0o600)
    let bytes = Image(at: workshop["dst.fleetshift-journal"]).bytes
    return (bytes, try JournalHistory(bytes))
  }

  @Test(
    "one that others may write to, or that belongs to another, is not carried on: it names programs to run")
  func whoseJournal() throws {
    let workshop = try Workshop(isFast: true)
    try Image(workshop["src"], size: 1 << 20, data: [0..<500_000])
    let flag = CancellationFlag()
    _ = try ImageCutover(in: workshop, Reboot()).run(cancellation: flag) {
      if $0.phase == .moving { flag.suspend() }
    }
    let journal = workshop["dst.fleetshift-journal"]
    func refusal() -> String? {
      do throws(ImageCutoverError) {
        _ = try InterruptedCutover(destination: workshop["dst"])
        return nil
      } catch { return "\(error)" }
    }
    #expect(refusal() == nil)
    for mode: mode_t in [0o620, 0o602, 0o666] {
      try #require(chmod(journal, mode) == 0)
      #expect(refusal()?.contains("others may write to it") == true, "\(String(mode, radix: 8))")
    }
    try #require(chmod(journal, 0o600) == 0)
    // Only a privileged process can give a file away.
    if geteuid() == 0 {
      try #require(chown(journal, 12_345, 0) == 0)
      #expect(refusal()?.contains("belongs to the user 12345") == true)
      try #require(chown(journal, 0, 0) == 0)
    }
    #expect(try InterruptedCutover(destination: workshop["dst"]).rollBack().outcome == "cancelled")
    #expect(workshop.names == ["src"])
  }

  @Test("cut anywhere, it tells the story up to the last whole record") func everyPrefix() throws {
    let (bytes, whole) = try bytes()
    #expect(whole.length == bytes.count && whole.records > 5)
    var last: UInt64 = 0
    var first: Int?
    for length in 0..<bytes.count {
      do throws(JournalDamage) {
        let history = try JournalHistory(Array(bytes[..<length]))
        first = first ?? length
        #expect(history.records >= last && history.length <= (length + 7) / 8 * 8)
        last = history.records
      } catch {
        // Only before the first record is whole.
        #expect(first == nil && (error == .empty || error == .noHeader), "\(length)")
      }
    }
    #expect(last == whole.records - 1 || last == whole.records)
  }

  @Test("a flipped byte in the tail cuts it, one before whole records refuses it") func everyFlip() throws {
    let (bytes, whole) = try bytes()
    var places: [Int] = []
    var at = 0
    while at < whole.length,
      let found = JournalFrame.decode(bytes, at: at, seed: at == 0 ? 0 : whole.header.seed)
    {
      places.append(at)
      at = found.end
    }
    for (index, place) in places.enumerated() where index > 0 {
      let end = index + 1 < places.count ? places[index + 1] : bytes.count
      for flipped in [place, place + 5, place + 9, place + 17, (place + end) / 2] {
        var damaged = bytes
        damaged[flipped] ^= 0x10
        if index == places.count - 1 {
          #expect(try JournalHistory(damaged).records == whole.records - 1)
        } else {
          #expect(throws: JournalDamage.garbled(at: place)) { _ = try JournalHistory(damaged) }
        }
      }
    }
  }

  @Test("a flipped bit in the first record is damage, and nothing that had not begun") func damagedHeader()
    throws
  {
    let (bytes, _) = try bytes()
    let end = try #require(JournalFrame.decode(bytes, at: 0, seed: 0)?.end)
    for place in [0, 3, 4, 5, 6, 7, 8, 15, 16, 23, 24, 100, end / 2, end - 8] {
      for bit in [UInt8(1), 0x10, 0x80] {
        var damaged = bytes
        damaged[place] ^= bit
        guard JournalFrame.decode(damaged, at: 0, seed: 0) == nil else { continue }
        #expect(throws: JournalDamage.headless, "\(place)") { _ = try JournalHistory(damaged) }
      }
    }
    // A block that the disk has lost.
    let lost = [UInt8](repeating: 0, count: 512) + bytes[512...]
    #expect(throws: JournalDamage.headless) { _ = try JournalHistory(lost) }
    // Alone it may be torn: nothing was begun before it was on the disk.
    var alone = Array(bytes[..<end])
    alone[end / 2] ^= 1
    #expect(throws: JournalDamage.noHeader) { _ = try JournalHistory(alone) }
  }

  @Test("a damaged journal is refused as one whose guest may be down, and nobody takes it away")
  func damagedInPlace() throws {
    let (bytes, _) = try bytes()
    let workshop = try Workshop(isFast: true)
    try Image(workshop["src"], size: 1 << 20, data: [0..<500_000])
    let path = workshop["dst.fleetshift-journal"]
    var damaged = bytes
    damaged[200] ^= 1
    try Data(damaged).write(to: URL(fileURLWithPath: path))
    chmod(path, 0o600)
    func isRefusal(_ error: any Error) -> Bool {
      guard let error = error as? ImageCutoverError else { return false }
      return error.exitCode == 65 && error.message.contains("the guest may be down")
    }
    let cutover = ImageCutover(in: workshop)
    #expect { try cutover.check() } throws: { isRefusal($0) }
    #expect { try cutover.run() } throws: { isRefusal($0) }
    #expect { try InterruptedCutover(destination: workshop["dst"]) } throws: { isRefusal($0) }
    // Nor may a second disk's pointer take its place.
    try Image(workshop["src0"], size: 1 << 20)
    var two = ImageCutover(
      [
        ImageMove(source: workshop["src0"], destination: workshop["dst0"]),
        ImageMove(source: workshop["src"], destination: workshop["dst"]),
      ], strategy: Cold())
    #expect { try two.run() } throws: { isRefusal($0) }
    two.disks.reverse()
    #expect { try two.run() } throws: { isRefusal($0) }
    #expect(Image(at: path).bytes == damaged && workshop.names == ["dst.fleetshift-journal", "src", "src0"])
  }

  @Test("who only looks takes nothing away, not even what had not begun") func onlyLooking() throws {
    let workshop = try Workshop(isFast: true)
    try Image(workshop["src"], size: 1 << 20, data: [0..<500_000])
    for torn in [[], [0x46, 0x53, 0x4A]] as [[UInt8]] {
      try Data(torn).write(to: URL(fileURLWithPath: workshop["dst.fleetshift-journal"]))
      chmod(workshop["dst.fleetshift-journal"], 0o600)
      let cutover = ImageCutover(in: workshop)
      try cutover.check()
      #expect(workshop.names == ["dst.fleetshift-journal", "src"])
      #expect(try cutover.run().isCompleted)
      #expect(workshop.names == ["dst", "src"])
      unlink(workshop["dst"])
    }
  }

  @Test("garbage behind the last record is cut, even another journal's records") func strangeTail() throws {
    let (bytes, whole) = try bytes()
    let (other, _) = try self.bytes()
    for tail in [[UInt8](repeating: 0, count: 1000), [1, 2, 3], Array(other[(other.count / 2 / 8 * 8)...])] {
      let history = try JournalHistory(bytes + tail)
      #expect(history.records == whole.records && history.length == whole.length)
    }
  }

  @Test("the next record begins at a whole word, whatever the last one lacks of its padding")
  func missingPadding()
    throws
  {
    let (bytes, whole) = try bytes()
    #expect(whole.length % 8 == 0)
    for missing in 1..<8 {
      guard let history = try? JournalHistory(bytes.dropLast(missing)) else { continue }
      #expect(history.length % 8 == 0)
      if history.records == whole.records { #expect(history.length == whole.length) }
    }
  }

  /// The payloads of a journal's records, changed, as a journal.
  private func journal(_ payloads: [[UInt8]], seed: UInt64) -> [UInt8] {
    payloads.enumerated().flatMap { number, payload in
      JournalFrame.encode(payload, number: UInt64(number), seed: number == 0 ? 0 : seed)
    }
  }

  private func payloads(_ bytes: [UInt8], seed: UInt64) -> [[UInt8]] {
    var payloads: [[UInt8]] = []
    var at = 0
    while let found = JournalFrame.decode(bytes, at: at, seed: at == 0 ? 0 : seed) {
      payloads.append(Array(found.payload))
      at = found.end
    }
    return payloads
  }

  /// Such a header as one of version 2 was.
  private func asVersion2(_ header: [UInt8]) -> [UInt8] {
    var text = String(decoding: header, as: UTF8.self)
    for (new, old) in [
      ("\"version\":3", "\"version\":2"), ("\"disksAtOnce\":1,", ""), (",\"disksAtOnce\":1", ""),
    ] {
      text = text.replacingOccurrences(of: new, with: old)
    }
    #expect(!text.contains("disksAtOnce"))
    return Array(text.utf8)
  }

  @Test("another version is refused by its number, and nothing is guessed of it", arguments: [1, 4, 9])
  func version(_ version: Int) throws {
    let (bytes, whole) = try bytes()
    let header = try #require(payloads(bytes, seed: whole.header.seed).first)
    let text = String(decoding: header, as: UTF8.self)
    #expect(text.contains("\"version\":3"))
    // Whatever else such a one says need make no sense.
    for other in [
      text.replacingOccurrences(of: "\"version\":3", with: "\"version\":\(version)"),
      "{\"header\":{\"_0\":{\"version\":\(version),\"disks\":\"none\"}}}",
    ] {
      #expect(throws: JournalDamage.unknownVersion(version)) {
        _ = try JournalHistory(JournalFrame.encode(Array(other.utf8), number: 0, seed: 0))
      }
    }
  }

  /// A journal of two disks that were being copied, and what checkpoints were written.
  private func copying(_ workshop: Workshop, _ checkpoints: [CopyCheckpoint], isOld: Bool) throws -> [UInt8] {
    for name in ["src", "src2"] { try Image(workshop[name], size: 2 << 20, data: [0..<2 << 20]) }
    var cutover = ImageCutover(in: workshop)
    cutover.disks.append(ImageMove(source: workshop["src2"], destination: workshop["dst2"]))
    cutover.options.rateLimit = .mebibytesPerSecond(1)
    cutover.options.disksAtOnce = 1
    let flag = CancellationFlag()
    let report = try cutover.run(cancellation: flag) { if $0.phase == .copying { flag.suspend() } }
    #expect(report.isSuspended)
    let path = workshop["dst.fleetshift-journal"]
    let bytes = Image(at: path).bytes
    let seed = try JournalHistory(bytes).header.seed
    var records = payloads(bytes, seed: seed)
    if isOld { records[0] = asVersion2(records[0]) }
    for checkpoint in checkpoints {
      records.append(try JournalCoding.encode(.checkpoint(checkpoint, clock: CutoverClock().stamp)))
    }
    let changed = journal(records, seed: seed)
    try Data(changed).write(to: URL(fileURLWithPath: path))
    chmod(path, 0o600)
    return changed
  }

  @Test("a checkpoint is its disk's own, the last of each counts, and one of another pass does not")
  func checkpoints() throws {
    let checkpoints = [
      CopyCheckpoint(pass: 0, durableUpTo: 700, disk: 1), CopyCheckpoint(pass: 0, durableUpTo: 500, disk: 0),
      CopyCheckpoint(pass: 0, durableUpTo: 900, disk: 1),
    ]
    func places(_ checkpoints: [CopyCheckpoint]) throws -> [Int64] {
      try JournalHistory(copying(Workshop(isFast: true), checkpoints, isOld: false)).durablePlaces
    }
    #expect(try places(checkpoints) == [500, 900])
    #expect(try places([checkpoints[0]]) == [0, 700])
    #expect(try places([CopyCheckpoint(pass: 1, durableUpTo: 700, disk: 1), checkpoints[1]]) == [500, 0])
    // Of a disk that there is not, and behind the end of one that there is.
    let odd = [
      CopyCheckpoint(pass: 0, durableUpTo: 7, disk: 9),
      CopyCheckpoint(pass: 0, durableUpTo: 9 << 20, disk: 1),
    ]
    #expect(try places(odd) == [0, 2 << 20])
  }

  @Test("one of version 2 is read as it was meant, and gone on with one disk after the other")
  func olderVersion() throws {
    let workshop = try Workshop(isFast: true)
    let bytes = try copying(workshop, [CopyCheckpoint(pass: 0, durableUpTo: 1 << 20, disk: 1)], isOld: true)
    let history = try JournalHistory(bytes)
    #expect(history.header.version == 2 && history.header.options.disksAtOnce == nil)
    // Those before it are done with.
    #expect(history.durablePlaces == [2 << 20, 1 << 20] && history.durableUpTo == 3 << 20)
    let report = try InterruptedCutover(destination: workshop["dst2"]).resume()
    #expect(report.isCompleted, "\(report)")
    for (source, destination) in [("src", "dst"), ("src2", "dst2")] {
      expectAlike(Image(at: workshop[source]), Image(at: workshop[destination]))
    }
  }

  @Test("time goes on across drivers and boots, and never backwards") func clocks() {
    let now = monotonicNow()
    let wall = CutoverClock().stamp.wall
    func after(_ boot: String, monotonic: Instant, wall: Int64) -> Duration {
      let machine = Instant(nanoseconds: 5_000_000_000)
      return CutoverClock(after: JournalClock(boot: boot, machine: machine, monotonic: monotonic, wall: wall))
        .now
        - machine
    }
    let hour = Duration.hours(1)
    func isHour(_ time: Duration) -> Bool { time >= hour && time - hour < .seconds(5) }
    #expect(isHour(after(CutoverClock.boot, monotonic: now - hour, wall: 0)))
    // Another boot: its monotonic clock says nothing, the wall clock does.
    #expect(isHour(after("other", monotonic: now + hour, wall: wall - hour.nanoseconds)))
    let back = after("other", monotonic: .zero, wall: wall + hour.nanoseconds)
    #expect(back >= .zero && back < .seconds(5))
  }
}
