internal import DiskImages
internal import ImageFiles

/// The two images of a copy, raw or in a format.
struct CopyEnds: Sendable {
  let source: OpenFile
  /// How much of the source there is: what it measured when the copy began.
  var size: Int64
  /// The source as its format says; `nil`: raw.
  var disk: VirtualDisk?
  let destination: OpenFile
  /// `nil`: raw.
  var writer: (any ImageWriter)?

  func openSource() -> ReadingEnd { disk.map { ReadingEnd($0) } ?? ReadingEnd(source, size: size) }

  func openDestination() -> WritingEnd { WritingEnd(destination, writer: writer) }

  var sourceCursor: any DataCursor { disk.map { DiskCursor($0) } ?? ExtentCursor(source, size: size) }

  var destinationCursor: any DataCursor {
    writer.map { WriterCursor($0) } ?? ExtentCursor(destination, size: size)
  }

  /// What either side holds.
  func scan(from: Int64 = 0, size: Int64, windowSize: Int64) -> ScanFeed {
    ScanFeed(sourceCursor, destinationCursor, from: from, size: size, windowSize: windowSize)
  }
}
