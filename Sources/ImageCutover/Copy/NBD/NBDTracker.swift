internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// Finds what changed by the dirty bitmap of an NBD server, such as a running QEMU, and reads from that server.
///
/// The bitmap has to be there, and recording, before the cutover begins; the export has to be one that shows it while it
/// records (in QEMU: a writable export with `bitmaps`).
///
/// **Why no write is missed**: the server marks a block before it acknowledges a write to it and never clears the
/// mark while it exports the bitmap, so each pass is given everything that was written since the bitmap was made, what
/// earlier passes have copied among it. Such a block is read again, and written only if it differs from the destination.
final class NBDTracker: ChangeTracker {
  private let ends: CopyEnds
  private let windowSize: Int64
  private let disk: NBDSource
  private let state = Monitor<(isBegun: Bool, isFirst: Bool, dirty: Int64)>((false, true, 0))

  init(_ ends: CopyEnds, uri: String, bitmap: String, windowSize: Int64) throws {
    self.ends = ends
    self.windowSize = windowSize
    disk = try NBDSource(uri: uri, bitmap: bitmap, connections: 8)
    guard disk.size == ends.size else {
      throw StepFailure(
        .source, "the NBD server '\(uri)' has a disk of \(disk.size) bytes, the image has \(ends.size)")
    }
  }

  var source: ReadingEnd? { ReadingEnd(NBDFiles(source: disk).file, size: disk.size) }

  var face: DiskFace? { DiskFace(disk) }

  func beginPass(startingAt: Int64) throws -> any WindowFeed {
    let isFirst = state.withLock { state in
      state.isFirst = !state.isBegun
      state.isBegun = true
      return state.isFirst
    }
    let dirty = try dirtyRanges()
    state.withLock { $0.dirty = dirty.amount }
    if isFirst {
      return ScanFeed(
        NBDCursor.data(of: disk), ends.destinationCursor, from: startingAt, size: ends.size,
        windowSize: windowSize)
    }
    var changes = dirty
    var list = changes.takeAll()[...]
    return ChangedFeed(
      NBDCursor.data(of: disk), ends.destinationCursor, size: ends.size, windowSize: windowSize,
      isCertain: false
    ) { list.popFirst() }
  }

  /// Of a later pass there is nothing to keep: the server names all that was written, each time. Nor may the connection
  /// be closed, for some servers leave with their last client.
  func passWasBrokenOff() {
    state.withLock { state in
      if state.isFirst { state.isBegun = false }
    }
  }

  /// What has become dirty since the pass began; what was dirty before may have been written again unseen, at the pace
  /// at which it was found to differ.
  func remaining(after pass: PassTally, at now: Instant) -> Bytes {
    guard let now = try? dirtyRanges().amount else { return pass.examined }
    let before = state.withLock { $0.dirty }
    return Bytes(max(now - before, 0)) + min(pass.written + pass.punched, Bytes(before))
  }

  private func dirtyRanges() throws -> ChangedRanges {
    var ranges = ChangedRanges()
    var cursor = NBDCursor.dirty(of: disk)
    var position: Int64 = 0
    while let range = try cursor.data(from: position) {
      ranges.insert(range)
      position = range.upperBound
    }
    ranges.settle()
    return ranges
  }
}
