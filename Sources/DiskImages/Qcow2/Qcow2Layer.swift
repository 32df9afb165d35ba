internal import ImageFiles

/// A qcow2 image, of which the active state is read; internal snapshots are passed over.
struct Qcow2Layer: DiskLayer {
  /// Bits 9 to 55 of an entry are the place of what it points to.
  static let offsetMask: UInt64 = 0x00FF_FFFF_FFFF_FE00
  static let compressedFlag: UInt64 = 1 << 62
  static let copiedFlag: UInt64 = 1 << 63
  static let zeroFlag: UInt64 = 1

  let file: OpenFile
  let header: Qcow2Header
  let fileSize: Int64
  let parent: ParentReference?

  init(_ file: OpenFile) throws {
    self.file = file
    fileSize = try file.status().size
    let header = try Qcow2Header(readFrom: file, fileSize: fileSize)
    self.header = header
    parent = try header.backingFile.map { try Self.parent($0, header.backingFormat, file) }
    try refuseSharedTables()
  }

  var format: ImageFormat { .qcow2 }
  var virtualSize: Int64 { header.virtualSize }

  var features: [String] {
    var list = ["version \(header.version)", "clusters of \(header.clusterSize) bytes"]
    if header.hasExtendedL2 { list.append("subclusters of \(header.clusterSize / 32) bytes") }
    if header.compression == .zstd { list.append("compression zstd") }
    if header.refcountOrder != 4 { list.append("refcounts of \(1 << header.refcountOrder) bits") }
    if header.compatible & 1 != 0 { list.append("lazy refcounts") }
    if header.snapshots > 0 {
      list.append("\(header.snapshots) internal snapshot\(header.snapshots == 1 ? "" : "s")")
    }
    if hasBitmaps { list.append("persistent bitmaps") }
    return list
  }

  private var hasBitmaps: Bool { header.otherExtensions.contains(0x2385_2875) }

  /// What is beside the disk, and in no copy of it.
  var notices: [String] {
    let beside = [(header.snapshots > 0, "internal snapshots"), (hasBitmaps, "persistent bitmaps")]
    return beside.filter(\.0).map { "the \($0.1) of '\(file.path)' are in no copy of its disk" }
  }

  /// The paths and the format in which QEMU names a backing file.
  private static func parent(_ name: String, _ format: String?, _ file: OpenFile) throws -> ParentReference {
    var path = name
    if let colon = name.firstIndex(of: ":"), !name[..<colon].contains("/") {
      guard name[..<colon] == "file" else {
        throw ImageProblem(
          .unsupported, path: file.path, "its backing file '\(name)' is not the path of a file", at: 8,
          remedy: "Rebase it onto a file first.")
      }
      path = String(name[name.index(after: colon)...])
    }
    let formats: [String: ImageFormat] = ["raw": .raw, "file": .raw, "qcow2": .qcow2, "vpc": .vhd]
    if let format, formats[format] == nil {
      throw ImageProblem(
        .unsupported, path: file.path, "its backing file '\(name)' is of the format '\(format)'",
        remedy: "raw, qcow2 and vpc are known.")
    }
    var reference = ParentReference(candidates: [path], format: format.flatMap { formats[$0] })
    reference.hasProtocol = path != name
    return reference
  }

  /// Tables that several L1 entries share would make a disk without end of a small file.
  private func refuseSharedTables() throws {
    var offsets: [UInt64] = []
    var tables = TableCache()
    var index: Int64 = 0
    while index < header.l1Entries {
      let count = try tables.withBytes(
        of: file, at: header.l1Offset + index * 8, count: Int(header.l1Entries - index) * 8
      ) { bytes in
        for entry in 0..<bytes.count / 8 {
          let offset = bytes.bigEndian(at: entry * 8, as: UInt64.self) & Self.offsetMask
          if offset != 0 { offsets.append(offset) }
        }
        return bytes.count / 8
      }
      guard count > 0 else { throw damaged("the L1 table ends early", at: header.l1Offset + index * 8) }
      index += Int64(count)
    }
    offsets.sort()
    for (offset, following) in zip(offsets, offsets.dropFirst()) where offset == following {
      throw damaged("two entries of the L1 table share the L2 table at byte \(offset)", at: header.l1Offset)
    }
  }

  func damaged(
    _ what: String, at offset: Int64,
    _ remedy: String = "Restore the image, or repair it: qemu-img check -r all."
  ) -> ImageProblem {
    ImageProblem(.damaged, path: file.path, what, at: offset, remedy: remedy)
  }
}
