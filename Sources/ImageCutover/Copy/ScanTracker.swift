internal import ImageFiles
internal import Quantities

/// Finds what changed by comparing every block of data of the source with the same block of the destination.
///
/// It needs no hashes, no memory and no help from the guest; it is exact, and it cannot miss a change, because the
/// thing looked at is the thing that has to be right. What it costs is a read of both images per pass: it suits local
/// disks, where a pass takes seconds, and it converges only while a guest writes less than the target in the time of
/// a pass.
///
/// **What remains** cannot be seen by looking, only estimated. A pass finds what was written between the times at
/// which it and the pass before it looked at a block: on average, between the middles of the two. The guest is taken
/// to write on at that pace, so that what remains is that pace times the length of the pass, all that was written
/// since the pass began. After the first pass nothing is known, and all that was copied is said to remain; so a
/// convergence rule about the rest asks for a second pass, unless the whole image is less than the rest it allows.
final class ScanTracker: ChangeTracker {
  private let source: OpenFile
  private let destination: OpenFile
  private let size: Int64
  private let windowSize: Int64
  private let middleOfLast = Monitor<Instant?>(nil)

  init(_ source: OpenFile, _ destination: OpenFile, size: Int64, windowSize: Int64) {
    self.source = source
    self.destination = destination
    self.size = size
    self.windowSize = windowSize
  }

  func beginPass() -> any WindowFeed {
    // The destination may be compared from the cache, where the pass before has left it: that keeps the pass of the
    // outage short. What lies on the disk is the verification's question.
    ScanFeed(source, destination, size: size, windowSize: windowSize)
  }

  func remaining(after pass: PassTally) -> Bytes {
    let middle = pass.began + pass.time * 0.5
    let last = middleOfLast.withLock { last in
      defer { last = middle }
      return last
    }
    guard let last else { return pass.examined }
    let found = pass.written + pass.punched
    let interval = max((middle - last).seconds, 1e-9)
    return min(Bytes(rounding: found.value / interval * pass.time.seconds), max(pass.examined, found))
  }
}
