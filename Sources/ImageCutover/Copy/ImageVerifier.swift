internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// Makes certain that the destination holds what the source holds: byte for byte, holes read as zeros, as it lies on
/// the disk and not in the cache.
struct ImageVerifier: Sendable {
  let workers: WindowWorkers

  /// - Parameters:
  ///   - sourceSize: What the source measured when the copy began.
  ///   - destinationSize: What the destination is to measure: another size only after a resize.
  func verify(sourceSize: Int64, destinationSize: Int64, _ control: StepControl) throws {
    try workers.destination.synchronize()
    workers.destination.dropCache(0..<destinationSize)
    try checkSize(workers.source, sourceSize)
    try checkSize(workers.destination, destinationSize)

    let common = min(sourceSize, destinationSize)
    let feed = ScanFeed(workers.source, workers.destination, size: common, windowSize: workers.windowSize)
    try workers.run(feed, control) { window, buffers in
      let all: Set<CopySegment.Kind> = [.write, .compare, .punch]
      try WindowWorkers.read(workers.source, window, into: buffers.source, of: all)
      try WindowWorkers.read(workers.destination, window, into: buffers.destination, of: all)
      var examined: Int64 = 0
      for segment in window.segments {
        let runs = BlockDifference.runs(
          .init(buffers.source.part(segment.range, of: window)),
          .init(buffers.destination.part(segment.range, of: window)))
        if let run = runs.first {
          throw StepFailure(
            .verification,
            "the destination differs from the source at byte \(segment.range.lowerBound + Int64(run.lowerBound))"
          )
        }
        examined += segment.range.upperBound - segment.range.lowerBound
      }
      control.add(Bytes(examined))
    }
    let (longer, end) =
      sourceSize > destinationSize
      ? (workers.source, sourceSize) : (workers.destination, destinationSize)
    if let place = try longer.firstNonZero(in: common..<end) {
      throw StepFailure(
        .verification,
        "the \(longer.role.rawValue) holds data at byte \(place), where the other side has ended")
    }
  }

  private func checkSize(_ file: OpenFile, _ size: Int64) throws {
    let found = try file.status().size
    guard found == size else {
      throw StepFailure(
        .verification, "the \(file.role.rawValue) measures \(found) bytes where \(size) were expected")
    }
  }
}

extension OpenFile {
  /// The start of the first page in the range that holds anything but zeros.
  func firstNonZero(in range: Range<Int64>) throws(FileFault) -> Int64? {
    let step: Int64 = 256 << 10
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Int(step) * 2, alignment: Int(ExtentCursor.page))
    defer { buffer.deallocate() }
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
    let zeros = UnsafeRawBufferPointer(rebasing: buffer[Int(step)...])
    var cursor = ExtentCursor(self, size: range.upperBound)
    var position = range.lowerBound
    while let extent = try cursor.data(from: position) {
      let part = extent.lowerBound..<min(extent.upperBound, extent.lowerBound + step)
      let count = Int(part.upperBound - part.lowerBound)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      try read(into: bytes, at: part.lowerBound)
      if let run = BlockDifference.runs(.init(bytes), .init(rebasing: zeros[..<count])).first {
        return part.lowerBound + Int64(run.lowerBound)
      }
      position = part.upperBound
    }
    return nil
  }
}
