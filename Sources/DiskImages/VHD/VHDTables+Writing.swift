internal import Glibc
internal import ImageFiles

/// A dynamic VHD, each block at the end of the file when it is first wanted.
extension VHDTables: ImageTables {
  /// With 4 bytes for 2 MiB of the disk they are all kept.
  func hold(within bytes: Int) {}

  static var format: ImageFormat { .vhd }
  var unit: Int64 { blockSize }

  init(_ file: OpenFile, unit: Int64?, size: Int64) throws {
    let blockSize = unit ?? 1 << Int64(Self.usualBlockBits)
    guard blockSize.nonzeroBitCount == 1, VHDHeader.blockBits.contains(blockSize.trailingZeroBitCount) else {
      throw ImageProblem(
        .limit, path: file.path, "blocks of \(blockSize) bytes",
        remedy: "A power of two from 4 KiB to 256 MiB.")
    }
    try self.init(file, blockBits: blockSize.trailingZeroBitCount, size: size)
  }

  mutating func offset(of unit: Int64, isWanted: Bool) throws -> Int64 {
    try offset(ofBlock: Int(unit), isWanted: isWanted)
  }

  /// The table is in memory, and a look at it costs nothing.
  func skippingAbsent(_ unit: Int64, before end: Int64) -> Int64 { unit }

  func checkpoint(virtualSize: Int64) -> WriterCheckpoint {
    WriterCheckpoint(
      format: .vhd, virtualSize: virtualSize, unit: blockSize, end: end, root: tableOffset,
      rootSize: tableSize, identifier: identifier)
  }

  mutating func complete(_ file: OpenFile, virtualSize: Int64, _ barrier: ImageBarrier) throws {
    let header = VHDHeader.bytes(self)
    try header.withUnsafeBytes { try file.write($0, at: 512) }
    try file.setSize(to: end + 512)
    try barrier.pass()
    let footer = VHDFooter.bytes(
      size: virtualSize, identifier: identifier,
      timestamp: UInt32(clamping: Int64(time(nil)) - VHDFooter.epoch))
    try footer.withUnsafeBytes { bytes in
      try file.write(bytes, at: 0)
      try file.write(bytes, at: end)
    }
    try barrier.pass()
  }

  /// A random UUID (RFC 9562, version 4): no two disks may bear the same.
  static func makeIdentifier() -> [UInt8] {
    var identifier = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    identifier[6] = identifier[6] & 0x0F | 0x40
    identifier[8] = identifier[8] & 0x3F | 0x80
    return identifier
  }
}
