internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// Finds what changed in a log of writes, to which whoever writes to the image appends.
///
/// A record is appended **after the data is written and before the write is acknowledged**; see `WriteLog`.
///
/// **Why no write is missed**: a pass takes all records there are, then reads the image. A write in one of them was
/// complete before, so the pass reads it; a write whose record came later is in the next pass; and when the guest has
/// stopped, every write that it was told of has its record. What is half written at the end of the log belongs to a
/// write that nobody was told of yet; any other record that contradicts itself, or a log that became shorter, ends the
/// cutover.
final class LogTracker: ChangeTracker {
  private struct State {
    var log: WriteLog
    var pending = ChangedRanges()
    var isBegun = false
    /// What the pass that was begun last took in, in bytes of the log.
    var from: Int64 = 8
    var upTo: Int64 = 8
    var isFirst = true
    /// What is pending is not in the first pass, which another driver has begun.
    var isTakenUp = false

    mutating func takeRecords() throws {
      var pending = ChangedRanges()
      swap(&pending, &self.pending)
      defer { swap(&pending, &self.pending) }
      try log.takeRecords { pending.insert($0) }
    }
  }

  private let ends: CopyEnds
  private let windowSize: Int64
  private let identity: FileIdentity
  private let progress: Monitor<State>

  /// - Parameter left: Where the tracker of a driver that has died was; of another log it tells nothing.
  init(_ ends: CopyEnds, log: OpenFile, windowSize: Int64, after left: JournalHistory.Left? = nil) throws {
    self.ends = ends
    self.windowSize = windowSize
    progress = Monitor(State(log: try WriteLog(log)))
    identity = FileIdentity(try log.status())
    guard let left, case .log(let known, let from, let upTo, let isFirst) = left.state,
      identity.isSameFile(as: known, sameBoot: false), identity.size >= upTo
    else { return }
    // A pass that was broken off is done again, with all that was logged since; the first one goes on where it was.
    progress.withLock { state in
      state.isBegun = left.isPassComplete || !isFirst
      state.isTakenUp = !state.isBegun
      state.log.position = left.isPassComplete || isFirst ? upTo : from
      state.upTo = state.log.position
    }
  }

  func beginPass(startingAt: Int64) throws -> any WindowFeed {
    try progress.withLock { state in
      try state.takeRecords()
      guard state.isBegun else {
        state.isBegun = true
        // Whatever is logged so far is in the image already; but not in that part of it which a driver before has read.
        if !state.isTakenUp {
          _ = state.pending.takeAll()
          state.upTo = state.log.position
        }
        return ends.scan(from: startingAt, size: ends.size, windowSize: windowSize)
      }
      (state.from, state.upTo, state.isFirst) = (state.upTo, state.log.position, false)
      var changes = state.pending.takeAll()[...]
      return ChangedFeed(
        ends.sourceCursor, ends.destinationCursor, size: ends.size, windowSize: windowSize
      ) { changes.popFirst() }
    }
  }

  /// Read again from where it began, the log names all that the pass was to copy. The first one began with the image: it
  /// is gone over again, and what was logged since goes on being kept, for some of it may be below a checkpoint.
  func passWasBrokenOff() {
    progress.withLock { state in
      if state.isFirst {
        (state.isBegun, state.isTakenUp) = (false, true)
      } else {
        state.pending = ChangedRanges()
        state.log.position = state.from
        state.upTo = state.from
      }
    }
  }

  var state: TrackerState? {
    progress.withLock { .log(identity, from: $0.from, upTo: $0.upTo, isFirst: $0.isFirst) }
  }

  /// Only where the log tells what was written since.
  func start(after durable: Int64) -> Int64 { progress.withLock { $0.isTakenUp ? durable : 0 } }

  func remaining(after pass: PassTally, at now: Instant) -> Bytes {
    progress.withLock { state in
      // A log that cannot be read is the next pass's affair.
      try? state.takeRecords()
      state.pending.settle()
      return Bytes(state.pending.amount)
    }
  }
}
