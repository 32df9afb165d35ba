internal import Glibc
package import SystemPackage

extension FileAccess {
  /// Files that are not the kernel's have no face past its cache.
  package func openDirect(_ file: FileDescriptor, writing: Bool) -> FileDescriptor? { nil }

  package var usesRing: Bool { false }

  package func isClaimed(_ device: FileDescriptor) -> Bool { false }

  package func canRename(in directory: FileDescriptor) throws(Errno) -> Bool { true }
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
    let name = passingName()
    let file = try create(name, in: directory)
    try remove(name, in: directory)
    return file
  }

  package func canRename(in directory: FileDescriptor) throws(Errno) -> Bool {
    let name = passingName()
    close(try create(name, in: directory))
    do { try rename(name, to: name + "-new", in: directory) } catch {
      try? remove(name, in: directory)
      // What the second link of a file is refused with where there are none.
      guard [.notSupported, .notPermitted, .noFunction, .invalidArgument].contains(error) else { throw error }
      return false
    }
    try remove(name + "-new", in: directory)
    return true
  }

  /// A name that nobody else has.
  private func passingName() -> String {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return ".fleetshift-\(getpid())-\(time.tv_sec)-\(time.tv_nsec)"
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
