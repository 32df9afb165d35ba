internal import ImageFiles
internal import Quantities

/// One pass: makes the destination what the source is, where the feed says that it may not be.
struct ImageCopier: Sendable {
  let workers: WindowWorkers
  /// `nil`: as fast as it goes.
  let limit: TokenBucket?

  private struct Counts {
    var written: Int64 = 0
    var punched: Int64 = 0
    var examined: Int64 = 0
  }

  /// Copies and flushes; when it returns, what it wrote is on the disk.
  func pass(_ feed: any WindowFeed, _ control: StepControl) throws -> PassTally {
    let total = Monitor(Counts())
    let began = monotonicNow()
    try workers.run(feed, control) { window, buffers in
      let counts = try bringUpToDate(window, buffers, control)
      total.withLock {
        $0.written += counts.written
        $0.punched += counts.punched
        $0.examined += counts.examined
      }
      control.add(Bytes(counts.examined))
    }
    try workers.destination.synchronizeData()
    let counts = total.withLock { $0 }
    return PassTally(
      began: began, ended: monotonicNow(), examined: Bytes(counts.examined), written: Bytes(counts.written),
      punched: Bytes(counts.punched))
  }

  private func bringUpToDate(
    _ window: CopyWindow, _ buffers: WindowBuffers, _ control: StepControl
  ) throws -> Counts {
    var counts = Counts()
    try WindowWorkers.read(workers.source, window, into: buffers.source, of: [.write, .compare])
    try WindowWorkers.read(workers.destination, window, into: buffers.destination, of: [.compare])
    for segment in window.segments {
      let source = UnsafeRawBufferPointer(buffers.source.part(segment.range, of: window))
      switch segment.kind {
      case .write:
        try write(source, at: segment.range.lowerBound, control)
        counts.written += Int64(source.count)
        counts.examined += Int64(source.count)
      case .compare:
        let destination = UnsafeRawBufferPointer(buffers.destination.part(segment.range, of: window))
        for run in BlockDifference.runs(source, destination) {
          try write(
            .init(rebasing: source[run]), at: segment.range.lowerBound + Int64(run.lowerBound), control)
          counts.written += Int64(run.count)
        }
        counts.examined += Int64(source.count)
      case .punch:
        // Up to the page's end, for a last page that ends with the file is only given back as a whole.
        let page = ExtentCursor.page
        let end = (segment.range.upperBound + page - 1) / page * page
        try workers.destination.punchHole(segment.range.lowerBound..<end)
        counts.punched += segment.range.upperBound - segment.range.lowerBound
      }
    }
    if counts.written > 0 { try buffers.sendOff(window.range, of: workers.destination) }
    return counts
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64, _ control: StepControl) throws {
    if let limit {
      try control.sleep(until: limit.take(Bytes(Int64(bytes.count)), now: monotonicNow()))
    }
    try workers.destination.write(bytes, at: offset)
  }
}
