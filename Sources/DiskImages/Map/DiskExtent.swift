/// A run of a virtual disk, and where its bytes are.
package struct DiskExtent: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// In the file of a layer, from `offset` on, byte for byte: to be read with whatever I/O is fastest.
    case data(layer: Int, offset: Int64)
    /// Reads as zeros. `layer` is the one that says so; `nil` if no layer knows of it, or several do.
    case zero(layer: Int?)
    /// A part of a compressed cluster; a run never spans two of them.
    case compressed(CompressedCluster)
  }

  /// Where on the virtual disk, in bytes.
  package var range: Range<Int64>
  package var content: Content

  package init(_ range: Range<Int64>, _ content: Content) {
    self.range = range
    self.content = content
  }

  package var length: Int64 { range.upperBound - range.lowerBound }
}

/// A cluster that is stored compressed.
package struct CompressedCluster: Hashable, Sendable {
  package enum Method: String, Hashable, Sendable {
    /// Deflate without a zlib header, in a window of 4 KiB.
    case zlib
    case zstd
  }

  package var layer: Int
  package var method: Method
  /// Where the compressed bytes are in the layer's file. The end may lie behind the last byte that belongs to the
  /// cluster, never behind the end of the file.
  package var stored: Range<Int64>
  /// The size of the cluster unpacked, in bytes.
  package var size: Int
  /// Where the run begins within the cluster unpacked.
  package var skip: Int

  package init(layer: Int, method: Method, stored: Range<Int64>, size: Int, skip: Int) {
    self.layer = layer
    self.method = method
    self.stored = stored
    self.size = size
    self.skip = skip
  }
}
