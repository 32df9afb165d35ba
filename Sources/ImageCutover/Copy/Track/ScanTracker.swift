internal import ImageFiles
internal import Quantities

/// Finds what changed by reading all data of the source and comparing the digest of each block with that of what the
/// destination was given; a block whose digest is not known is compared with the destination itself.
///
/// It needs no help from the guest or the file system, and cannot miss a change, because the thing looked at is the
/// thing that has to be right: a block is passed over only if its XXH3-128 is that of the bytes last written to the
/// destination (see `BlockDigest` for how much that says). What it costs is a read of the source per pass: it suits
/// local disks, where a pass takes seconds, and it converges only while a guest writes less than the target in the
/// time of a pass.
///
/// **What remains** cannot be seen by looking, only estimated. A pass finds what was written between the times at
/// which it and the pass before it looked at a block: on average, between the middles of the two. The guest is taken
/// to write on at that pace, so that what remains is that pace times the time since the pass began, all that was
/// written meanwhile. After the first pass nothing is known, and all that was copied is said to remain; so a
/// convergence rule about the rest asks for a second pass, unless the whole image is less than the rest it allows.
final class ScanTracker: ChangeTracker {
  private let ends: Monitor<CopyEnds>
  private let windowSize: Int64
  private let middleOfLast = Monitor<Instant?>(nil)

  init(_ ends: CopyEnds, windowSize: Int64) {
    self.ends = Monitor(ends)
    self.windowSize = windowSize
  }

  func beginPass(startingAt: Int64) -> any WindowFeed {
    let ends = ends.withLock { $0 }
    return ends.scan(from: startingAt, size: ends.size, windowSize: windowSize)
  }

  /// Each pass looks at everything.
  func passWasBrokenOff() {}

  func follow(size: Int64) { ends.withLock { $0.size = size } }

  /// Every later pass looks at everything.
  func start(after durable: Int64) -> Int64 { durable }

  func remaining(after pass: PassTally, at now: Instant) -> Bytes {
    let middle = pass.began + pass.time * 0.5
    let last = middleOfLast.withLock { last in
      defer { last = middle }
      return last
    }
    guard let last else { return pass.examined }
    let found = pass.written + pass.punched
    let interval = max((middle - last).seconds, 1e-9)
    return min(
      Bytes(rounding: found.value / interval * (now - pass.began).seconds), max(pass.examined, found))
  }
}
