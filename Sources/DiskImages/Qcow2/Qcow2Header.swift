internal import ImageFiles

/// The header of a qcow2 image with its extensions, after QEMU's docs/interop/qcow2.rst.
struct Qcow2Header: Hashable, Sendable {
  static let magic: [UInt8] = [0x51, 0x46, 0x49, 0xFB]
  /// QEMU's limits (block/qcow2.h): what is beyond them, QEMU doesn't open either.
  static let clusterBits = 9...21
  static let maximalL1Size: Int64 = 32 << 20
  static let maximalSize: Int64 = 1 << 60
  static let maximalNameLength = 1023
  /// QEMU's `QCOW_MAX_SNAPSHOTS` (block/qcow2.h).
  static let mostSnapshots: UInt32 = 65_536

  /// Incompatible features, by bit.
  static let dirty = 0
  static let corrupt = 1
  static let externalData = 2
  static let compressionType = 3
  static let extendedL2 = 4

  var version: UInt32
  var clusterBits: Int
  var virtualSize: Int64
  var l1Entries: Int64
  var l1Offset: Int64
  var refcountTableOffset: Int64
  var refcountTableClusters: Int64
  var refcountOrder = 4
  var snapshots: UInt32
  var snapshotsOffset: Int64
  var incompatible: UInt64 = 0
  var compatible: UInt64 = 0
  var autoclear: UInt64 = 0
  var compression = CompressedCluster.Method.zlib
  var backingFile: String?
  var backingFormat: String?
  /// The types of the header extensions that are not read here.
  var otherExtensions: [UInt32] = []

  var clusterSize: Int64 { 1 << Int64(clusterBits) }
  var hasExtendedL2: Bool { incompatible & 1 << UInt64(Self.extendedL2) != 0 }
  var l2EntrySize: Int64 { hasExtendedL2 ? 16 : 8 }
  var l2Entries: Int64 { clusterSize / l2EntrySize }
  /// What of the disk one L2 table describes, in bytes.
  var l2Reach: Int64 { l2Entries << Int64(clusterBits) }
}

extension Qcow2Header {
  /// Reads and checks the header, as far as a reader of the disk relies on it.
  init(readFrom file: OpenFile, fileSize: Int64) throws {
    func damaged(_ what: String, at offset: Int64, _ remedy: String) -> ImageProblem {
      ImageProblem(.damaged, path: file.path, what, at: offset, remedy: remedy)
    }
    // The header and its extensions fill one cluster at most, and the name of a backing file lies in it.
    let bytes = try file.bytes(from: 0, atMost: 1 << Self.clusterBits.upperBound)
    guard bytes.count >= 72, bytes.starts(with: Self.magic) else {
      throw damaged(
        bytes.count < 72 ? "the file is too short for a qcow2 header" : "this is not a qcow2 image", at: 0,
        "A qcow2 image begins with the bytes 'QFI\\xfb'.")
    }
    version = bytes.bigEndian(at: 4, as: UInt32.self)
    guard version == 2 || version == 3 else {
      throw ImageProblem(
        .unsupported, path: file.path, "this is version \(version) of qcow2", at: 4,
        remedy: "Versions 2 and 3 are known.")
    }
    let bits = bytes.bigEndian(at: 20, as: UInt32.self)
    guard let clusterBits = Int(exactly: bits), Self.clusterBits.contains(clusterBits) else {
      throw damaged("a cluster of 2^\(bits) bytes", at: 20, "Clusters have 2^9 to 2^21 bytes.")
    }
    self.clusterBits = clusterBits
    let size = bytes.bigEndian(at: 24, as: UInt64.self)
    guard size <= UInt64(Self.maximalSize), size % 512 == 0 else {
      throw damaged(
        "a disk of \(size) bytes", at: 24, "Disks have at most 2^60 bytes, in whole sectors of 512.")
    }
    virtualSize = Int64(size)
    let encryption = bytes.bigEndian(at: 32, as: UInt32.self)
    guard encryption == 0 else {
      throw ImageProblem(
        .unsupported, path: file.path, "the image is encrypted (method \(encryption))", at: 32,
        remedy: "Decrypt it with qemu-img convert first.")
    }
    l1Entries = Int64(bytes.bigEndian(at: 36, as: UInt32.self))
    func place(_ offset: Int, _ name: String) throws -> Int64 {
      let value = bytes.bigEndian(at: offset, as: UInt64.self)
      guard let place = Int64(exactly: value), place % (1 << Int64(clusterBits)) == 0 else {
        throw damaged("the \(name) at byte \(value)", at: Int64(offset), "It begins with a cluster.")
      }
      return place
    }
    l1Offset = try place(40, "L1 table")
    refcountTableOffset = try place(48, "refcount table")
    refcountTableClusters = Int64(bytes.bigEndian(at: 56, as: UInt32.self))
    snapshots = bytes.bigEndian(at: 60, as: UInt32.self)
    guard snapshots <= Self.mostSnapshots else {
      throw damaged(
        "a snapshot table of \(snapshots) entries", at: 60, "It has at most \(Self.mostSnapshots).")
    }
    snapshotsOffset = try place(64, "snapshot table")
    var length = 72
    if version == 3 {
      guard bytes.count >= 104 else {
        throw damaged("the file is too short for a header of version 3", at: 0, "It has at least 104 bytes.")
      }
      incompatible = bytes.bigEndian(at: 72, as: UInt64.self)
      compatible = bytes.bigEndian(at: 80, as: UInt64.self)
      autoclear = bytes.bigEndian(at: 88, as: UInt64.self)
      refcountOrder = Int(bytes.bigEndian(at: 96, as: UInt32.self))
      guard refcountOrder <= 6 else {
        throw damaged("refcounts of 2^\(refcountOrder) bits", at: 96, "They have at most 64.")
      }
      length = Int(bytes.bigEndian(at: 100, as: UInt32.self))
      guard length >= 104, length % 8 == 0, length <= min(1 << clusterBits, bytes.count) else {
        throw damaged(
          "a header of \(length) bytes", at: 100, "It has 104 or more, a multiple of 8, within one cluster.")
      }
      if length > 104, bytes[104] != 0 {
        guard bytes[104] == 1 else {
          throw ImageProblem(
            .unsupported, path: file.path, "clusters are compressed by method \(bytes[104])", at: 104,
            remedy: "zlib (0) and zstd (1) are known.")
        }
        compression = .zstd
      }
    }
    let cluster = Array(bytes.prefix(1 << clusterBits))
    let names = try readExtensions(cluster, from: length, file)
    try refuseFeatures(names, file)
    try readBackingFile(cluster, file)
    try checkL1(file, fileSize)
  }

  private mutating func readExtensions(_ cluster: [UInt8], from start: Int, _ file: OpenFile) throws -> [Int:
    String]
  {
    let nameOffset = cluster.bigEndian(at: 8, as: UInt64.self)
    // Extensions end where the backing file's name begins.
    let end = nameOffset == 0 ? cluster.count : Int(min(nameOffset, UInt64(cluster.count)))
    var position = start
    var names: [Int: String] = [:]
    while position + 8 <= end {
      let type = cluster.bigEndian(at: position, as: UInt32.self)
      let length = Int(cluster.bigEndian(at: position + 4, as: UInt32.self))
      if type == 0 { break }
      guard length <= end - position - 8 else {
        throw ImageProblem(
          .damaged, path: file.path, "a header extension of \(length) bytes", at: Int64(position + 4),
          remedy: "It ends within the first cluster, before the backing file's name.")
      }
      let body = position + 8
      switch type {
      case 0xE279_2ACA: backingFormat = cluster.text(in: body..<body + length)
      case 0x6803_F857:
        for entry in stride(from: body, to: body + length / 48 * 48, by: 48) where cluster[entry] == 0 {
          names[Int(cluster[entry + 1])] = cluster.text(in: entry + 2..<entry + 48)
        }
      default: otherExtensions.append(type)
      }
      position = body + (length + 7) / 8 * 8
    }
    return names
  }

  private func refuseFeatures(_ names: [Int: String], _ file: OpenFile) throws {
    func refuse(_ kind: ImageProblem.Kind, _ what: String, _ remedy: String) -> ImageProblem {
      ImageProblem(kind, path: file.path, what, at: 72, remedy: remedy)
    }
    func has(_ bit: Int) -> Bool { incompatible & 1 << UInt64(bit) != 0 }
    if has(Self.corrupt) {
      throw refuse(.damaged, "the image is marked as corrupt", "Repair it: qemu-img check -r all.")
    }
    if has(Self.dirty) {
      throw refuse(
        .damaged, "the image is marked as dirty: it is in use, or its last user crashed",
        "Stop its user, then repair it: qemu-img check -r all.")
    }
    if has(Self.externalData) {
      throw refuse(
        .unsupported, "the image keeps its data in another file (data-file)",
        "Convert it with qemu-img convert first.")
    }
    let known: UInt64 = (1 << UInt64(Self.compressionType)) | (1 << UInt64(Self.extendedL2))
    let unknown = (0..<64).filter { incompatible & ~known & 1 << UInt64($0) != 0 }
    guard unknown.isEmpty else {
      let list = unknown.map { names[$0].map { "'\($0)'" } ?? "bit \($0)" }.joined(separator: ", ")
      throw refuse(
        .unsupported, "the image uses unknown features: \(list)", "Convert it with qemu-img convert first.")
    }
    guard !hasExtendedL2 || clusterBits >= 14 else {
      throw refuse(
        .damaged, "subclusters in clusters of \(clusterSize) bytes",
        "Extended L2 entries need 16 KiB or more.")
    }
    guard has(Self.compressionType) || compression == .zlib else {
      throw refuse(
        .damaged, "the compression type zstd without its feature bit", "Repair it: qemu-img check -r all.")
    }
  }

  private mutating func readBackingFile(_ cluster: [UInt8], _ file: OpenFile) throws {
    let offset = cluster.bigEndian(at: 8, as: UInt64.self)
    let length = Int(cluster.bigEndian(at: 16, as: UInt32.self))
    guard offset != 0 else { return }
    guard offset <= UInt64(cluster.count), length > 0, length <= Self.maximalNameLength,
      length <= cluster.count - Int(offset), let name = cluster.text(in: Int(offset)..<Int(offset) + length),
      name.utf8.count == length
    else {
      throw ImageProblem(
        .damaged, path: file.path, "a backing file's name of \(length) bytes at byte \(offset)", at: 8,
        remedy: "It has 1 to 1023 bytes of UTF-8 within the first cluster.")
    }
    backingFile = name
  }

  private func checkL1(_ file: OpenFile, _ fileSize: Int64) throws {
    let needed = Checked.parts(of: virtualSize, size: l2Reach)
    guard l1Entries <= Self.maximalL1Size / 8, l1Entries >= needed else {
      throw ImageProblem(
        .damaged, path: file.path, "an L1 table of \(l1Entries) entries", at: 36,
        remedy: "The disk needs \(needed), and \(Self.maximalL1Size / 8) is the limit.")
    }
    guard l1Entries == 0 || (l1Offset > 0 && Checked.sum(l1Offset, l1Entries * 8) <= fileSize) else {
      throw ImageProblem(
        .damaged, path: file.path, "the L1 table at byte \(l1Offset) with \(l1Entries) entries", at: 40,
        remedy: "It lies within the file, which has \(fileSize) bytes, behind the header.")
    }
  }
}
