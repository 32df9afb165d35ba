import Quantities
import Testing

@testable import ImageCutover

/// When what waits to be read back is flushed. What a death costs is `RedoTests`' matter.
@Suite struct FlushLedgerTests {
  /// How many flushes there are of 1 GiB that is written at 256 MiB/s and read back, if each takes so many milliseconds.
  private func flushes(of milliseconds: Int64, sharers: Int = 1, isEager: Bool = true) -> Int {
    let time = Monitor(Int64(0))
    var ledger = FlushLedger(
      MemoryShare(sharers: sharers), isEager: isEager,
      pace: CheckpointPace { Instant(nanoseconds: time.withLock { $0 } * 1_000_000) })
    var (position, count, end) = (Int64(0), 0, Int64?.none)
    for millisecond in 1...Int64(4096) {
      time.withLock { $0 = millisecond }
      ledger.add(position..<position + 1 << 18, digest: .zeros, isCached: false)
      position += 1 << 18
      if let over = end, millisecond >= over {
        _ = ledger.end()
        end = nil
        while ledger.takeReadBack(atMost: 1 << 20) != nil {}
      }
      // Without a word of what was examined: no checkpoint becomes due.
      if end == nil, ledger.isDue(isLast: false) {
        ledger.begin(durableUpTo: position)
        (count, end) = (count + 1, millisecond + milliseconds)
      }
    }
    return count
  }

  @Test("what waits to be read back is flushed as soon as it is as much as is under way at once")
  func cheap() {
    // 16 MiB at a time, and a flush takes a sixteenth of the time in which as much is written again.
    #expect((56...64).contains(flushes(of: 4)), "\(flushes(of: 4))")
  }

  @Test("dear flushes are made for that in a fifth of the time at most", arguments: [Int64(20), 40, 120])
  func dear(milliseconds: Int64) {
    let count = flushes(of: milliseconds)
    #expect(count <= 4096 / (5 * Int(milliseconds)) + 1)
    #expect(count >= 4096 / (5 * Int(milliseconds)) - 1)
  }

  @Test("of several disks each has its part of both") func several() {
    // 4 MiB are written in 16 ms; a flush of 1 ms is followed by 19.
    #expect((195...256).contains(flushes(of: 1, sharers: 4)), "\(flushes(of: 1, sharers: 4))")
    #expect((48...56).contains(flushes(of: 4, sharers: 4)), "\(flushes(of: 4, sharers: 4))")
  }

  @Test("where nothing else is done during a flush, none is made for that") func blocking() {
    #expect(flushes(of: 1, isEager: false) == 0)
  }

  @Test("nothing more is begun while too much waits to be read back, wherever it waits")
  func crowded() {
    var ledger = FlushLedger(pace: CheckpointPace { .zero })
    let most = Int64(2 * MemoryShare.whole.records)
    func add(_ numbers: Range<Int64>) {
      for index in numbers { ledger.add(index << 12..<(index + 1) << 12, digest: .zeros, isCached: false) }
    }
    add(0..<most / 4)
    ledger.begin(durableUpTo: 0)
    _ = ledger.end()
    add(most / 4..<most / 2)
    ledger.begin(durableUpTo: 0)
    add(most / 2..<most - 1)
    #expect(!ledger.isFull)
    add(most - 1..<most)
    #expect(ledger.isFull)
    while ledger.takeReadBack(atMost: 1 << 20) != nil {}
    #expect(!ledger.isFull)
  }

  @Test("what is not to be read back waits for the checkpoints") func unread() {
    var ledger = FlushLedger(pace: CheckpointPace { .zero })
    for index in 0..<Int64(1000) {
      ledger.add(index << 20..<(index + 1) << 20, digest: nil, isCached: false)
      #expect(!ledger.isDue(isLast: false))
    }
    #expect(ledger.isDue(isLast: true))
  }
}
