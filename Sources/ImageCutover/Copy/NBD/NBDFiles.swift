internal import ImageFiles
internal import SystemPackage

/// The one file operation that an NBD disk has: to be read.
struct NBDFiles: FileAccess {
  let source: NBDSource

  /// The disk, as something to read from.
  var file: OpenFile { OpenFile(FileDescriptor(rawValue: -1), self, .source, path: source.uri) }

  func read(_ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64)
    throws(Errno) -> Int
  {
    try source.read(into: buffer, at: offset)
  }

  func close(_ file: FileDescriptor) {}
  func dropCache(_ file: FileDescriptor, _ range: Range<Int64>) {}
}
