internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// Makes certain that the destination holds what the source holds: byte for byte, holes read as zeros, as it lies on
/// the disk and not in the cache.
struct ImageVerifier {
  let ends: CopyEnds
  let windowSize: Int64
  let threads: Int

  /// - Parameters:
  ///   - destinationSize: What the destination is to measure: another size only after a resize.
  func verify(destinationSize: Int64, _ control: StepControl) throws {
    try ends.destination.synchronize()
    ends.destination.dropCache(0..<max(destinationSize, 1))
    try checkSizes(destinationSize: destinationSize)

    let common = min(ends.size, destinationSize)
    let runner = try ComparisonRunner(
      ends.openSource(), ReadingEnd(ends.destination, size: destinationSize), windowSize: windowSize,
      threads: threads, control)
    try runner.run(ends.scan(size: common, windowSize: windowSize))
    let (longer, end) =
      ends.size > destinationSize ? (ends.source, ends.size) : (ends.destination, destinationSize)
    if let place = try longer.firstNonZero(in: common..<end) {
      throw StepFailure(
        .verification,
        "the \(longer.role.rawValue) holds data at byte \(place), where the other side has ended")
    }
  }

  /// Flushes the destination and looks at the sizes alone: for what was read back when it was written.
  func settle(destinationSize: Int64) throws {
    try ends.destination.synchronize()
    try checkSizes(destinationSize: destinationSize)
  }

  private func checkSizes(destinationSize: Int64) throws {
    try checkSize(ends.source, ends.size)
    try checkSize(ends.destination, destinationSize)
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
