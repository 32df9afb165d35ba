internal import CLinux
internal import Glibc
package import SystemPackage

/// A run of a file and its place on the disk.
package struct MappedExtent: Hashable, Sendable {
  package var range: Range<Int64>
  /// The place of its first byte; `nil` where the place tells nothing, as with compressed data.
  package var place: UInt64?
  /// Reserved, and read as zeros.
  package var isUnwritten: Bool
}

extension FileAccess {
  package func openDirectory(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    throw .notSupported
  }

  package func clone(_ source: FileDescriptor, into destination: FileDescriptor) throws(Errno) {
    throw .notSupported
  }

  package func mappedExtents(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> [MappedExtent] {
    throw .notSupported
  }
}

extension LinuxFiles {
  package func clone(_ source: FileDescriptor, into destination: FileDescriptor) throws(Errno) {
    if linux_clone(destination.rawValue, source.rawValue) < 0 { throw Errno(rawValue: errno) }
  }

  package func mappedExtents(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> [MappedExtent] {
    let most = 512
    let room = UnsafeMutablePointer<linux_extent>.allocate(capacity: most)
    defer { room.deallocate() }
    let count = linux_extents(file.rawValue, UInt64(offset), room, UInt32(most))
    if count < 0 { throw Errno(rawValue: errno) }
    return (0..<Int(count)).map { index in
      let found = room[index]
      return MappedExtent(
        range: Int64(found.logical)..<Int64(found.logical + found.length),
        place: found.is_vague != 0 ? nil : found.physical, isUnwritten: found.is_unwritten != 0)
    }
  }
}
