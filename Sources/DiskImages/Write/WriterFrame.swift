internal import ImageFiles

/// What writers of every format refuse.
struct WriterFrame {
  let path: String
  var virtualSize: Int64
  private(set) var isFinished = false

  init(path: String, virtualSize: Int64) {
    self.path = path
    self.virtualSize = virtualSize
  }

  mutating func finish() { isFinished = true }

  func check(_ range: Range<Int64>) throws(ImageProblem) {
    guard range.lowerBound >= 0, range.upperBound <= virtualSize else {
      throw ImageProblem(
        .limit, path: path, "the bytes \(range.lowerBound) to \(range.upperBound) are outside the disk",
        remedy: "The disk has \(virtualSize) bytes; grow it first.")
    }
  }

  func checkUnfinished() throws(ImageProblem) {
    guard !isFinished else {
      throw ImageProblem(
        .limit, path: path, "the image is finished, and nothing can be added to it",
        remedy: "Place and grow before finish().")
    }
  }

  func checkGrowth(to size: Int64) throws(ImageProblem) {
    guard size >= virtualSize else {
      throw ImageProblem(
        .limit, path: path,
        "an image cannot be shrunk from \(virtualSize) to \(size) bytes while it is written",
        remedy: "Make it with the smaller size.")
    }
  }

  static func checkSectors(_ size: Int64, path: String) throws(ImageProblem) {
    guard size >= 0, size % 512 == 0 else {
      throw ImageProblem(
        .limit, path: path, "a disk of \(size) bytes", remedy: "It has whole sectors of 512 bytes.")
    }
  }
}

extension [DiskPlace] {
  /// Adds the place of the next range, as part of the last one where it continues that.
  mutating func add(_ range: Range<Int64>, at offset: Int64) {
    if let last, last.range.upperBound == range.lowerBound, last.fileRange.upperBound == offset {
      self[count - 1].range = last.range.lowerBound..<range.upperBound
    } else {
      append(DiskPlace(range, at: offset))
    }
  }
}
