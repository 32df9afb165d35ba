internal import ImageFiles

/// A disk image with all its parents, open for reading: one virtual disk as a map of where its bytes are.
///
/// ```swift
/// let disk = try VirtualDisk(opening: "/images/guest.qcow2")
/// var extents = disk.extents()
/// while let extent = try extents.next() {
///   if case .data(let layer, let offset) = extent.content {
///     // read `extent.length` bytes of `disk.layers[layer].file` from `offset` on, with whatever I/O is fastest
///   }
/// }
/// ```
///
/// The value can be shared between threads; each makes its own `extents()` or `reader()`, which hold at most
/// `tableMemory` bytes of tables each, at any size of the image and length of the chain.
///
/// It reads an image at rest. While something writes to a raw image, its map is a hint of the moment; a qcow2 or VHD
/// must not be written to while it is read here.
package struct VirtualDisk: Sendable {
  /// No disk is larger: qcow2 allows the most of all formats.
  package static let maximalSize = Qcow2Header.maximalSize

  /// The chain, the image itself first, each followed by its parent.
  package let layers: [any DiskLayer]
  /// By which of the paths that it names each image but the last leads to its parent.
  package let names: [String]
  /// What was found odd, and is not wrong enough to refuse the image: for people.
  package let notices: [String]
  /// What each walk over the extents may hold of the tables, in bytes.
  package var tableMemory = TableCache.budget

  /// The size of the disk, in bytes: that of the image itself, whatever its parents say.
  package var virtualSize: Int64 { layers[0].virtualSize }
  package var format: ImageFormat { layers[0].format }

  init(layers: [any DiskLayer], names: [String] = [], notices: [String] = []) {
    precondition(!layers.isEmpty, "a disk has at least one layer")
    self.layers = layers
    self.names = names
    self.notices = notices
  }

  /// The extents from `position` on, in order, without gaps, to the end of the disk. Neighbours that continue each
  /// other are one.
  package func extents(from position: Int64 = 0) -> DiskExtents {
    DiskExtents(layers, from: position, tableMemory: tableMemory)
  }

  /// What one layer alone says: `.zero(layer: nil)` is what it leaves to its parents.
  package func extents(ofLayer layer: Int, from position: Int64 = 0) -> DiskExtents {
    DiskExtents(layers, only: layer, from: position, tableMemory: tableMemory)
  }

  package func reader() -> DiskReader { DiskReader(self) }
}
