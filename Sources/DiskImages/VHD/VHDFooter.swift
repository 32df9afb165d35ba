internal import ImageFiles

/// The last sector of every VHD, which dynamic and differencing ones also begin with; after Microsoft's Virtual Hard
/// Disk Image Format Specification 1.0 (2006).
struct VHDFooter: Hashable, Sendable {
  static let cookie = "conectix"
  /// Virtual PC before 2004 wrote 511 bytes.
  static let lengths: [Int64] = [512, 511]
  /// VHD counts seconds from 2000-01-01 00:00:00 UTC, this much after Unix.
  static let epoch: Int64 = 946_684_800

  enum DiskType: UInt32, Sendable {
    case fixed = 2
    case dynamic = 3
    case differencing = 4
  }

  var dataOffset: UInt64
  var timestamp: UInt32
  var creator: String
  /// The size of the disk. The footer also holds a geometry, which is smaller wherever cylinders don't fit; XenServer,
  /// Hyper-V and Azure go by this number, and so do we.
  var currentSize: UInt64
  var diskType: DiskType
  var identifier: ImageIdentifier
  var isSaved: Bool

  /// The footer in these bytes; `nil` if they are none, or damaged.
  init?(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count >= 511, bytes.starts(with: Self.cookie.utf8),
      bytes.bigEndian(at: 64, as: UInt32.self) == Self.checksum(bytes.prefix(512), at: 64),
      let diskType = DiskType(rawValue: bytes.bigEndian(at: 60, as: UInt32.self))
    else { return nil }
    dataOffset = bytes.bigEndian(at: 16, as: UInt64.self)
    timestamp = bytes.bigEndian(at: 24, as: UInt32.self)
    creator = String(decoding: bytes[28..<32].prefix { (0x20..<0x7F).contains($0) }, as: UTF8.self)
    currentSize = bytes.bigEndian(at: 48, as: UInt64.self)
    self.diskType = diskType
    identifier = ImageIdentifier(bytes: Array(bytes[68..<84]))
    isSaved = bytes[84] != 0
  }

  /// The one's complement of the sum of all bytes but the four of the checksum itself.
  static func checksum(_ bytes: some Sequence<UInt8>, at place: Int) -> UInt32 {
    var sum: UInt32 = 0
    for (index, byte) in bytes.enumerated() where !(place..<place + 4).contains(index) {
      sum &+= UInt32(byte)
    }
    return ~sum
  }
}

extension VHDFooter {
  /// The footer at the end of the file, or its copy at the beginning where that one is damaged.
  static func find(in file: OpenFile, fileSize: Int64) throws -> (footer: VHDFooter, isCopy: Bool) {
    for length in lengths where fileSize >= length {
      if let footer = VHDFooter(try file.bytes(from: fileSize - length, atMost: 512)[...]) {
        return (footer, false)
      }
    }
    if let footer = VHDFooter(try file.bytes(from: 0, atMost: 512)[...]), footer.diskType != .fixed {
      return (footer, true)
    }
    throw ImageProblem(
      .damaged, path: file.path, "there is no sound VHD footer, neither at the end nor at the beginning",
      at: max(fileSize - 512, 0),
      remedy:
        "A VHD ends with a sector that begins with 'conectix' and has a right checksum; restore the image.")
  }
}
