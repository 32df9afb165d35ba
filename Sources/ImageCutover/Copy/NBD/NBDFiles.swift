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

/// Nothing else can be asked of it.
extension NBDFiles {
  func openForReading(_ path: String) throws(Errno) -> FileDescriptor { throw .notSupported }
  func openForReading(_ path: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    throw .notSupported
  }
  func openDirectory(_ path: String) throws(Errno) -> FileDescriptor { throw .notSupported }
  func create(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    throw .notSupported
  }
  func createUnnamed(in directory: FileDescriptor) throws(Errno) -> FileDescriptor { throw .notSupported }
  func open(_ name: String, in directory: FileDescriptor, forWriting: Bool) throws(Errno) -> FileDescriptor {
    throw .notSupported
  }
  func status(_ file: FileDescriptor) throws(Errno) -> FileStatus { throw .notSupported }
  func status(_ path: String, following: Bool) throws(Errno) -> FileStatus { throw .notSupported }
  func status(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileStatus {
    throw .notSupported
  }
  func freeSpace(_ file: FileDescriptor) throws(Errno) -> Int64 { throw .notSupported }
  func mayWrite(_ directory: String) throws(Errno) { throw .notSupported }
  func nextData(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64? { throw .notSupported }
  func nextHole(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64 { throw .notSupported }
  func write(_ file: FileDescriptor, _ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) -> Int
  {
    throw .notSupported
  }
  func punchHole(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) { throw .notSupported }
  func setSize(_ file: FileDescriptor, to size: Int64) throws(Errno) { throw .notSupported }
  func preallocate(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) { throw .notSupported }
  func setMode(_ file: FileDescriptor, to mode: UInt32) throws(Errno) { throw .notSupported }
  func setOwner(_ file: FileDescriptor, user: UInt32, group: UInt32) throws(Errno) { throw .notSupported }
  func synchronizeData(_ file: FileDescriptor) throws(Errno) { throw .notSupported }
  func synchronize(_ file: FileDescriptor) throws(Errno) { throw .notSupported }
  func rename(_ name: String, to newName: String, in directory: FileDescriptor) throws(Errno) {
    throw .notSupported
  }
  func remove(_ name: String, in directory: FileDescriptor) throws(Errno) { throw .notSupported }
  func lock(_ file: FileDescriptor, _ range: Range<Int64>, _ kind: FileLockKind) throws(Errno) {
    throw .notSupported
  }
  func isLocked(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) -> Bool { throw .notSupported }
}
