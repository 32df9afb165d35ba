internal import DiskImages
internal import ImageFiles
internal import Quantities

/// Pieces from all over an image, one after the other.
///
/// Pieces are runs of windows as the engine will meet them, not single ones: what lies together in an image often lies
/// together on the disk.
struct ProbeSample {
  private(set) var windows: [CopyWindow] = []

  /// The source's data in them.
  var amount: Bytes { windows.reduce(.zero) { $0 + $1.amount } }

  private static let runs = 24
  /// An eighth of an image is enough for its rates, and a little of a large one. Disks that others use are now fast
  /// and now slow within tenths of a second: what takes less than that says little.
  private static let share = 8.0
  private static let least: Int64 = 256 << 20
  /// The most extents: file systems that discard what is freed take a millisecond for each when the probe is gone.
  private static let mostExtents = 4096.0

  /// Counts the extents, and takes what is to be measured, until there is enough.
  init(
    _ ends: CopyEnds, atMost most: Int64, windowSize: Int64, _ facts: inout ImageFacts,
    _ allocation: inout ImageAllocation
  ) throws {
    var cursor = ends.sourceCursor
    var position: Int64 = 0
    var data: Int64 = 0
    while let extent = try cursor.data(from: position) {
      facts.extents += 1
      allocation.add(extent)
      data += extent.upperBound - extent.lowerBound
      position = extent.upperBound
    }
    guard data > 0 else { return }
    let extent = Double(data) / Double(facts.extents)
    let wanted = min(
      max(Double(data) / Self.share, Double(Self.least)), Self.mostExtents * extent, Double(most))
    let feed = ends.scan(size: ends.size, windowSize: windowSize)
    var passed: Int64 = 0
    while let window = try feed.next() {
      // Where in the image's data, in runs: the first part of each run is taken.
      let place = Double(passed) / Double(data) * Double(Self.runs)
      if place - place.rounded(.down) < wanted / Double(data) { windows.append(window) }
      passed += window.amount.count
    }
  }
}

/// Knows of nothing but a sample.
struct SampleTracker: ChangeTracker {
  let feed: SampleFeed

  func beginPass(startingAt: Int64) -> any WindowFeed { feed }
  func passWasBrokenOff() {}
  func remaining(after pass: PassTally, at now: Instant) -> Bytes { .zero }
}

/// Hands out a sample once.
///
/// `@unchecked Sendable` is safe: only the thread that runs the pass uses it.
final class SampleFeed: WindowFeed, @unchecked Sendable {
  private var windows: ArraySlice<CopyWindow>
  private let again: Bool

  /// - Parameter again: The destination has them by now.
  init(_ sample: ProbeSample, again: Bool) {
    windows = sample.windows[...]
    self.again = again
  }

  func next() -> CopyWindow? {
    guard var window = windows.popFirst() else { return nil }
    if again { for index in window.segments.indices { window.segments[index].kind = .compare } }
    return window
  }
}

extension CopyWindow {
  /// The source's data in it.
  var amount: Bytes { Bytes(data.reduce(0) { $0 + $1.upperBound - $1.lowerBound }) }
}
