internal import ImageFiles
internal import Quantities

/// Several threads that take windows from a feed until it is empty, one of them fails, or the step is given up.
struct WindowWorkers: Sendable {
  let source: OpenFile
  let destination: OpenFile
  let threads: Int
  let windowSize: Int64

  /// One thread's buffers, and what it does with a window.
  typealias Work = @Sendable (CopyWindow, WindowBuffers) throws -> Void

  /// - Throws: The first failure of any thread; `Abandoned` if the step was given up.
  func run(_ feed: any WindowFeed, _ control: StepControl, _ work: @escaping Work) throws {
    let failure = Monitor<(any Error)?>(nil)
    runThreads(threads) {
      let buffers = WindowBuffers(size: Int(windowSize))
      do {
        while failure.withLock({ $0 == nil }), let window = try feed.next() {
          try control.checkAbandoned()
          try work(window, buffers)
        }
      } catch { failure.withLock { $0 = $0 ?? error } }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    try control.checkAbandoned()
  }

  /// Reads what `kinds` of the window's segments cover. Small gaps are read along: they are holes, and cost less than
  /// another call.
  static func read(
    _ file: OpenFile, _ window: CopyWindow, into buffer: UnsafeMutableRawBufferPointer,
    of kinds: Set<CopySegment.Kind>
  ) throws(FileFault) {
    var pending: Range<Int64>?
    for segment in window.segments where kinds.contains(segment.kind) {
      if let range = pending, segment.range.lowerBound - range.upperBound <= 64 << 10 {
        pending = range.lowerBound..<segment.range.upperBound
        continue
      }
      if let pending { try file.read(into: buffer.part(pending, of: window), at: pending.lowerBound) }
      pending = segment.range
    }
    if let pending { try file.read(into: buffer.part(pending, of: window), at: pending.lowerBound) }
  }
}

/// What one thread of a pass owns: two page-aligned buffers of one window each.
final class WindowBuffers {
  let source: UnsafeMutableRawBufferPointer
  let destination: UnsafeMutableRawBufferPointer
  /// The window written last, on its way to the disk.
  private var underWay: Range<Int64>?

  init(size: Int) {
    source = .allocate(byteCount: size, alignment: Int(ExtentCursor.page))
    destination = .allocate(byteCount: size, alignment: Int(ExtentCursor.page))
  }

  deinit {
    source.deallocate()
    destination.deallocate()
  }

  /// Sends a written window on its way to the disk, waits for the one before, and lets the cache forget that one: a
  /// copy of any size dirties one window a thread.
  func sendOff(_ window: Range<Int64>, of file: OpenFile) throws(FileFault) {
    try file.writeBack(window, waiting: false)
    if let underWay {
      try file.writeBack(underWay, waiting: true)
      file.dropCache(underWay)
    }
    underWay = window
  }
}

extension UnsafeMutableRawBufferPointer {
  /// The part of a window's buffer that stands for `range` of the image.
  func part(_ range: Range<Int64>, of window: CopyWindow) -> UnsafeMutableRawBufferPointer {
    let start = window.range.lowerBound
    return .init(rebasing: self[Int(range.lowerBound - start)..<Int(range.upperBound - start)])
  }
}
