internal import ImageFiles

/// XenServer's batmap: one bit for each block, set where the block's bitmap claims all of its sectors. XenServer's tapdisk
/// goes by it and does not read that bitmap, so that one which says more than the bitmaps do hides the parent's data
/// (`dd_batmap_hdr` of the blktap sources; it lies behind the block allocation table).
struct VHDBatmap {
  private static let cookie = "tdbatmap"
  private static let headerSize = 512
  /// Versions up to 1.2 are known; 1.1 summed up signed bytes.
  private static let newest: UInt32 = 0x0001_0002
  private static let signed: UInt32 = 0x0001_0001

  private let layer: DynamicVHDLayer
  private let offset: Int64
  private let size: Int64

  /// `nil`: there is none.
  init?(_ layer: DynamicVHDLayer, into check: inout DiskCheck) throws {
    // Only tapdisk makes them, and anything else may lie in that place.
    guard layer.footer.creator.hasPrefix("tap") else { return nil }
    let place = layer.header.tableOffset + Checked.parts(of: layer.header.tableEntries * 4, size: 512) * 512
    let header = try layer.file.bytes(from: place, atMost: Self.headerSize)
    guard header.count == Self.headerSize, header.starts(with: Self.cookie.utf8) else { return nil }
    let version = header.bigEndian(at: 20, as: UInt32.self)
    guard version <= Self.newest else {
      check.notices.append(
        "the batmap of '\(layer.file.path)' is of an unknown version, and was not looked at")
      return nil
    }
    let sectors = Int64(header.bigEndian(at: 16, as: UInt32.self))
    let start = header.bigEndian(at: 8, as: UInt64.self)
    guard let offset = Int64(exactly: start), offset > 0, offset % 512 == 0, sectors > 0,
      Checked.sum(offset, sectors * 512) <= layer.fileSize
    else {
      check.add(layer.damaged("the batmap at byte \(start) with \(sectors) sectors", at: place + 8))
      return nil
    }
    self.layer = layer
    self.offset = offset
    size = sectors * 512
    if try sum(isSigned: version == Self.signed) != header.bigEndian(at: 24, as: UInt32.self) {
      check.add(layer.damaged("the batmap's checksum is wrong", at: place + 24))
    }
  }

  private func sum(isSigned: Bool) throws -> UInt32 {
    var sum: UInt32 = 0
    for start in stride(from: 0, to: size, by: 1 << 16) {
      for byte in try layer.file.bytes(from: offset + start, atMost: Int(min(1 << 16, size - start))) {
        sum &+= isSigned ? UInt32(bitPattern: Int32(Int8(bitPattern: byte))) : UInt32(byte)
      }
    }
    return ~sum
  }

  /// Whether it says that all of the block is the image's own.
  func claims(_ block: Int64, _ tables: inout TableCache) throws -> Bool {
    guard block / 8 < size else { return false }
    return try tables.withBytes(of: layer.file, at: offset + block / 8, count: 1) {
      !$0.isEmpty && $0[0] & 0x80 >> UInt8(block % 8) != 0
    }
  }

  /// Where the bit of the block is.
  func place(of block: Int64) -> Int64 { offset + block / 8 }
}

extension DynamicVHDLayer {
  /// Whether the bitmap at `start` claims all sectors of a block of so many bytes.
  func claimsAll(at start: Int64, of length: Int64, _ tables: inout TableCache) throws -> Bool {
    let sectors = Checked.parts(of: length, size: 512)
    var done: Int64 = 0
    while done < sectors {
      let count = Int(Checked.parts(of: sectors - done, size: 8))
      let set = try tables.withBytes(of: file, at: start + done / 8, count: count) { bytes in
        bytes.isEmpty ? 0 : Self.equalBits(bytes, from: 0, isSet: true, most: Int(sectors - done))
      }
      // A window of the cache ends with a whole byte.
      if set == 0 || set % 8 != 0 && done + Int64(set) < sectors { return false }
      done += Int64(set)
    }
    return true
  }
}
