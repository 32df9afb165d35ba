internal import ImageFiles

/// Writes a raw image: every byte has its place from the beginning.
final class RawWriter: ImageWriter {
  let file: OpenFile
  private let barrier: ImageBarrier
  private let frame: Guarded<WriterFrame>

  /// - Parameter file: Empty, or what an earlier writer of this image has left.
  init(_ file: OpenFile, size: Int64) throws {
    guard size >= 0 else {
      throw ImageProblem(
        .limit, path: file.path, "a disk of \(size) bytes", remedy: "It has 0 bytes or more.")
    }
    self.file = file
    barrier = ImageBarrier(file)
    frame = Guarded(WriterFrame(path: file.path, virtualSize: size))
    try file.setSize(to: size)
  }

  var format: ImageFormat { .raw }
  var virtualSize: Int64 { frame.withLock { $0.virtualSize } }

  func place(_ range: Range<Int64>) throws -> [DiskPlace] {
    try frame.withLock { frame throws(ImageProblem) in
      try frame.checkUnfinished()
      try frame.check(range)
    }
    return range.isEmpty ? [] : [DiskPlace(range, at: range.lowerBound)]
  }

  func places(in range: Range<Int64>) throws -> [DiskPlace] {
    try frame.withLock { frame throws(ImageProblem) in try frame.check(range) }
    return range.isEmpty ? [] : [DiskPlace(range, at: range.lowerBound)]
  }

  func grow(to size: Int64) throws {
    try frame.withLock { frame in
      try frame.checkUnfinished()
      try frame.checkGrowth(to: size)
      try file.setSize(to: size)
      frame.virtualSize = size
    }
  }

  func holdTables(within bytes: Int) {}

  func checkpoint() throws -> WriterCheckpoint {
    let size = virtualSize
    try barrier.pass()
    return WriterCheckpoint(format: .raw, virtualSize: size)
  }

  func finish() throws {
    try barrier.pass()
    frame.withLock { $0.finish() }
  }
}
