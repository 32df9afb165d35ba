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
    case .qcow2: try TableWriter<Qcow2Tables>(file, size: size, unit: unit)
    case .vhd: try TableWriter<VHDTables>(file, size: size, unit: unit)
    }
  }

  /// Refuses a disk that an image of this format cannot hold, in its usual unit of allocation.
  package static func check(_ format: ImageFormat, size: Int64, path: String) throws(ImageProblem) {
    if format == .raw { return }
    try WriterFrame.checkSectors(size, path: path)
    let most = format == .vhd ? VHDTables.maximalSectors * 512 : Qcow2Header.maximalSize
    guard size <= most else {
      throw ImageProblem(
        .limit, path: path, "a \(format.rawValue) image of \(size) bytes",
        remedy: "It holds \(most) at most; write another format.")
    }
  }

  /// Goes on where the checkpoint was made. The file is cut back to what it had then.
  package static func resume(_ checkpoint: WriterCheckpoint, in file: OpenFile) throws -> any ImageWriter {
    try checkpoint.check(path: file.path)
    return switch checkpoint.format {
    case .raw: try RawWriter(file, size: checkpoint.virtualSize)
    case .qcow2: try TableWriter<Qcow2Tables>(file, checkpoint)
    case .vhd: try TableWriter<VHDTables>(file, checkpoint)
    }
  }
}

extension WriterCheckpoint {
  /// Refuses what no writer has made, before anything is changed.
  fileprivate func check(path: String) throws(ImageProblem) {
    let isSound: Bool
    switch format {
    case .raw: isSound = virtualSize >= 0
    case .qcow2, .vhd:
      let bits = format == .qcow2 ? Qcow2Header.clusterBits : VHDHeader.blockBits
      let entrySize: Int64 = format == .qcow2 ? 8 : 4
      // What one entry of the root stands for: an L2 table's clusters, or a block.
      let reach = format == .qcow2 ? Checked.product(unit / 8, unit) : unit
      isSound =
        unit.nonzeroBitCount == 1 && bits.contains(unit.trailingZeroBitCount) && virtualSize >= 0
        && virtualSize % 512 == 0 && root > 0 && rootSize > 0 && rootSize % 512 == 0
        && rootSize <= Qcow2Tables.maximalL1Size && Checked.sum(root, rootSize) <= end
        && Checked.parts(of: virtualSize, size: reach) <= rootSize / entrySize
        && (format == .qcow2 || identifier.count == 16)
    }
    guard isSound else {
      throw ImageProblem(
        .damaged, path: path, "the checkpoint of this image contradicts itself",
        remedy: "Remove the unfinished image and begin again.")
    }
  }
}
