internal import ImageFiles

/// The tables of a qcow2 image in the making: the L1 table in memory, of the L2 tables those used last, the rest in
/// the file. Nothing points to them before the header is written, so they may be written at any time.
struct Qcow2Tables: Sendable {
  /// What the L2 tables in memory may take, in bytes: those of 64 GiB at 64 KiB a cluster, unless somebody wants less.
  static let budget = 8 << 20
  private var mostTables: Int
  /// 64 KiB, as QEMU makes them.
  static let usualClusterBits = 16
  /// The longest L1 table that is written, in bytes: 512 TiB at 64 KiB a cluster.
  static let maximalL1Size: Int64 = 8 << 20

  private struct Table {
    var l1Index: Int
    /// As they are in the file: most significant byte first.
    var entries: [UInt64]
    var isDirty: Bool
    var lastUse: UInt64
  }

  let file: OpenFile
  let clusterBits: Int
  private(set) var l1: [UInt64]
  private(set) var l1Offset: Int64
  /// How many entries the place of the L1 table has room for.
  private var l1Room: Int
  /// The first byte of the file that was not given away.
  private(set) var end: Int64
  /// Where L1 tables were that became too small.
  private(set) var unused: [Range<Int64>]
  private var tables: [Table] = []
  private var places: [Int: Int] = [:]
  private var clock: UInt64 = 0

  var clusterSize: Int64 { 1 << Int64(clusterBits) }
  private var l2Entries: Int { 1 << (clusterBits - 3) }
  private var l2Reach: Int64 { Int64(l2Entries) << Int64(clusterBits) }

  init(_ file: OpenFile, clusterBits: Int, size: Int64) throws {
    self.file = file
    self.clusterBits = clusterBits
    let clusterSize: Int64 = 1 << Int64(clusterBits)
    l1 = []
    l1Room = 0
    l1Offset = 0
    unused = []
    mostTables = max(Self.budget >> clusterBits, 2)
    end = clusterSize
    try grow(to: size)
  }

  /// The tables as the checkpoint left them.
  init(_ file: OpenFile, _ checkpoint: WriterCheckpoint) throws {
    self.file = file
    clusterBits = checkpoint.unit.trailingZeroBitCount
    l1Offset = checkpoint.root
    l1Room = Int(checkpoint.rootSize / 8)
    unused = checkpoint.unused
    end = checkpoint.end
    mostTables = max(Self.budget >> clusterBits, 2)
    let bytes = try file.bytes(from: l1Offset, atMost: l1Room * 8)
    guard bytes.count == l1Room * 8 else {
      throw ImageProblem(
        .damaged, path: file.path, "the L1 table of the checkpoint is not there", at: l1Offset,
        remedy: "Remove the file and begin again.")
    }
    l1 = []
    let needed = Int(Checked.parts(of: checkpoint.virtualSize, size: l2Reach))
    l1 = (0..<min(needed, l1Room)).map { index in
      let entry = bytes.bigEndian(at: index * 8, as: UInt64.self)
      return Int64(entry & Qcow2Layer.offsetMask) < checkpoint.end ? entry : 0
    }
    for l1Index in l1.indices where l1[l1Index] != 0 { try clearVoid(l1Index) }
  }

  /// Makes the L1 table long enough for a disk of that size.
  mutating func grow(to size: Int64) throws {
    let needed = Checked.parts(of: size, size: l2Reach)
    guard size <= Qcow2Header.maximalSize, needed <= Self.maximalL1Size / 8 else {
      throw ImageProblem(
        .limit, path: file.path, "a disk of \(size) bytes in clusters of \(clusterSize)",
        remedy:
          "At most \(Checked.product(Self.maximalL1Size / 8, l2Reach)) with these; larger clusters hold more."
      )
    }
    if needed > l1Room || l1Room == 0 {
      if l1Room > 0 { unused.append(l1Offset..<l1Offset + l1Space) }
      l1Offset = end
      l1Room = Int(Checked.parts(of: max(needed, 1) * 8, size: clusterSize) * clusterSize / 8)
      end += l1Space
    }
    l1 += Array(repeating: 0, count: Int(needed) - l1.count)
  }

  /// What the L1 table takes in the file: whole clusters.
  private var l1Space: Int64 { Int64(l1Room) * 8 }
  var l1RoomSize: Int64 { l1Space }

  // MARK: - Look-up

  /// The place of the cluster, 0 if it has none. Room is made for one that is wanted.
  mutating func offset(ofCluster cluster: Int64, isWanted: Bool) throws -> Int64 {
    let l1Index = Int(cluster / Int64(l2Entries))
    let index = Int(cluster % Int64(l2Entries))
    if l1[l1Index] == 0 && !isWanted { return 0 }
    let place = try table(l1Index)
    let entry = UInt64(bigEndian: tables[place].entries[index])
    if entry != 0 || !isWanted { return Int64(entry & Qcow2Layer.offsetMask) }
    let offset = takeCluster()
    tables[place].entries[index] = (UInt64(offset) | Qcow2Layer.copiedFlag).bigEndian
    tables[place].isDirty = true
    return offset
  }

  /// The first cluster from `cluster` on whose L2 table exists; the ones between have no place.
  func skippingAbsent(_ cluster: Int64, before end: Int64) -> Int64 {
    var l1Index = Int(cluster / Int64(l2Entries))
    guard l1Index < l1.count, l1[l1Index] == 0 else { return cluster }
    while l1Index < l1.count, l1[l1Index] == 0 { l1Index += 1 }
    return min(Int64(l1Index) * Int64(l2Entries), end)
  }

  private mutating func takeCluster() -> Int64 {
    defer { end += clusterSize }
    return end
  }

  private mutating func table(_ l1Index: Int) throws -> Int {
    clock += 1
    if let place = places[l1Index] {
      tables[place].lastUse = clock
      return place
    }
    var table = Table(l1Index: l1Index, entries: [], isDirty: false, lastUse: clock)
    if l1[l1Index] != 0 { table.entries = try load(l1Index) }
    let place = try room()
    if l1[l1Index] == 0 {
      table.entries = Array(repeating: 0, count: l2Entries)
      table.isDirty = true
      l1[l1Index] = UInt64(takeCluster()) | Qcow2Layer.copiedFlag
    }
    if place == tables.count { tables.append(table) } else { tables[place] = table }
    places[l1Index] = place
    return place
  }

  private func load(_ l1Index: Int) throws -> [UInt64] {
    var entries: [UInt64] = Array(repeating: 0, count: l2Entries)
    try entries.withUnsafeMutableBytes { try file.read(into: $0, at: offset(ofTable: l1Index)) }
    return entries
  }

  /// A table may have been written after the checkpoint: what points behind the end of then is void.
  private func clearVoid(_ l1Index: Int) throws {
    var entries = try load(l1Index)
    let void = entries.indices.filter {
      Int64(UInt64(bigEndian: entries[$0]) & Qcow2Layer.offsetMask) >= end
    }
    if void.isEmpty { return }
    for index in void { entries[index] = 0 }
    try entries.withUnsafeBytes { try file.write($0, at: offset(ofTable: l1Index)) }
  }

  private func offset(ofTable l1Index: Int) -> Int64 { Int64(l1[l1Index] & Qcow2Layer.offsetMask) }

  /// A place for one more table: the one of the table not used for the longest time, which is written first.
  private mutating func room() throws -> Int {
    guard tables.count >= mostTables,
      let place = tables.indices.min(by: { tables[$0].lastUse < tables[$1].lastUse })
    else { return tables.count }
    try write(place)
    places[tables[place].l1Index] = nil
    return place
  }

  /// Keeps no more tables in memory than take so many bytes; two at least while they are asked for.
  mutating func hold(within bytes: Int) throws {
    mostTables = max(bytes >> clusterBits, 2)
    if tables.count <= bytes >> clusterBits { return }
    for place in tables.indices { try write(place) }
    tables = []
    places = [:]
  }

  // MARK: - To the file

  private mutating func write(_ place: Int) throws {
    guard tables[place].isDirty else { return }
    let offset = offset(ofTable: tables[place].l1Index)
    try tables[place].entries.withUnsafeBytes { try file.write($0, at: offset) }
    tables[place].isDirty = false
  }

  /// Brings the file up to date, and gives it the length of what was given away.
  mutating func writeAll() throws {
    // In the order of the file, which is kinder to the disk.
    for place in tables.indices.sorted(by: { l1[tables[$0].l1Index] < l1[tables[$1].l1Index] }) {
      try write(place)
    }
    var bytes = [UInt8](repeating: 0, count: Int(l1Space))
    for (index, entry) in l1.enumerated() where entry != 0 { bytes.set(entry, at: index * 8) }
    try bytes.withUnsafeBytes { try file.write($0, at: l1Offset) }
  }
}
