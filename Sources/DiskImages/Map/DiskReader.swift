internal import Glibc
internal import ImageFiles

/// Reads a virtual disk as if it were a raw image, decoding what must be decoded: the plain way, for those who need
/// few bytes, or must not care.
///
/// Not for several threads at once; each makes its own.
package struct DiskReader {
  private let disk: VirtualDisk
  private var extents: DiskExtents
  private var decoder = ClusterDecoder()

  init(_ disk: VirtualDisk) {
    self.disk = disk
    extents = disk.extents()
  }

  /// Fills the buffer from `offset` on; behind the disk's end, with zeros.
  package mutating func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
    precondition(offset >= 0, "a disk begins at 0")
    var done = 0
    extents.seek(to: offset)
    while done < buffer.count {
      guard let extent = try extents.next() else {
        UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).zero()
        return
      }
      let count = Int(min(extent.length, Int64(buffer.count - done)))
      try read(extent, into: .init(rebasing: buffer[done..<done + count]))
      done += count
    }
  }

  /// Fills the buffer with the first bytes of the extent.
  package mutating func read(_ extent: DiskExtent, into buffer: UnsafeMutableRawBufferPointer) throws {
    precondition(Int64(buffer.count) <= extent.length, "an extent has only its own bytes")
    switch extent.content {
    case .zero: buffer.zero()
    case .data(let layer, let offset): try disk.layers[layer].file.read(into: buffer, at: offset)
    case .compressed(let cluster):
      try decoder.read(cluster, of: disk.layers[cluster.layer].file, into: buffer)
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Overwrites all of it with zeros.
  func zero() {
    if let baseAddress { memset(baseAddress, 0, count) }
  }
}
