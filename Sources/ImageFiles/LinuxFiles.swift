internal import CLinux
internal import Glibc
package import SystemPackage

/// The real files.
package struct LinuxFiles: FileAccess {
  package init() {}

  package func openForReading(_ path: String) throws(Errno) -> FileDescriptor {
    // O_NONBLOCK: a pipe under that name must not hold us up; it means nothing for a regular file.
    try descriptor(Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
  }

  package func openForReading(_ path: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try descriptor(openat(directory.rawValue, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW))
  }

  package func openDirectory(_ path: String) throws(Errno) -> FileDescriptor {
    try descriptor(Glibc.open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY))
  }

  package func openDirectory(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try descriptor(openat(directory.rawValue, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW))
  }

  package func create(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try descriptor(
      openat(directory.rawValue, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600))
  }

  package func open(_ name: String, in directory: FileDescriptor, forWriting: Bool) throws(Errno)
    -> FileDescriptor
  {
    let access = forWriting ? O_RDWR : O_RDONLY
    return try descriptor(openat(directory.rawValue, name, access | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))
  }

  package func close(_ file: FileDescriptor) { _ = Glibc.close(file.rawValue) }

  package func status(_ file: FileDescriptor) throws(Errno) -> FileStatus {
    var result = stat()
    try check(fstat(file.rawValue, &result))
    var status = FileStatus(result)
    // The node of a device has no size; the device has.
    if status.isBlockDevice { status.size = Int64(try count(lseek(file.rawValue, 0, SEEK_END))) }
    return status
  }

  package func isClaimed(_ device: FileDescriptor) -> Bool {
    let again = Glibc.open("/proc/self/fd/\(device.rawValue)", O_RDONLY | O_CLOEXEC | O_EXCL)
    if again >= 0 { _ = Glibc.close(again) }
    return again < 0 && errno == EBUSY
  }

  package func status(_ path: String, following: Bool) throws(Errno) -> FileStatus {
    var result = stat()
    try check(fstatat(AT_FDCWD, path, &result, following ? 0 : AT_SYMLINK_NOFOLLOW))
    return FileStatus(result)
  }

  package func status(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileStatus {
    var result = stat()
    try check(fstatat(directory.rawValue, name, &result, AT_SYMLINK_NOFOLLOW))
    return FileStatus(result)
  }

  package func freeSpace(_ file: FileDescriptor) throws(Errno) -> Int64 {
    var result = statvfs()
    try check(fstatvfs(file.rawValue, &result))
    return Int64(clamping: UInt64(result.f_bavail).multipliedReportingOverflow(by: UInt64(result.f_frsize)))
  }

  package func mayWrite(_ directory: String) throws(Errno) {
    try check(faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS))
  }

  package func nextData(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64? {
    let found = lseek(file.rawValue, Int(offset), LinuxCall.seekData)
    if found < 0 && errno == ENXIO { return nil }
    if found < 0 && errno == EINVAL, let size = try sizeOfDevice(file) { return offset < size ? offset : nil }
    return Int64(try count(found))
  }

  package func nextHole(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64 {
    let found = lseek(file.rawValue, Int(offset), LinuxCall.seekHole)
    // The file has become shorter than `offset`: nothing but the end is there.
    if found < 0 && errno == ENXIO { return offset }
    if found < 0 && errno == EINVAL, let size = try sizeOfDevice(file) { return max(size, offset) }
    return Int64(try count(found))
  }

  /// A block device has no holes to tell of; `nil` for anything else.
  private func sizeOfDevice(_ file: FileDescriptor) throws(Errno) -> Int64? {
    let status = try status(file)
    return status.isBlockDevice ? status.size : nil
  }

  package func read(_ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64)
    throws(Errno) -> Int
  {
    try count(pread(file.rawValue, buffer.baseAddress, buffer.count, Int(offset)))
  }

  package func write(_ file: FileDescriptor, _ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(Errno)
    -> Int
  {
    try count(pwrite(file.rawValue, buffer.baseAddress, buffer.count, Int(offset)))
  }

  package func punchHole(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) {
    try check(LinuxCall.punchHole(file.rawValue, range.lowerBound, range.upperBound - range.lowerBound))
  }

  package func setSize(_ file: FileDescriptor, to size: Int64) throws(Errno) {
    try check(ftruncate(file.rawValue, Int(size)))
  }

  package func preallocate(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) {
    try check(LinuxCall.preallocate(file.rawValue, range.lowerBound, range.upperBound - range.lowerBound))
  }

  package func setMode(_ file: FileDescriptor, to mode: UInt32) throws(Errno) {
    try check(fchmod(file.rawValue, mode))
  }

  package func setOwner(_ file: FileDescriptor, user: UInt32, group: UInt32) throws(Errno) {
    try check(fchown(file.rawValue, user, group))
  }

  package func synchronizeData(_ file: FileDescriptor) throws(Errno) { try check(fdatasync(file.rawValue)) }

  package func synchronize(_ file: FileDescriptor) throws(Errno) { try check(fsync(file.rawValue)) }

  package func dropCache(_ file: FileDescriptor, _ range: Range<Int64>) {
    let length = Int(range.upperBound - range.lowerBound)
    _ = posix_fadvise(file.rawValue, Int(range.lowerBound), length, POSIX_FADV_DONTNEED)
  }

  package func rename(_ name: String, to newName: String, in directory: FileDescriptor) throws(Errno) {
    if LinuxCall.renameWithoutReplacing(directory.rawValue, name, newName) == 0 { return }
    guard errno == EINVAL || errno == ENOSYS else { throw Errno(rawValue: errno) }
    // File systems without RENAME_NOREPLACE: a second link is as atomic, and never replaces either.
    try check(linkat(directory.rawValue, name, directory.rawValue, newName, 0))
    try check(unlinkat(directory.rawValue, name, 0))
  }

  package func remove(_ name: String, in directory: FileDescriptor) throws(Errno) {
    try check(unlinkat(directory.rawValue, name, 0))
  }

  // MARK: - Locks

  package func lock(_ file: FileDescriptor, _ range: Range<Int64>, _ kind: FileLockKind) throws(Errno) {
    let code =
      switch kind {
      case .none: linux_lock_none
      case .shared: linux_lock_shared
      case .exclusive: linux_lock_exclusive
      }
    let length = range.upperBound - range.lowerBound
    try check(linux_lock(file.rawValue, range.lowerBound, length, Int32(code)))
  }

  package func isLocked(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) -> Bool {
    let answer = linux_is_locked(file.rawValue, range.lowerBound, range.upperBound - range.lowerBound)
    try check(answer)
    return answer == 1
  }

  // MARK: - Results

  private func check(_ result: Int32) throws(Errno) {
    if result < 0 { throw Errno(rawValue: errno) }
  }

  private func count(_ result: Int) throws(Errno) -> Int {
    if result < 0 { throw Errno(rawValue: errno) }
    return result
  }

  private func descriptor(_ result: Int32) throws(Errno) -> FileDescriptor {
    try check(result)
    return FileDescriptor(rawValue: result)
  }
}

extension FileStatus {
  fileprivate init(_ status: stat) {
    self.init(
      isRegular: status.st_mode & S_IFMT == S_IFREG,
      size: Int64(status.st_size), allocated: Int64(status.st_blocks) * 512, device: UInt64(status.st_dev),
      inode: UInt64(status.st_ino),
      modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    isBlockDevice = status.st_mode & S_IFMT == S_IFBLK
    mode = status.st_mode & 0o7777
    user = status.st_uid
    group = status.st_gid
    specialDevice = UInt64(status.st_rdev)
    changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
  }
}

extension Int64 {
  fileprivate init(clamping product: (partialValue: UInt64, overflow: Bool)) {
    self = product.overflow ? .max : Int64(clamping: product.partialValue)
  }
}
