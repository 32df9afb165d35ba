internal import ImageFiles
internal import Quantities

/// Knows where the destination may differ from the source: the one thing that makers of reflinks, dirty bitmaps and
/// plain scans do differently.
protocol ChangeTracker: Sendable {
  /// The work of the next pass, from this offset on; more than zero where a pass that was broken off is taken up.
  func beginPass(startingAt: Int64) throws -> any WindowFeed
  /// The pass that was begun last has not come to its end, as where a rule about time ends its stage: whatever it was to
  /// do is in the next one.
  func passWasBrokenOff()
  /// What has been written and not copied (`CopyReport.remaining`).
  ///
  /// - Parameter now: Where this disk's pass ended before those of the guest's others, it is later than `pass.ended`.
  func remaining(after pass: PassTally, at now: Instant) -> Bytes
  /// Where the windows of the pass that was begun last are to be read; `nil`: from the image itself.
  var source: ReadingEnd? { get }
  /// What the destination is to be compared with at the end; `nil`: the image itself.
  var face: DiskFace? { get }
  /// What the pass that was begun last can be taken up from by another driver's tracker.
  var state: TrackerState? { get }
  /// The image has this size from now on, in bytes: only files grow that are moved as they are, and only `scan` sees it.
  func follow(size: Int64)
  /// Where the first pass of this tracker may begin, if another driver had this pass durable up to there: not behind the
  /// beginning, unless what was written below since then is found by the passes that follow.
  func start(after durable: Int64) -> Int64
}

extension ChangeTracker {
  var source: ReadingEnd? { nil }
  var face: DiskFace? { nil }
  var state: TrackerState? { nil }
  func start(after durable: Int64) -> Int64 { 0 }
  func follow(size: Int64) {}
}

/// Hands out the windows of a pass, to one thread.
protocol WindowFeed: AnyObject {
  /// The next window, behind all before it; `nil` when there is no more.
  func next() throws -> CopyWindow?
}

/// A piece of both images, small enough for one buffer, and what has to happen inside it.
struct CopyWindow: Hashable, Sendable {
  var range: Range<Int64>
  /// Ordered, disjoint, inside `range`; between them both images have holes.
  var segments: [CopySegment]
  /// Whether the segments are all that either side has in every block of `DigestMap.blockSize` that they touch.
  var isWhole = true

  /// The source's data, in order.
  var data: [Range<Int64>] { segments.filter { $0.kind != .punch }.map(\.range) }
}

struct CopySegment: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// Data at the source, a hole at the destination: write all of it, zeros too.
    case write
    /// Data on both sides: write what differs.
    case compare
    /// A hole at the source, data at the destination.
    case punch
  }

  var range: Range<Int64>
  var kind: Kind
}

/// What a pass came to.
struct PassTally: Hashable, Sendable {
  var began: Instant
  var ended: Instant
  /// Data of the source that was looked at.
  var examined = Bytes.zero
  /// Written to the destination.
  var written = Bytes.zero
  /// Turned into holes at the destination.
  var punched = Bytes.zero
  /// Whether the destination was made to share the source's blocks: whatever was written since is shared as quickly.
  var isShared = false

  var time: Duration { ended - began }
}
