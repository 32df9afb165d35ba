import Quantities
import Testing

@testable import ImageCutover

/// What a death costs, on a clock of the test's own: a disk of one pace, whose flushes take one time.
@Suite struct RedoTests {
  struct Disk: CustomTestStringConvertible, Sendable {
    var pace: Int64
    var flush: Int64

    var testDescription: String { "\(pace >> 20) MiB/s, flushes of \(flush) ms" }
  }

  static let disks = [1, 40, 64, 300, 4000].flatMap { pace in
    [Int64(1), 40, 700].map { Disk(pace: pace << 20, flush: $0) }
  }

  @Test(
    "at any moment at most 64 MiB or one second's work would be done again, and the flush under way's",
    arguments: disks)
  func bound(disk: Disk) {
    let time = Monitor(Int64(0))
    var ledger = FlushLedger(readsBack: false) {
      Instant(nanoseconds: time.withLock { $0 } * 1_000_000)
    }
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
      if ledger.isDue(examined: position, isLast: false) {
        ledger.begin(durableUpTo: position, examined: position)
        flushed = Int64(millisecond) + disk.flush
      }
      worst = max(worst, position - durable)
    }
    let most = max(CopyCheckpoint.amount.count, disk.pace)
    #expect(worst <= most + disk.pace * (disk.flush + 2) / 1000, "\(checkpoints) checkpoints")
    // And no more often than that is worth.
    #expect(checkpoints <= 20)
    #expect(disk.pace << 1 < CopyCheckpoint.amount.count / 10 || checkpoints > 5)
  }
}
