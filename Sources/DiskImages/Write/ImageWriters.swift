package import ImageFiles

/// Makes the writers.
package enum ImageWriters {
  /// Begins an image of `size` bytes in an empty file.
  ///
  /// - Parameters:
  ///   - size: In bytes; qcow2 and VHD count in sectors, so theirs must be a multiple of 512.
  ///   - unit: The unit of allocation, a power of two; `nil`: 64 KiB in qcow2 (clusters, 512 B to 2 MiB), 2 MiB in VHD
  ///     (blocks, 4 KiB to 256 MiB; few readers take another size). Raw has none.
  package static func create(
    _ format: ImageFormat, in file: OpenFile, size: Int64, unit: Int64? = nil
  ) throws -> any ImageWriter {
    switch format {
    case .raw: try RawWriter(file, size: size)
    case .qcow2: try Qcow2Writer(file, size: size, clusterSize: unit)
    case .vhd: try VHDWriter(file, size: size, blockSize: unit)
    }
  }

  /// Goes on where the checkpoint was made. The file is cut back to what it had then.
  package static func resume(_ checkpoint: WriterCheckpoint, in file: OpenFile) throws -> any ImageWriter {
    switch checkpoint.format {
    case .raw: try RawWriter(file, size: checkpoint.virtualSize)
    case .qcow2: try Qcow2Writer(file, checkpoint)
    case .vhd: try VHDWriter(file, checkpoint)
    }
  }
}
