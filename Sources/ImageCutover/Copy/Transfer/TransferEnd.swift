internal import ImageFiles
internal import SystemPackage

/// An open image with its two faces: one past the page cache, one through it.
///
/// `O_DIRECT` leaves the cache to those who need it, and lets many transfers be under way. Where it is not to be had
/// (tmpfs, some network file systems), or a transfer is not in whole pages (the end of an image), the other face does
/// the work. The kernel keeps both coherent: a direct read first writes back what is dirty in its range.
final class TransferEnd {
  /// Memory and offsets of direct transfers are multiples of it: good for disks of 512 and of 4096 bytes a sector.
  static let alignment = 4096

  let file: OpenFile
  private let direct: FileDescriptor?
  private var takesDirect = true

  init(_ file: OpenFile, writing: Bool) {
    self.file = file
    direct = file.files.openDirect(file.descriptor, writing: writing)
  }

  deinit {
    if let direct { file.files.close(direct) }
  }

  /// Whether transfers in whole pages pass by the cache.
  var isDirect: Bool { direct != nil && takesDirect }

  /// The face for this transfer.
  func face(
    for operation: Transfer.Operation, _ memory: UnsafeMutableRawBufferPointer, at offset: Int64
  ) -> FileDescriptor {
    guard let direct, takesDirect, offset % Int64(Self.alignment) == 0,
      memory.count % Self.alignment == 0, UInt(bitPattern: memory.baseAddress) % UInt(Self.alignment) == 0
    else { return file.descriptor }
    return operation == .flush ? file.descriptor : direct
  }

  /// Whether a transfer failed because the file system does not take direct ones after all; then it goes on without.
  func stepsBack(from descriptor: FileDescriptor, after errno: Errno) -> Bool {
    guard errno == .invalidArgument || errno == .notSupported, descriptor == direct else { return false }
    // The face stays open until the end: other transfers through it may be under way.
    takesDirect = false
    return true
  }
}
