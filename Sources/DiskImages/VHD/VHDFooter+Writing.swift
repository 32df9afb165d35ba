extension VHDFooter {
  /// The footer of a dynamic disk.
  static func bytes(size: Int64, identifier: [UInt8], timestamp: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    bytes.set(cookie, at: 0)
    // Bit 1 is reserved, and always set.
    bytes.set(UInt32(2), at: 8)
    bytes.set(UInt32(0x0001_0000), at: 12)
    bytes.set(UInt64(512), at: 16)
    bytes.set(timestamp, at: 24)
    // Readers look here to see whether size or geometry counts; of Hyper-V's images all take the size.
    bytes.set("win ", at: 28)
    bytes.set(UInt32(0x0006_0002), at: 32)
    bytes.set("Wi2k", at: 36)
    bytes.set(UInt64(size), at: 40)
    bytes.set(UInt64(size), at: 48)
    let geometry = VHDGeometry(sectors: size / 512)
    bytes.set(geometry.cylinders, at: 56)
    bytes[58] = geometry.heads
    bytes[59] = geometry.sectorsPerTrack
    bytes.set(DiskType.dynamic.rawValue, at: 60)
    bytes.replaceSubrange(68..<84, with: identifier)
    bytes.set(checksum(bytes, at: 64), at: 64)
    return bytes
  }
}

extension VHDHeader {
  static func bytes(_ tables: VHDTables) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    bytes.set(cookie, at: 0)
    bytes.set(UInt64.max, at: 8)
    bytes.set(UInt64(tables.tableOffset), at: 16)
    bytes.set(UInt32(0x0001_0000), at: 24)
    bytes.set(UInt32(tables.entries.count), at: 28)
    bytes.set(UInt32(tables.blockSize), at: 32)
    bytes.set(VHDFooter.checksum(bytes, at: 36), at: 36)
    return bytes
  }
}

/// Cylinders, heads and sectors per track of an ATA disk: the specification's appendix "CHS Calculation".
struct VHDGeometry: Hashable {
  var cylinders: UInt16
  var heads: UInt8
  var sectorsPerTrack: UInt8

  init(sectors: Int64) {
    let total = min(sectors, 65535 * 16 * 255)
    var track: Int64 = 17
    var heads: Int64
    var cylindersTimesHeads: Int64
    if total >= 65535 * 16 * 63 {
      track = 255
      heads = 16
      cylindersTimesHeads = total / track
    } else {
      cylindersTimesHeads = total / track
      heads = max((cylindersTimesHeads + 1023) / 1024, 4)
      if cylindersTimesHeads >= heads * 1024 || heads > 16 {
        (track, heads) = (31, 16)
        cylindersTimesHeads = total / track
      }
      if cylindersTimesHeads >= heads * 1024 {
        (track, heads) = (63, 16)
        cylindersTimesHeads = total / track
      }
    }
    cylinders = UInt16(clamping: cylindersTimesHeads / heads)
    self.heads = UInt8(heads)
    sectorsPerTrack = UInt8(track)
  }
}
