internal import ImageFiles
internal import Quantities

/// What was written and where.
struct WriteRecord: Hashable, Sendable {
  var range: Range<Int64>
  var digest: BlockDigest
}

/// Keeps account of what has been written since the last flush, says when the next is due, and hands out what is to
/// be read back when it has been believed.
struct FlushLedger {
  /// What a flush that has succeeded means.
  struct Result: Hashable, Sendable {
    /// From the first to the last byte that was written through the cache.
    var touched: Range<Int64>?
    /// Below it all is durable; `nil` if the journal need not know yet.
    var checkpoint: Int64?
  }

  /// Dirty pages in the cache, and records, at which a flush is due; at twice as much no more is begun.
  static let mostCached: Int64 = 32 << 20
  private let share: MemoryShare
  /// Whether what waits to be read back is flushed when it is as much as the share says, so that the disk has both to do all
  /// the time, and little is left to be read when the last is written. Not where nothing else is done during a flush.
  private let isEager: Bool

  private var records: [WriteRecord] = []
  private var cached: Int64 = 0
  private var unread: Int64 = 0
  private var touched: Range<Int64>?
  private var isDirty = true

  /// The flush under way.
  private var underWay: (records: [WriteRecord], result: Result, began: Instant)?
  /// Before it no flush is due for what waits to be read back: where flushes are dear, those of all sharers take no more
  /// than a fifth of the time.
  private var nextForReading = Instant.zero
  /// Flushed, and to be read back, the last first.
  private var readBacks: [WriteRecord] = []

  private let pace: CheckpointPace
  /// The last round of checkpoints that this one was in.
  private var round: Int
  private var examined: Int64 = 0

  /// - Parameter pace: That of all disks of the pass.
  init(_ share: MemoryShare = .whole, isEager: Bool = true, pace: CheckpointPace) {
    self.share = share
    self.isEager = isEager
    self.pace = pace
    round = pace.round
  }

  /// - Parameter examined: How much data the pass has been through; holes between it are passed over again in no time.
  mutating func note(examined: Int64) {
    if examined > self.examined { pace.add(examined - self.examined) }
    self.examined = examined
  }

  /// - Parameter digest: Of what was written, if it is to be read back.
  mutating func add(_ range: Range<Int64>, digest: BlockDigest?, isCached: Bool) {
    isDirty = true
    if isCached {
      cached += range.upperBound - range.lowerBound
      let before = touched ?? range
      touched = min(before.lowerBound, range.lowerBound)..<max(before.upperBound, range.upperBound)
    }
    if let digest {
      records.append(WriteRecord(range: range, digest: digest))
      unread += range.upperBound - range.lowerBound
    }
  }

  mutating func notePunch() { isDirty = true }

  /// Whether everything is flushed, and nothing waits to be read back.
  var isClean: Bool { !isDirty && underWay == nil && readBacks.isEmpty }

  /// Whether so much is on its way that nothing more should be begun.
  var isFull: Bool {
    let waiting = records.count + (underWay?.records.count ?? 0) + readBacks.count
    return cached >= 2 * Self.mostCached || waiting >= 2 * share.records
  }

  /// - Parameter isLast: Whether nothing more will be written.
  func isDue(isLast: Bool) -> Bool {
    guard underWay == nil else { return false }
    // Of data that were found as they should be, too, nobody wants to look again at more than was agreed.
    if isCheckpointDue { return true }
    guard isDirty else { return false }
    return isLast || cached >= Self.mostCached || records.count >= share.records
      || isEager && unread >= share.unread && pace.now() >= nextForReading
  }

  private var isCheckpointDue: Bool { pace.round > round }

  /// A flush begins, of all that was added.
  mutating func begin(durableUpTo: Int64) {
    var result = Result(touched: touched)
    let current = pace.round
    if current > round {
      result.checkpoint = durableUpTo
      round = current
    }
    underWay = (records, result, pace.now())
    records = []
    cached = 0
    unread = 0
    touched = nil
    isDirty = false
  }

  /// The flush has succeeded.
  mutating func end() -> Result {
    guard let (flushed, result, began) = underWay else { preconditionFailure("no flush is under way") }
    underWay = nil
    let now = pace.now()
    nextForReading = now + (now - began) * Double(5 * share.sharers - 1)
    readBacks += flushed
    readBacks.sort { $0.range.lowerBound > $1.range.lowerBound }
    return result
  }

  /// Records that lie close enough together to be read at once; `nil` if there are none.
  mutating func takeReadBack(atMost size: Int64) -> [WriteRecord]? {
    guard let first = readBacks.popLast() else { return nil }
    var taken = [first]
    while let next = readBacks.last, let last = taken.last,
      next.range.lowerBound - last.range.upperBound <= ScanFeed.smallGap,
      next.range.upperBound - first.range.lowerBound <= size
    {
      taken.append(next)
      readBacks.removeLast()
    }
    return taken
  }

  /// There was no room for them.
  mutating func putBack(_ taken: [WriteRecord]) { readBacks += taken.reversed() }
}
