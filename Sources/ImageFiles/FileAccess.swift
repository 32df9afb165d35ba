package import SystemPackage

/// The file operations of a cutover, each one a single system call that may fail, stop short or be interrupted.
///
/// This is the seam at which tests inject faults; what to do about a short count or an `EINTR` is decided above it,
/// in `OpenFile`.
package protocol FileAccess: Sendable {
  /// Follows symbolic links; never creates.
  func openForReading(_ path: String) throws(Errno) -> FileDescriptor
  /// Opens the file that an image found in `directory` names as its parent, relative to it unless absolute. Never
  /// creates; `ELOOP` if the last component is a symbolic link.
  func openForReading(_ path: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor
  func openDirectory(_ path: String) throws(Errno) -> FileDescriptor
  /// Creates a file of mode 0600 for reading and writing; `EEXIST` if anything bears that name, even a dangling link.
  func create(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor
  func close(_ file: FileDescriptor)

  func status(_ file: FileDescriptor) throws(Errno) -> FileStatus
  /// The status of what `path` names, or of the link itself unless `following` it.
  func status(_ path: String, following: Bool) throws(Errno) -> FileStatus
  func status(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileStatus
  /// What an unprivileged process could still store there, in bytes.
  func freeSpace(_ file: FileDescriptor) throws(Errno) -> Int64
  /// Whether this process may make files in the directory.
  func mayWrite(_ directory: String) throws(Errno)

  /// The first byte of data at `offset` or behind it; `nil` if only a hole follows.
  func nextData(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64?
  /// The first byte of a hole at `offset` or behind it, the end of the file at the latest.
  func nextHole(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64

  func read(_ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64)
    throws(Errno) -> Int
  func write(_ file: FileDescriptor, _ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) -> Int
  func punchHole(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno)
  func setSize(_ file: FileDescriptor, to size: Int64) throws(Errno)
  /// Starts writing the range to the disk, and waits for it if `waiting`.
  func writeBack(_ file: FileDescriptor, _ range: Range<Int64>, waiting: Bool) throws(Errno)
  /// The corresponding C function is `fdatasync`.
  func synchronizeData(_ file: FileDescriptor) throws(Errno)
  /// The corresponding C function is `fsync`.
  func synchronize(_ file: FileDescriptor) throws(Errno)
  /// Lets the kernel forget what it has cached of the range, so that the next read asks the disk. Advice only.
  func dropCache(_ file: FileDescriptor, _ range: Range<Int64>)

  /// Renames within one directory; `EEXIST` if the new name is taken.
  func rename(_ name: String, to newName: String, in directory: FileDescriptor) throws(Errno)
  func remove(_ name: String, in directory: FileDescriptor) throws(Errno)
}

/// What is asked of `stat(2)`.
package struct FileStatus: Hashable, Sendable {
  package var isRegular: Bool
  package var isDirectory: Bool
  package var size: Int64
  /// What the file takes on the disk, in bytes (`st_blocks`).
  package var allocated: Int64
  package var device: UInt64
  package var inode: UInt64
  /// When the bytes last changed (`st_mtime`), in whole seconds of Unix time.
  package var modified: Int64

  package init(
    isRegular: Bool, isDirectory: Bool, size: Int64, allocated: Int64, device: UInt64, inode: UInt64,
    modified: Int64
  ) {
    self.isRegular = isRegular
    self.isDirectory = isDirectory
    self.size = size
    self.allocated = allocated
    self.device = device
    self.inode = inode
    self.modified = modified
  }

  package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}
