internal import Glibc
package import SystemPackage

extension FileAccess {
  /// Files that are not the kernel's have no face past its cache.
  package func openDirect(_ file: FileDescriptor, writing: Bool) -> FileDescriptor? { nil }

  package var usesRing: Bool { false }

  package func isClaimed(_ device: FileDescriptor) -> Bool { false }
}

extension LinuxFiles {
  /// Through the descriptor, not the name: it is the same file whatever has been done to its name since.
  package func openDirect(_ file: FileDescriptor, writing: Bool) -> FileDescriptor? {
    let flags = (writing ? O_RDWR : O_RDONLY) | O_CLOEXEC | LinuxCall.direct
    let descriptor = Glibc.open("/proc/self/fd/\(file.rawValue)", flags)
    return descriptor < 0 ? nil : FileDescriptor(rawValue: descriptor)
  }

  package var usesRing: Bool { true }

  package func createUnnamed(in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    let descriptor = openat(
      directory.rawValue, ".", O_RDWR | O_CLOEXEC | O_DIRECTORY | LinuxCall.temporary, 0o600)
    if descriptor >= 0 { return FileDescriptor(rawValue: descriptor) }
    // File systems without O_TMPFILE.
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let name = ".fleetshift-\(getpid())-\(time.tv_sec)-\(time.tv_nsec)"
    let file = try create(name, in: directory)
    try remove(name, in: directory)
    return file
  }
}

extension LinuxCall {
  /// The corresponding C constant is `O_DIRECT`, which Glibc's module hides.
  #if arch(arm64) || arch(arm)
    fileprivate static let direct: Int32 = 0o200000
  #else
    fileprivate static let direct: Int32 = 0o40000
  #endif
  /// The corresponding C constant is `__O_TMPFILE`.
  fileprivate static let temporary: Int32 = 0o20000000
}
