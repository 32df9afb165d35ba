internal import ImageFiles

/// Walks the data of a file from its start to its end by `SEEK_DATA` and `SEEK_HOLE`, in whole pages.
struct ExtentCursor {
  /// What files and caches are made of; the finest grain at which images are compared and holes kept.
  static let page: Int64 = 4096

  private let file: OpenFile
  private let size: Int64
  private var found: Range<Int64>?
  private var isAtEnd = false

  init(_ file: OpenFile, size: Int64) {
    self.file = file
    self.size = size
  }

  /// The rest of the extent around `position`, or the next one behind it. Positions must not go back.
  mutating func data(from position: Int64) throws(FileFault) -> Range<Int64>? {
    if let found, found.upperBound > position { return max(found.lowerBound, position)..<found.upperBound }
    var position = position
    while !isAtEnd && position < size {
      guard let start = try file.nextData(from: position), start < size else { break }
      let end = try file.nextHole(from: start)
      // A running guest may have punched it between the two calls.
      if end <= start {
        position = start + 1
        continue
      }
      let extent = start / Self.page * Self.page..<min((end + Self.page - 1) / Self.page * Self.page, size)
      found = extent
      return max(extent.lowerBound, position)..<extent.upperBound
    }
    isAtEnd = true
    return nil
  }
}
