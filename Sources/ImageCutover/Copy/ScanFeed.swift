internal import ImageFiles

/// The windows of a walk over both images side by side, found as it goes, so that a million extents cost no memory.
final class ScanFeed: WindowFeed {
  private struct State {
    var position: Int64 = 0
    var source: ExtentCursor
    var destination: ExtentCursor
  }

  private let size: Int64
  private let windowSize: Int64
  private let state: Monitor<State>

  /// - Parameters:
  ///   - size: How far to walk.
  ///   - windowSize: A multiple of the page.
  init(_ source: OpenFile, _ destination: OpenFile, size: Int64, windowSize: Int64) {
    self.size = size
    self.windowSize = windowSize
    state = Monitor(
      State(
        source: ExtentCursor(source, size: size), destination: ExtentCursor(destination, size: size)))
  }

  func next() throws(FileFault) -> CopyWindow? {
    try state.withLock { (state) throws(FileFault) in
      let ahead = [
        try state.source.data(from: state.position), try state.destination.data(from: state.position),
      ]
      guard let start = ahead.compactMap({ $0?.lowerBound }).min() else { return nil }
      let window = start..<min((start / windowSize + 1) * windowSize, size)
      let segments = CopySegment.align(
        source: try Self.ranges(&state.source, in: window),
        destination: try Self.ranges(&state.destination, in: window))
      state.position = window.upperBound
      return CopyWindow(range: window, segments: segments)
    }
  }

  private static func ranges(_ cursor: inout ExtentCursor, in window: Range<Int64>) throws(FileFault)
    -> [Range<Int64>]
  {
    var ranges: [Range<Int64>] = []
    var position = window.lowerBound
    while position < window.upperBound, let extent = try cursor.data(from: position),
      extent.lowerBound < window.upperBound
    {
      ranges.append(extent.clamped(to: window))
      position = extent.upperBound
    }
    return ranges
  }
}

extension CopySegment {
  /// What has to happen where, given the data of both sides (ordered, disjoint).
  static func align(source: [Range<Int64>], destination: [Range<Int64>]) -> [CopySegment] {
    var segments: [CopySegment] = []
    var (source, destination) = (source[...], destination[...])
    var position: Int64 = 0
    while true {
      while let first = source.first, first.upperBound <= position { source.removeFirst() }
      while let first = destination.first, first.upperBound <= position { destination.removeFirst() }
      guard let start = [source.first, destination.first].compactMap({ $0?.lowerBound }).min() else {
        return segments
      }
      position = max(position, start)
      let isSource = source.first.map { $0.contains(position) } ?? false
      let isDestination = destination.first.map { $0.contains(position) } ?? false
      // The next place where either side changes.
      let edges = [source.first, destination.first].compactMap { $0 }.flatMap {
        [$0.lowerBound, $0.upperBound]
      }
      guard let end = edges.filter({ $0 > position }).min() else { return segments }
      segments.append(
        CopySegment(range: position..<end, kind: isSource ? (isDestination ? .compare : .write) : .punch))
      position = end
    }
  }
}
