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
  /// Opens the directory of this name in another one; `ENOTDIR` or `ELOOP` if it is a symbolic link.
  func openDirectory(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor
  /// Creates a file of mode 0600 for reading and writing; `EEXIST` if anything bears that name, even a dangling link.
  func create(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor
  /// Opens a file in the directory that is there; `ELOOP` if it is a symbolic link.
  func open(_ name: String, in directory: FileDescriptor, forWriting: Bool) throws(Errno) -> FileDescriptor
  /// Creates a file for reading and writing that has no name, and is gone when it is closed.
  func createUnnamed(in directory: FileDescriptor) throws(Errno) -> FileDescriptor
  func close(_ file: FileDescriptor)
  /// The same open file once more, past the page cache (`O_DIRECT`); `nil` where that is not to be had.
  func openDirect(_ file: FileDescriptor, writing: Bool) -> FileDescriptor?
  /// Whether descriptors are the kernel's own, which io_uring can work with.
  var usesRing: Bool { get }

  func status(_ file: FileDescriptor) throws(Errno) -> FileStatus
  /// The status of what `path` names, or of the link itself unless `following` it.
  func status(_ path: String, following: Bool) throws(Errno) -> FileStatus
  func status(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileStatus
  /// What an unprivileged process could still store there, in bytes.
  func freeSpace(_ file: FileDescriptor) throws(Errno) -> Int64
  /// Whether this process may make files in the directory.
  func mayWrite(_ directory: String) throws(Errno)
  /// Whether files can be renamed there without replacing anything, as `rename` does; tried on one that is gone when this
  /// returns.
  func canRename(in directory: FileDescriptor) throws(Errno) -> Bool

  /// The first byte of data at `offset` or behind it; `nil` if only a hole follows.
  func nextData(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64?
  /// The first byte of a hole at `offset` or behind it, the end of the file at the latest.
  func nextHole(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64

  func read(_ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64)
    throws(Errno) -> Int
  func write(_ file: FileDescriptor, _ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) -> Int
  /// Makes the destination hold what the source holds at this moment, sharing its blocks (`FICLONE`).
  func clone(_ source: FileDescriptor, into destination: FileDescriptor) throws(Errno)
  /// The extents from `offset` on, after writing back what is dirty (`FIEMAP`); none when there are no more.
  func mappedExtents(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> [MappedExtent]
  func punchHole(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno)
  func setSize(_ file: FileDescriptor, to size: Int64) throws(Errno)
  /// Makes sure of the room for the range, and leaves the size as it is.
  func preallocate(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno)
  /// The permission bits.
  func setMode(_ file: FileDescriptor, to mode: UInt32) throws(Errno)
  func setOwner(_ file: FileDescriptor, user: UInt32, group: UInt32) throws(Errno)
  /// The corresponding C function is `fdatasync`.
  func synchronizeData(_ file: FileDescriptor) throws(Errno)
  /// The corresponding C function is `fsync`.
  func synchronize(_ file: FileDescriptor) throws(Errno)
  /// Lets the kernel forget what it has cached of the range, so that the next read asks the disk. Advice only.
  func dropCache(_ file: FileDescriptor, _ range: Range<Int64>)

  /// Renames within one directory; `EEXIST` if the new name is taken.
  func rename(_ name: String, to newName: String, in directory: FileDescriptor) throws(Errno)
  func remove(_ name: String, in directory: FileDescriptor) throws(Errno)

  /// Takes a lock of the open file (`F_OFD_SETLK`), for as long as it is open; `EAGAIN` if another holds one against
  /// it.
  func lock(_ file: FileDescriptor, _ range: Range<Int64>, _ kind: FileLockKind) throws(Errno)
  /// Whether the kernel has given the block device to somebody: it is mounted, or part of another device.
  func isClaimed(_ device: FileDescriptor) -> Bool
  /// Whether another open file holds any lock there.
  func isLocked(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) -> Bool
}

package enum FileLockKind: Hashable, Sendable {
  case none, shared, exclusive
}

/// What is asked of `stat(2)`.
package struct FileStatus: Hashable, Sendable {
  package var isRegular: Bool
  package var isBlockDevice = false
  package var size: Int64
  /// What the file takes on the disk, in bytes (`st_blocks`).
  package var allocated: Int64
  package var device: UInt64
  package var inode: UInt64
  /// Permission bits, owner and group.
  package var mode: UInt32 = 0o600
  package var user: UInt32 = 0
  package var group: UInt32 = 0
  /// The device that a device file stands for.
  package var specialDevice: UInt64 = 0
  /// Nanoseconds since 1970: the last change of the contents, and of anything.
  package var modified: Int64 = 0
  package var changed: Int64 = 0

  package init(
    isRegular: Bool, size: Int64, allocated: Int64, device: UInt64, inode: UInt64,
    modified: Int64
  ) {
    self.isRegular = isRegular
    self.size = size
    self.allocated = allocated
    self.device = device
    self.inode = inode
    self.modified = modified
  }

  package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}
