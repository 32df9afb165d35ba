import Quantities
import Testing

@testable import ImageCutover

/// What a death costs, on a clock of the test's own: a disk of one pace, whose flushes take one time.
@Suite struct RedoTests {
  struct Disk: CustomTestStringConvertible, Sendable {
    var pace: Int64
    var flush: Int64

    var testDescription: String { "\(pace >> 20) MiB/s, flushes of \(flush) ms" }

    /// What it copies beyond the promise, from the beginning of one flush to the end of the next: where they take more
    /// than half a second each, they follow each other.
    var excess: Int64 { pace * max(0, 2 * (flush + 1) - 1000) / 1000 }
  }

  static let disks = [1, 40, 64, 300, 4000].flatMap { pace in
    [Int64(1), 40, 700].map { Disk(pace: pace << 20, flush: $0) }
  }

  @Test(
    "at any moment at most 64 MiB or one second's work would be done again, if flushes take no more than half a second",
    arguments: disks)
  func bound(disk: Disk) {
    let time = Monitor(Int64(0))
    var ledger = FlushLedger(
      pace: CheckpointPace { Instant(nanoseconds: time.withLock { $0 } * 1_000_000) })
    var (position, durable, flushed, checkpoints) = (Int64(0), Int64(0), Int64?.none, 0)
    var worst: Int64 = 0
    for millisecond in 1...20_000 {
      time.withLock { $0 = Int64(millisecond) }
      position += disk.pace / 1000
      ledger.notePunch()
      if let end = flushed, Int64(millisecond) >= end {
        flushed = nil
        if let place = ledger.end().checkpoint {
          #expect(place > durable)
          (durable, checkpoints) = (place, checkpoints + 1)
        }
      }
      ledger.note(examined: position)
      if ledger.isDue(isLast: false) {
        ledger.begin(durableUpTo: position)
        flushed = Int64(millisecond) + disk.flush
      }
      worst = max(worst, position - durable)
    }
    #expect(
      worst <= max(CopyCheckpoint.mostLost.amount.count, disk.pace) + disk.excess,
      "\(checkpoints) checkpoints")
    // And no more often than that is worth.
    #expect(checkpoints <= 40)
    #expect(disk.pace << 1 < CopyCheckpoint.amount.count / 10 || checkpoints > 5)
  }

  static let groups: [[Disk]] = [
    [Disk(pace: 300 << 20, flush: 1), Disk(pace: 4 << 20, flush: 40)],
    [Disk(pace: 20 << 20, flush: 40), Disk(pace: 20 << 20, flush: 1), Disk(pace: 1 << 20, flush: 700)],
    (1...8).map { Disk(pace: Int64($0) << 20, flush: 20) },
    (1...8).map { Disk(pace: Int64($0) * 100 << 20, flush: 20) },
  ]

  @Test("of several disks that is all that would be done again of all of them", arguments: groups)
  func boundOfSeveral(disks: [Disk]) {
    struct Work {
      var ledger: FlushLedger
      var position: Int64 = 0
      var durable: Int64 = 0
      var flushed: Int64?
    }
    let time = Monitor(Int64(0))
    let pace = CheckpointPace { Instant(nanoseconds: time.withLock { $0 } * 1_000_000) }
    var works = disks.map { _ in Work(ledger: FlushLedger(pace: pace)) }
    var (worst, checkpoints) = (Int64(0), 0)
    for millisecond in Int64(1)...20_000 {
      time.withLock { $0 = millisecond }
      for (number, disk) in disks.enumerated() {
        works[number].position += disk.pace / 1000
        // Nothing is found to be written: what was looked at is work all the same.
        if number > 0 { works[number].ledger.notePunch() }
        works[number].ledger.note(examined: works[number].position)
        if let end = works[number].flushed, millisecond >= end {
          works[number].flushed = nil
          if let place = works[number].ledger.end().checkpoint {
            #expect(place > works[number].durable)
            works[number].durable = place
            checkpoints += 1
          }
        }
        if works[number].flushed == nil, works[number].ledger.isDue(isLast: false) {
          works[number].ledger.begin(durableUpTo: works[number].position)
          works[number].flushed = millisecond + disk.flush
        }
      }
      worst = max(worst, works.reduce(0) { $0 + $1.position - $1.durable })
    }
    let all = disks.reduce(0) { $0 + $1.pace }
    let excess = disks.reduce(0) { $0 + $1.excess }
    #expect(worst <= max(CopyCheckpoint.mostLost.amount.count, all) + excess, "\(checkpoints) checkpoints")
    #expect(checkpoints <= 40 * disks.count)
    #expect(checkpoints >= 5 * disks.count)
  }
}
