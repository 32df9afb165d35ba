internal import ImageFiles

/// Looks at all tables of a qcow2 image.
struct Qcow2Check {
  private let layer: Qcow2Layer
  private var tables = TableCache()
  private var used: UnitMap?
  /// Clusters that hold compressed ones, which may share theirs.
  private var shared: UnitMap?

  private static let reservedL1: UInt64 = 0x7F00_0000_0000_01FF
  private static let reservedL2: UInt64 = 0x3F00_0000_0000_01FE

  init(_ layer: Qcow2Layer) throws {
    self.layer = layer
    let clusters = Checked.parts(of: layer.fileSize, size: layer.header.clusterSize)
    used = UnitMap(units: clusters)
    shared = UnitMap(units: clusters)
  }

  private var header: Qcow2Header { layer.header }
  /// Whether every cluster in use is used once.
  private var isExclusive: Bool { header.snapshots == 0 }

  mutating func run(into check: inout DiskCheck) throws {
    if used == nil { check.notices.append("'\(layer.file.path)' is too large to be checked for overlaps") }
    claim(0, header.clusterSize, "the header", at: 0, &check)
    claim(header.l1Offset, header.l1Entries * 8, "the L1 table", at: 40, &check)
    try checkRefcountTable(&check)
    if header.snapshots > 0 { claim(header.snapshotsOffset, 1, "the snapshot table", at: 64, &check) }
    for index in 0..<header.l1Entries {
      let place = header.l1Offset + index * 8
      let entry = try tables.number(of: layer.file, at: place)
      if entry == 0 { continue }
      if entry & Self.reservedL1 != 0 {
        check.add(layer.damaged("reserved bits are set in entry \(index) of the L1 table", at: place))
      }
      let offset = Int64(entry & Qcow2Layer.offsetMask)
      if offset == 0 { continue }
      guard offset % header.clusterSize == 0, Checked.sum(offset, header.clusterSize) <= layer.fileSize else {
        check.add(
          layer.damaged(
            "the L2 table at byte \(offset), named by entry \(index) of the L1 table", at: place,
            "It is a whole cluster within the file, which has \(layer.fileSize) bytes."))
        continue
      }
      claim(offset, header.clusterSize, "an L2 table", at: place, &check)
      try checkCount(of: offset, isCopied: entry & Qcow2Layer.copiedFlag != 0, at: place, &check)
      try checkL2(offset, &check)
    }
    try checkLeaks(&check)
  }

  private mutating func checkL2(_ table: Int64, _ check: inout DiskCheck) throws {
    var index: Int64 = 0
    while index < header.l2Entries {
      let place = table + index * header.l2EntrySize
      let entry = try tables.number(of: layer.file, at: place)
      index += 1
      if entry == 0 {
        // A hole of the file is full of nothing.
        if place % 4096 == 0, let data = try layer.file.nextData(from: place), data > place {
          index = min((data - table) / header.l2EntrySize, header.l2Entries)
        }
        continue
      }
      if entry & Qcow2Layer.compressedFlag != 0 {
        try checkCompressed(entry, at: place, &check)
        continue
      }
      if entry & Self.reservedL2 != 0 || (entry & Qcow2Layer.zeroFlag != 0 && header.version < 3) {
        check.add(layer.damaged("reserved bits are set in an L2 entry", at: place))
      }
      let offset = Int64(entry & Qcow2Layer.offsetMask)
      if offset == 0 { continue }
      guard offset % header.clusterSize == 0, offset < layer.fileSize else {
        check.add(
          layer.damaged(
            "a cluster at byte \(offset)", at: place,
            "It begins at a multiple of \(header.clusterSize) within the file, which has \(layer.fileSize) bytes."
          ))
        continue
      }
      claim(offset, header.clusterSize, "a cluster", at: place, &check)
      try checkCount(of: offset, isCopied: entry & Qcow2Layer.copiedFlag != 0, at: place, &check)
    }
  }

  private mutating func checkCompressed(_ entry: UInt64, at place: Int64, _ check: inout DiskCheck) throws {
    guard case .compressed(_, let stored, _, _) = try layer.compressedRun(entry, place, skip: 0).content
    else {
      return
    }
    for cluster in stored.lowerBound / header.clusterSize...(stored.upperBound - 1) / header.clusterSize {
      let isNew = shared?.insert(cluster) ?? false
      if isNew { claim(cluster * header.clusterSize, 1, "a compressed cluster", at: place, &check) }
      if try refcount(of: cluster) == 0 {
        check.add(layer.damaged("a compressed cluster whose refcount is 0", at: place))
      }
    }
  }

  /// Marks what is used, and reports what was used before.
  private mutating func claim(
    _ offset: Int64, _ length: Int64, _ what: String, at place: Int64, _ check: inout DiskCheck
  ) {
    guard length > 0, used != nil else { return }
    for cluster in offset / header.clusterSize...(offset + length - 1) / header.clusterSize
    where used?.insert(cluster) == false {
      check.add(
        layer.damaged(
          "\(what) lies where something else is, at byte \(cluster * header.clusterSize)", at: place))
    }
  }

  // MARK: - Refcounts

  private mutating func checkRefcountTable(_ check: inout DiskCheck) throws {
    let length = header.refcountTableClusters * header.clusterSize
    // QEMU's limit of the table (block/qcow2.h).
    guard header.refcountTableOffset > 0, header.refcountTableClusters > 0, length <= 8 << 20,
      Checked.sum(header.refcountTableOffset, length) <= layer.fileSize
    else {
      throw layer.damaged(
        "the refcount table at byte \(header.refcountTableOffset) with \(length) bytes", at: 48)
    }
    claim(header.refcountTableOffset, length, "the refcount table", at: 48, &check)
    for index in 0..<length / 8 {
      let place = header.refcountTableOffset + index * 8
      let block = Int64(clamping: try tables.number(of: layer.file, at: place))
      if block == 0 { continue }
      guard block % header.clusterSize == 0, Checked.sum(block, header.clusterSize) <= layer.fileSize else {
        check.add(layer.damaged("a refcount block at byte \(block)", at: place))
        continue
      }
      claim(block, header.clusterSize, "a refcount block", at: place, &check)
    }
  }

  private mutating func refcount(of cluster: Int64) throws -> UInt64 {
    let bits = Int64(1) << Int64(header.refcountOrder)
    let perBlock = header.clusterSize * 8 / bits
    guard cluster / perBlock < header.refcountTableClusters * header.clusterSize / 8 else { return 0 }
    let block = Int64(
      clamping: try tables.number(of: layer.file, at: header.refcountTableOffset + cluster / perBlock * 8))
    guard block > 0, Checked.sum(block, header.clusterSize) <= layer.fileSize else { return 0 }
    let bit = cluster % perBlock * bits
    let word = try tables.number(of: layer.file, at: block + bit / 64 * 8)
    // Several to a byte, the first is in the lowest bits; larger ones have their most significant byte first.
    let shift = bits >= 8 ? 64 - bits - bit % 64 : 56 - bit % 64 / 8 * 8 + bit % 8
    return bits == 64 ? word : word >> UInt64(shift) & (1 << UInt64(bits) - 1)
  }

  private mutating func checkCount(
    of offset: Int64, isCopied: Bool, at place: Int64, _ check: inout DiskCheck
  ) throws {
    let count = try refcount(of: offset / header.clusterSize)
    if count == 0 || (isExclusive && count > 1) {
      check.add(layer.damaged("the cluster at byte \(offset) has a refcount of \(count)", at: place))
    } else if isCopied != (count == 1) {
      check.add(
        layer.damaged(
          "the flag 'copied' of the cluster at byte \(offset) contradicts its refcount", at: place))
    }
  }

  /// Clusters that nothing uses. Snapshots and bitmaps use some that are not looked at here.
  private mutating func checkLeaks(_ check: inout DiskCheck) throws {
    guard let used, isExclusive, header.otherExtensions.isEmpty else { return }
    var leaks: Int64 = 0
    for cluster in 0..<layer.fileSize / header.clusterSize where !used.contains(cluster) {
      if try refcount(of: cluster) > 0 { leaks += 1 }
    }
    if leaks > 0 {
      check.notices.append("'\(layer.file.path)' leaks \(leaks) clusters, which waste room only")
    }
  }
}
