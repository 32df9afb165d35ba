internal import ImageFiles

/// The header of a dynamic or differencing VHD.
struct VHDHeader: Hashable, Sendable {
  static let cookie = "cxsparse"
  static let size = 1024
  /// Blocks are 2 MiB nearly everywhere; the specification names no bounds.
  static let blockBits = 12...28
  /// A table of 64 MiB: disks of 32 TiB in blocks of 2 MiB, 16 times what XenServer and Hyper-V allow.
  static let maximalEntries: Int64 = 1 << 24

  var tableOffset: Int64
  var tableEntries: Int64
  var blockBits: Int
  var parentIdentifier: ImageIdentifier
  var parentTimestamp: UInt32
  var parentName: String
  var locators: [VHDLocator]

  var blockSize: Int64 { 1 << Int64(blockBits) }
  /// One bit for each sector of a block, in whole sectors.
  var bitmapSize: Int64 { (blockSize / 512 / 8 + 511) / 512 * 512 }
}

/// One of up to eight places in the file where the parent's path is written down for some platform.
struct VHDLocator: Hashable, Sendable {
  /// Four characters, such as `W2ru`.
  var platform: String
  var length: UInt32
  var offset: UInt64
}

extension VHDHeader {
  init(readFrom file: OpenFile, _ footer: VHDFooter, fileSize: Int64) throws {
    func damaged(_ what: String, at offset: Int64, _ remedy: String) -> ImageProblem {
      ImageProblem(.damaged, path: file.path, what, at: offset, remedy: remedy)
    }
    guard let place = Int64(exactly: footer.dataOffset), Checked.sum(place, Int64(Self.size)) <= fileSize
    else {
      throw damaged(
        "the header at byte \(footer.dataOffset)", at: max(fileSize - 512, 0) + 16,
        "It lies within the file, which has \(fileSize) bytes.")
    }
    let bytes = try file.bytes(from: place, atMost: Self.size)
    guard bytes.count == Self.size, bytes.starts(with: Self.cookie.utf8) else {
      throw damaged("there is no VHD header", at: place, "It begins with 'cxsparse'.")
    }
    guard bytes.bigEndian(at: 36, as: UInt32.self) == VHDFooter.checksum(bytes, at: 36) else {
      throw damaged("the header's checksum is wrong", at: place + 36, "Restore the image.")
    }
    let version = bytes.bigEndian(at: 24, as: UInt32.self)
    guard version >> 16 == 1 else {
      throw ImageProblem(
        .unsupported, path: file.path, "a header of version \(version >> 16)", at: place + 24,
        remedy: "Version 1 is known.")
    }
    let block = bytes.bigEndian(at: 32, as: UInt32.self)
    guard block.nonzeroBitCount == 1, Self.blockBits.contains(block.trailingZeroBitCount) else {
      throw damaged(
        "blocks of \(block) bytes", at: place + 32, "A power of two from 4 KiB to 256 MiB; 2 MiB is usual.")
    }
    blockBits = block.trailingZeroBitCount
    tableEntries = Int64(bytes.bigEndian(at: 28, as: UInt32.self))
    guard let size = Int64(exactly: footer.currentSize), size % 512 == 0 else {
      throw damaged(
        "a disk of \(footer.currentSize) bytes", at: max(fileSize - 512, 0) + 48,
        "It has whole sectors of 512.")
    }
    let needed = Checked.parts(of: size, size: 1 << Int64(blockBits))
    guard needed <= tableEntries, tableEntries <= Self.maximalEntries else {
      throw damaged(
        "a block allocation table of \(tableEntries) entries", at: place + 28,
        "The disk needs \(needed), and \(Self.maximalEntries) is the limit.")
    }
    let table = bytes.bigEndian(at: 16, as: UInt64.self)
    guard let tableOffset = Int64(exactly: table), Checked.sum(tableOffset, needed * 4) <= fileSize else {
      throw damaged(
        "the block allocation table at byte \(table)", at: place + 16,
        "It lies within the file, which has \(fileSize) bytes.")
    }
    self.tableOffset = tableOffset
    parentIdentifier = ImageIdentifier(bytes: Array(bytes[40..<56]))
    parentTimestamp = bytes.bigEndian(at: 56, as: UInt32.self)
    parentName = VHDText.decode(bytes[64..<576], isBigEndian: true)
    locators = stride(from: 576, to: 768, by: 24).compactMap { entry in
      let platform = String(decoding: bytes[entry..<entry + 4], as: UTF8.self)
      let length = bytes.bigEndian(at: entry + 8, as: UInt32.self)
      guard length > 0 else { return nil }
      return VHDLocator(
        platform: platform, length: length, offset: bytes.bigEndian(at: entry + 16, as: UInt64.self))
    }
  }
}
