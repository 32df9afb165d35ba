internal import ImageFiles

/// The block allocation table of a dynamic VHD in the making; with 4 bytes for 2 MiB it stays in memory, 4 MiB at most.
struct VHDTables: Sendable {
  /// 2040 GiB: the limit of Virtual PC, Hyper-V and QEMU, in sectors (QEMU's `VHD_MAX_SECTORS`).
  static let maximalSectors: Int64 = 0xFF00_0000
  static let maximalEntries: Int64 = 1 << 20
  /// 2 MiB; few readers take another size.
  static let usualBlockBits = 21
  /// What files and direct I/O are aligned to: data begin with a page, their bitmap ends the page before.
  private static let page: Int64 = 4096

  let file: OpenFile
  let blockBits: Int
  /// By which the image is known.
  let identifier: [UInt8]
  /// The sector of each block's bitmap.
  private(set) var entries: [UInt32]
  private(set) var tableOffset: Int64
  private var room: Int
  private(set) var end: Int64
  /// Blocks whose bitmaps are not in the file.
  private var pending: [UInt32] = []

  var blockSize: Int64 { 1 << Int64(blockBits) }
  var bitmapSize: Int64 { (blockSize / 4096 + 511) / 512 * 512 }
  /// The length of the table's place, in bytes.
  var tableSize: Int64 { Int64(room) * 4 }

  init(_ file: OpenFile, blockBits: Int, size: Int64) throws {
    self.file = file
    self.blockBits = blockBits
    identifier = Self.makeIdentifier()
    entries = []
    room = 0
    // Behind the copy of the footer, and the header.
    tableOffset = 512 + Int64(VHDHeader.size)
    end = tableOffset
    try grow(to: size)
  }

  init(_ file: OpenFile, _ checkpoint: WriterCheckpoint) throws {
    self.file = file
    blockBits = checkpoint.unit.trailingZeroBitCount
    identifier = checkpoint.identifier
    tableOffset = checkpoint.root
    room = Int(checkpoint.rootSize / 4)
    end = checkpoint.end
    let bytes = try file.bytes(from: tableOffset, atMost: room * 4)
    let needed = Int(Checked.parts(of: checkpoint.virtualSize, size: 1 << Int64(blockBits)))
    guard bytes.count == room * 4, needed <= room else {
      throw ImageProblem(
        .damaged, path: file.path, "the table of the checkpoint is not there", at: tableOffset,
        remedy: "Remove the file and begin again.")
    }
    entries = (0..<needed).map { index in
      let entry = bytes.bigEndian(at: index * 4, as: UInt32.self)
      // What was given away after the checkpoint is void.
      return Int64(entry) * 512 < checkpoint.end ? entry : DynamicVHDLayer.unused
    }
  }

  mutating func grow(to size: Int64) throws {
    let needed = Checked.parts(of: size, size: blockSize)
    guard size <= Self.maximalSectors * 512, needed <= Self.maximalEntries else {
      throw ImageProblem(
        .limit, path: file.path, "a VHD of \(size) bytes in blocks of \(blockSize)",
        remedy: "A VHD has 2040 GiB and \(Self.maximalEntries) blocks at most; write qcow2 or raw.")
    }
    if needed > room || room == 0 {
      // A table that became too small stays where it is; nothing points to it.
      tableOffset = end
      room = Int(Checked.parts(of: max(needed, 1) * 4, size: 512) * 128)
      end += tableSize
    }
    entries += Array(repeating: DynamicVHDLayer.unused, count: Int(needed) - entries.count)
  }

  /// Where the block's data are, 0 if it has none. Room is made for one that is wanted.
  mutating func offset(ofBlock block: Int, isWanted: Bool) throws(ImageProblem) -> Int64 {
    if entries[block] != DynamicVHDLayer.unused { return Int64(entries[block]) * 512 + bitmapSize }
    guard isWanted else { return 0 }
    let data = Checked.parts(of: end + bitmapSize, size: Self.page) * Self.page
    guard let sector = UInt32(exactly: (data - bitmapSize) / 512), sector != DynamicVHDLayer.unused else {
      throw ImageProblem(
        .limit, path: file.path, "the file is larger than the sectors that a VHD can number",
        remedy: "Write qcow2 or raw.")
    }
    entries[block] = sector
    pending.append(sector)
    end = data + blockSize
    return data
  }

  /// Brings the file up to date: bitmaps first, then the table.
  mutating func writeAll() throws {
    // All sectors of a block count as written: those that were not are holes, and read as zeros too.
    let bitmap = [UInt8](repeating: 0xFF, count: Int(bitmapSize))
    while let sector = pending.last {
      try bitmap.withUnsafeBytes { try file.write($0, at: Int64(sector) * 512) }
      pending.removeLast()
    }
    var bytes = [UInt8](repeating: 0xFF, count: Int(tableSize))
    for (index, entry) in entries.enumerated() where entry != DynamicVHDLayer.unused {
      bytes.set(entry, at: index * 4)
    }
    try bytes.withUnsafeBytes { try file.write($0, at: tableOffset) }
  }
}
