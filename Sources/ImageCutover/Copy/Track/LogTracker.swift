internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// Finds what changed in a log of writes, to which whoever writes to the image appends.
///
/// The file begins with the eight bytes `FSWRLOG1`. Each record is three little-endian words of 64 bits: offset and
/// length of a write, in bytes, and `offset ^ (length << 32 | length >> 32) ^ 0x9E3779B97F4A7C15`. It is appended with one
/// call, **after the data is written and before the write is acknowledged**.
///
/// **Why no write is missed**: a pass takes all records there are, then reads the image. A write in one of them was
/// complete before, so the pass reads it; a write whose record came later is in the next pass; and when the guest has
/// stopped, every write that it was told of has its record. What is half written at the end of the log belongs to a
/// write that nobody was told of yet; any other record that contradicts itself, or a log that became shorter, ends the
/// cutover.
final class LogTracker: ChangeTracker {
  static let magic: UInt64 = 0x3147_4F4C_5257_5346
  static let recordSize = 24

  private struct State {
    var read: Int64 = 8
    var pending = ChangedRanges()
    var isBegun = false
    /// What the pass that was begun last took in, in bytes of the log.
    var from: Int64 = 8
    var upTo: Int64 = 8
    var isFirst = true
    /// What is pending is not in the first pass, which another driver has begun.
    var isTakenUp = false
  }

  private let ends: CopyEnds
  private let windowSize: Int64
  private let log: OpenFile
  private let identity: FileIdentity
  private let progress = Monitor(State())

  /// - Parameter left: Where the tracker of a driver that has died was; of another log it tells nothing.
  init(_ ends: CopyEnds, log: OpenFile, windowSize: Int64, after left: JournalHistory.Left? = nil) throws {
    self.ends = ends
    self.windowSize = windowSize
    self.log = log
    var magic: UInt64 = 0
    let count = try withUnsafeMutableBytes(of: &magic) { try log.read(upTo: $0, at: 0) }
    guard count == 8, UInt64(littleEndian: magic) == Self.magic else {
      throw StepFailure(.source, "'\(log.path)' is no write log: it does not begin with FSWRLOG1")
    }
    identity = FileIdentity(try log.status())
    guard let left, case .log(let known, let from, let upTo, let isFirst) = left.state,
      identity.isSameFile(as: known, sameBoot: false), identity.size >= upTo
    else { return }
    // A pass that was broken off is done again, with all that was logged since; the first one goes on where it was.
    progress.withLock { state in
      state.isBegun = left.isPassComplete || !isFirst
      state.isTakenUp = !state.isBegun
      state.read = left.isPassComplete || isFirst ? upTo : from
      state.upTo = state.read
    }
  }

  func beginPass(startingAt: Int64) throws -> any WindowFeed {
    try progress.withLock { state in
      try takeRecords(&state)
      guard state.isBegun else {
        state.isBegun = true
        // Whatever is logged so far is in the image already; but not in that part of it which a driver before has read.
        if !state.isTakenUp {
          _ = state.pending.takeAll()
          state.upTo = state.read
        }
        return ends.scan(from: startingAt, size: ends.size, windowSize: windowSize)
      }
      (state.from, state.upTo, state.isFirst) = (state.upTo, state.read, false)
      var changes = state.pending.takeAll()[...]
      return ChangedFeed(
        ends.sourceCursor, ends.destinationCursor, size: ends.size, windowSize: windowSize
      ) { changes.popFirst() }
    }
  }

  var state: TrackerState? {
    progress.withLock { .log(identity, from: $0.from, upTo: $0.upTo, isFirst: $0.isFirst) }
  }

  /// Only where the log tells what was written since.
  func start(after durable: Int64) -> Int64 { progress.withLock { $0.isTakenUp ? durable : 0 } }

  func remaining(after pass: PassTally) -> Bytes {
    progress.withLock { state in
      // A log that cannot be read is the next pass's affair.
      try? takeRecords(&state)
      state.pending.settle()
      return Bytes(state.pending.amount)
    }
  }

  private func takeRecords(_ state: inout State) throws {
    guard try log.status().size >= state.read else {
      throw StepFailure(.source, "the write log '\(log.path)' became shorter: writes may be missing from it")
    }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.recordSize * 4096, alignment: 8)
    defer { room.deallocate() }
    while true {
      let count = try log.read(upTo: room, at: state.read) / Self.recordSize * Self.recordSize
      for start in stride(from: 0, to: count, by: Self.recordSize) {
        let words = (0..<3).map {
          UInt64(littleEndian: room.loadUnaligned(fromByteOffset: start + $0 * 8, as: UInt64.self))
        }
        guard words[2] == Self.check(words[0], words[1]), words[0] <= UInt64(Int64.max),
          words[1] <= UInt64(Int64.max) - words[0]
        else {
          throw StepFailure(
            .source,
            "the record at byte \(state.read + Int64(start)) of the write log '\(log.path)' is damaged")
        }
        state.pending.insert(Int64(words[0])..<Int64(words[0] + words[1]))
      }
      state.read += Int64(count)
      if count < room.count { return }
    }
  }

  static func check(_ offset: UInt64, _ length: UInt64) -> UInt64 {
    offset ^ (length << 32 | length >> 32) ^ 0x9E37_79B9_7F4A_7C15
  }
}
