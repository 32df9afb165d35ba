internal import CutoverCore
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// Finds what changed by the places of blocks on the disk, on file systems that share blocks between files and never
/// write to a shared one in place (XFS, btrfs).
///
/// Each pass freezes the source, and reads what is frozen instead of it, so that a pass sees one moment. What changed
/// between two frozen images is where their blocks lie in different places (`FIEMAP`).
///
/// **Why no write is missed**: while a frozen image holds a block, the file system writes whatever the guest writes
/// there to another block, and gives the place of the held one to nobody. So where two frozen images name the same
/// place for the same offset, no write came between. Comparing two frozen images instead of asking the source which
/// of its blocks are not shared leaves no gap between the question and the next freeze. Blocks whose place says
/// nothing (compressed, inline, encrypted) count as changed. File systems that move blocks by themselves (balancing,
/// defragmenting) can only make more look changed; that a block moves to just the place that another left, between the
/// two looks, is guarded against by looking at the older image twice.
final class ReflinkTracker: ChangeTracker {
  private let ends: CopyEnds
  private let windowSize: Int64
  private let freezer: ImageFreezer
  /// What the pass that was begun last reads; `nil`: the next one is over everything.
  private let frozen = Monitor<OpenFile?>(nil)

  /// - Throws: `StepFailure` where the file system does not share blocks.
  init(_ ends: CopyEnds, windowSize: Int64) throws {
    self.ends = ends
    self.windowSize = windowSize
    freezer = try ImageFreezer(ends.source)
  }

  var source: ReadingEnd? {
    frozen.withLock { $0 }.map { ReadingEnd($0, size: ends.size) }
  }

  func beginPass(startingAt: Int64) throws -> any WindowFeed {
    let frozen = try freezer.freeze()
    let previous = self.frozen.withLock { last in
      defer { last = frozen }
      return last
    }
    guard let previous else {
      return ScanFeed(
        ExtentCursor(frozen, size: ends.size), ends.destinationCursor, from: startingAt, size: ends.size,
        windowSize: windowSize)
    }
    var differences = BlockMoves(previous, frozen)
    return ChangedFeed(
      ExtentCursor(frozen, size: ends.size), ends.destinationCursor, size: ends.size, windowSize: windowSize
    ) { try differences.next() }
  }

  /// From the image before it what changes next could not be told: a hole in that one, filled in the frozen image and a
  /// hole again since, has not changed, but the pass may have copied what was in it.
  func passWasBrokenOff() { frozen.withLock { $0 = nil } }

  /// What the guest has written since the freeze, seen and not guessed.
  func remaining(after pass: PassTally, at now: Instant) -> Bytes {
    guard let frozen = frozen.withLock({ $0 }) else { return pass.examined }
    var moves = BlockMoves(frozen, ends.source)
    var amount: Int64 = 0
    // A look that fails is the next pass's affair; until then all that was seen is said to remain.
    do {
      while let range = try moves.next() { amount += range.upperBound - range.lowerBound }
    } catch { return pass.examined }
    return Bytes(amount)
  }
}

/// The ranges in which two files of common descent do not lie in the same places, in order.
struct BlockMoves {
  private var old: MappedCursor
  private var new: MappedCursor
  private var position: Int64 = 0

  init(_ old: OpenFile, _ new: OpenFile) {
    self.old = MappedCursor(old, looksTwice: true)
    self.new = MappedCursor(new, looksTwice: false)
  }

  mutating func next() throws -> Range<Int64>? {
    var changed: Range<Int64>?
    while true {
      let a = try old.extent(from: position)
      let b = try new.extent(from: position)
      guard let start = [a, b].compactMap({ $0.map { max($0.range.lowerBound, position) } }).min() else {
        break
      }
      if let open = changed, start > open.upperBound { break }
      position = start
      // Up to where either changes its mind.
      var stop = Int64.max
      for extent in [a, b] {
        guard let extent else { continue }
        stop = min(stop, extent.range.lowerBound > start ? extent.range.lowerBound : extent.range.upperBound)
      }
      if Self.isSame(a, b, at: start) {
        position = stop
        if changed != nil { break }
      } else {
        changed = (changed?.lowerBound ?? start)..<stop
        position = stop
      }
    }
    try old.confirm()
    return changed
  }

  private static func isSame(_ a: MappedExtent?, _ b: MappedExtent?, at position: Int64) -> Bool {
    guard let a, let b, a.range.contains(position), b.range.contains(position), let left = a.place,
      let right = b.place, a.isUnwritten == b.isUnwritten
    else { return false }
    return left + UInt64(position - a.range.lowerBound) == right + UInt64(position - b.range.lowerBound)
  }
}

/// Walks over a file's extents, some hundreds at a time.
private struct MappedCursor {
  private let file: OpenFile
  private let looksTwice: Bool
  private var batch: [MappedExtent] = []
  private var index = 0
  private var batchStart: Int64 = 0
  private var isAtEnd = false
  private var isConfirmed = true

  init(_ file: OpenFile, looksTwice: Bool) {
    self.file = file
    self.looksTwice = looksTwice
  }

  /// The extent around `position`, or the next behind it. Positions don't go back.
  mutating func extent(from position: Int64) throws -> MappedExtent? {
    while true {
      while index < batch.count, batch[index].range.upperBound <= position { index += 1 }
      if index < batch.count { return batch[index] }
      if isAtEnd { return nil }
      try confirm()
      batchStart = max(position, batch.last?.range.upperBound ?? 0)
      batch = try file.mappedExtents(from: batchStart)
      isConfirmed = !looksTwice
      index = 0
      isAtEnd = batch.isEmpty
    }
  }

  /// Looks again: an image that nobody writes to lies where it lay.
  mutating func confirm() throws {
    if isConfirmed { return }
    isConfirmed = true
    // Other files' writes may split its extents in the answer, so what counts is the place of each byte.
    let again = MappedExtent.joined(try file.mappedExtents(from: batchStart))
    let before = MappedExtent.joined(batch)
    let end = min(again.last?.range.upperBound ?? 0, before.last?.range.upperBound ?? 0)
    let isSame = zip(before, again).allSatisfy { a, b in
      a.range.lowerBound >= end || b.range.lowerBound >= end
        || a.range.lowerBound == b.range.lowerBound && a.place == b.place && a.isUnwritten == b.isUnwritten
          && min(a.range.upperBound, end) == min(b.range.upperBound, end)
    }
    guard isSame, again.isEmpty == before.isEmpty else {
      throw StepFailure(
        .source, "blocks of '\(file.path)' were moved by the file system while they were compared; try again")
    }
  }
}

extension MappedExtent {
  /// Neighbours that lie one behind the other are one.
  fileprivate static func joined(_ extents: [MappedExtent]) -> [MappedExtent] {
    var joined: [MappedExtent] = []
    for extent in extents {
      if let last = joined.last, let place = last.place, let next = extent.place,
        last.range.upperBound == extent.range.lowerBound, last.isUnwritten == extent.isUnwritten,
        place + UInt64(last.range.upperBound - last.range.lowerBound) == next
      {
        joined[joined.count - 1].range = last.range.lowerBound..<extent.range.upperBound
      } else {
        joined.append(extent)
      }
    }
    return joined
  }
}
