internal import ImageFiles

/// A dynamic or differencing VHD: blocks that a table points to, each behind a bitmap that says which of its sectors
/// were ever written.
///
/// What the bitmap does not claim belongs to the parent, or is zero. XenServer's batmap, a summary of the bitmaps, is
/// not needed for reading, and passed over.
struct DynamicVHDLayer: DiskLayer {
  static let unused: UInt32 = 0xFFFF_FFFF

  let file: OpenFile
  let footer: VHDFooter
  let header: VHDHeader
  let fileSize: Int64
  let virtualSize: Int64
  let notices: [String]
  let parent: ParentReference?

  init(_ file: OpenFile, _ footer: VHDFooter, _ fileSize: Int64, _ notices: [String]) throws {
    self.file = file
    self.footer = footer
    self.fileSize = fileSize
    self.notices = notices
    header = try VHDHeader(readFrom: file, footer, fileSize: fileSize)
    // The header has checked that it fits.
    virtualSize = Int64(footer.currentSize)
    parent = footer.diskType == .differencing ? try VHDParent.reference(header, in: file) : nil
  }

  var format: ImageFormat { .vhd }
  var identifier: ImageIdentifier? { footer.identifier }
  var features: [String] {
    VHDLayer.features(footer, parent == nil ? "dynamic" : "differencing")
      + ["blocks of \(header.blockSize) bytes"]
  }

  func run(at position: Int64, limit: Int64, _ tables: inout TableCache) throws -> LayerRun {
    let index = position >> Int64(header.blockBits)
    let place = header.tableOffset + index * 4
    let last = (limit - 1) >> Int64(header.blockBits)
    let (sector, entries) = try tables.withBytes(of: file, at: place, count: Int(last - index + 1) * 4) {
      bytes in
      guard bytes.count >= 4 else { throw damaged("the block allocation table ends early", at: place) }
      let sector = bytes.bigEndian(at: 0, as: UInt32.self)
      var entries = 1
      if sector == Self.unused {
        while (entries + 1) * 4 <= bytes.count,
          bytes.bigEndian(at: entries * 4, as: UInt32.self) == Self.unused
        {
          entries += 1
        }
      }
      return (sector, Int64(entries))
    }
    guard sector != Self.unused else {
      return LayerRun(min((index + entries) << Int64(header.blockBits), limit) - position, .absent)
    }
    let bitmap = Int64(sector) * 512
    let start = index << Int64(header.blockBits)
    // The last block may reach beyond the disk.
    let used = min(header.blockSize, virtualSize - start)
    let data = bitmap + header.bitmapSize
    guard Checked.sum(data, used) <= fileSize else {
      throw damaged(
        "block \(index) at byte \(bitmap)", at: place,
        "Its bitmap and data lie within the file, which has \(fileSize) bytes.")
    }
    let end = min(start + used, limit)
    let skip = position - start
    let (isSet, sectors) = try sectorRun(
      from: skip / 512, to: Checked.parts(of: end - start, size: 512), of: bitmap, &tables)
    let length = min((skip / 512 + sectors) * 512, end - start) - skip
    return LayerRun(length, isSet ? .data(offset: data + skip) : .absent)
  }

  /// Whether the first sector of the range is claimed, and for how many sectors that holds.
  private func sectorRun(
    from first: Int64, to end: Int64, of bitmap: Int64, _ tables: inout TableCache
  ) throws -> (isSet: Bool, sectors: Int64) {
    let firstByte = first / 8
    let place = bitmap + firstByte
    let lead = Int(first % 8)
    let wanted = Int(Checked.parts(of: end, size: 8) - firstByte)
    return try tables.withBytes(of: file, at: place, count: wanted) { bytes in
      guard !bytes.isEmpty else { throw damaged("a sector bitmap ends early", at: place) }
      let isSet = bytes[0] & 0x80 >> lead != 0
      return (isSet, Int64(Self.equalBits(bytes, from: lead, isSet: isSet, most: Int(end - first))))
    }
  }

  /// How many bits from `first` on, the most significant of each byte first, are as `isSet` says.
  static func equalBits(_ bytes: UnsafeRawBufferPointer, from first: Int, isSet: Bool, most: Int) -> Int {
    let flip: UInt64 = isSet ? .max : 0
    var position = first
    let end = min(first + most, bytes.count * 8)
    while position < end {
      let byte = position / 8
      if byte + 8 <= bytes.count {
        let word = (bytes.bigEndian(at: byte, as: UInt64.self) ^ flip) << UInt64(position % 8)
        let count = min(word.leadingZeroBitCount, 64 - position % 8)
        position += count
        if count < 64 - (position - count) % 8 { break }
      } else {
        let bits = (bytes[byte] ^ UInt8(truncatingIfNeeded: flip)) << UInt8(position % 8)
        let count = min(bits.leadingZeroBitCount, 8 - position % 8)
        position += count
        if count < 8 - (position - count) % 8 { break }
      }
    }
    return min(position, end) - first
  }

  func damaged(_ what: String, at offset: Int64, _ remedy: String = "Restore the image.") -> ImageProblem {
    ImageProblem(.damaged, path: file.path, what, at: offset, remedy: remedy)
  }
}
