internal import DiskImages
internal import ImageFiles

extension RehearsalEvidence {
  /// Looks for the last acknowledged write of each place in the image.
  init(
    of acknowledged: [RehearsalGuest.Write], count: Int, run: UInt64, in image: String, _ format: DiskFormat
  ) throws {
    let disk = try VirtualDisk(opening: image, options: OpeningOptions(format: format.image))
    var reader = disk.reader()
    let blocks = UnsafeMutableRawBufferPointer.allocate(
      byteCount: RehearsalBlock.size * 2, alignment: RehearsalBlock.size)
    defer { blocks.deallocate() }
    let found = UnsafeMutableRawBufferPointer(rebasing: blocks[..<RehearsalBlock.size])
    let expected = UnsafeMutableRawBufferPointer(rebasing: blocks[RehearsalBlock.size...])
    var lost = 0
    for write in acknowledged {
      try reader.read(into: found, at: write.offset)
      let isThere = RehearsalBlock.matches(
        UnsafeRawBufferPointer(found), sequence: write.sequence, offset: write.offset, run: run,
        building: expected)
      if !isThere { lost += 1 }
    }
    self.init(writes: count, blocks: acknowledged.count, lost: lost)
  }
}

/// The whole pages among a disk's data, numbered through.
///
/// In an image with tables only what its own file holds, uncompressed: such a page is overwritten where it is, and no
/// table changes.
struct AllocatedBlocks {
  /// Where a page is on the disk, and in the image's file.
  struct Place: Hashable {
    var onDisk: Int64
    var inFile: Int64
  }

  /// Bounds the memory; an image in more pieces is written in its first million.
  private static let mostExtents = 1 << 20

  /// Blocks on the disk, and by how much they are moved in the file.
  private var extents: [(blocks: Range<Int64>, shift: Int64)] = []
  /// Blocks in the extents up to and including each.
  private var totals: [Int64] = []

  var count: Int64 { totals.last ?? 0 }

  init(of path: String, _ format: DiskFormat) throws {
    let disk = try VirtualDisk(opening: path, options: OpeningOptions(format: format.image))
    let block = Int64(RehearsalBlock.size)
    var runs = disk.extents()
    while extents.count < Self.mostExtents, let run = try runs.next() {
      guard case .data(0, let offset) = run.content else { continue }
      let start = (run.range.lowerBound + block - 1) / block
      let blocks = start..<max(run.range.upperBound / block, start)
      guard !blocks.isEmpty else { continue }
      extents.append((blocks, offset - run.range.lowerBound))
      totals.append(count + blocks.upperBound - blocks.lowerBound)
    }
  }

  func place(of index: Int64) -> Place {
    var (low, high) = (0, totals.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if totals[middle] > index { high = middle } else { low = middle + 1 }
    }
    let before = low == 0 ? 0 : totals[low - 1]
    let offset = (extents[low].blocks.lowerBound + index - before) * Int64(RehearsalBlock.size)
    return Place(onDisk: offset, inFile: offset + extents[low].shift)
  }
}
