internal import ImageFiles
internal import Synchronization

/// Writes a raw image: every byte has its place from the beginning.
final class RawWriter: ImageWriter {
  let file: OpenFile
  private let size: Mutex<Int64>

  /// - Parameter file: Empty, or what an earlier writer of this image has left.
  init(_ file: OpenFile, size: Int64) throws {
    self.file = file
    self.size = Mutex(size)
    try file.setSize(to: size)
  }

  var format: ImageFormat { .raw }
  var virtualSize: Int64 { size.withLock { $0 } }

  func place(_ range: Range<Int64>) throws -> [DiskPlace] {
    guard range.upperBound <= virtualSize, range.lowerBound >= 0 else {
      throw ImageProblem.outside(range, of: virtualSize, path: file.path)
    }
    return range.isEmpty ? [] : [DiskPlace(range, at: range.lowerBound)]
  }

  func places(in range: Range<Int64>) throws -> [DiskPlace] { try place(range) }

  func grow(to size: Int64) throws {
    let current = virtualSize
    guard size >= current else { throw ImageProblem.shrinks(from: current, to: size, path: file.path) }
    try file.setSize(to: size)
    self.size.withLock { $0 = size }
  }

  func checkpoint() throws -> WriterCheckpoint {
    try file.synchronize()
    return WriterCheckpoint(format: .raw, virtualSize: virtualSize)
  }

  func finish() throws { try file.synchronize() }
}

extension ImageProblem {
  static func outside(_ range: Range<Int64>, of size: Int64, path: String) -> ImageProblem {
    ImageProblem(
      .limit, path: path, "the bytes \(range.lowerBound) to \(range.upperBound) are outside the disk",
      remedy: "The disk has \(size) bytes; grow it first.")
  }

  static func shrinks(from current: Int64, to size: Int64, path: String) -> ImageProblem {
    ImageProblem(
      .limit, path: path, "an image cannot be shrunk from \(current) to \(size) bytes while it is written",
      remedy: "Make it with the smaller size.")
  }
}
