internal import ImageFiles
internal import Quantities

/// Knows where the destination may differ from the source: the one thing that makers of reflinks, dirty bitmaps and
/// plain scans do differently.
protocol ChangeTracker: Sendable {
  /// The work of the next pass.
  func beginPass() throws -> any WindowFeed
  /// What has been written and not copied, now that a pass has ended (`CopyReport.remaining`).
  func remaining(after pass: PassTally) -> Bytes
}

/// Hands out the windows of a pass; several threads take from it.
protocol WindowFeed: Sendable {
  func next() throws(FileFault) -> CopyWindow?
}

/// A piece of both images, small enough for one buffer, and what has to happen inside it.
struct CopyWindow: Hashable, Sendable {
  var range: Range<Int64>
  /// Ordered, disjoint, inside `range`; between them both images have holes.
  var segments: [CopySegment]
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

  var time: Duration { ended - began }
}
