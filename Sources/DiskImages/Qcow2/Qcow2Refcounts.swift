internal import ImageFiles

/// The refcounts of an image whose clusters are all used once: the table, then the blocks, at the file's end.
struct Qcow2Refcounts {
  let clusterSize: Int64
  /// Where the table begins.
  let offset: Int64
  let tableClusters: Int64
  private let blocks: Int64
  private let unused: [Range<Int64>]

  /// Refcounts of 16 bits, as QEMU makes them.
  static let order: UInt32 = 4
  private var perBlock: Int64 { clusterSize / 2 }

  init(after tables: Qcow2Tables) {
    clusterSize = tables.clusterSize
    offset = tables.end
    unused = tables.unused
    (blocks, tableClusters) = Self.needed(for: offset / clusterSize, clusterSize: clusterSize)
  }

  /// How many clusters they take behind `used` ones. They count themselves, so that their number is found by trying.
  static func needed(for used: Int64, clusterSize: Int64) -> (blocks: Int64, tableClusters: Int64) {
    var (blocks, tableClusters): (Int64, Int64) = (0, 0)
    while true {
      let wanted = Checked.parts(of: used + tableClusters + blocks, size: clusterSize / 2)
      let table = Checked.parts(of: wanted * 8, size: clusterSize)
      if wanted == blocks && table == tableClusters { return (blocks, tableClusters) }
      (blocks, tableClusters) = (wanted, table)
    }
  }

  var end: Int64 { offset + (tableClusters + blocks) * clusterSize }

  func write(to file: OpenFile) throws {
    let firstBlock = offset + tableClusters * clusterSize
    // The table takes eight bytes for each 2 GiB of a file in clusters of 64 KiB; it is written a cluster at a time.
    let perCluster = clusterSize / 8
    for cluster in 0..<tableClusters {
      var bytes = [UInt8](repeating: 0, count: Int(clusterSize))
      for index in cluster * perCluster..<min((cluster + 1) * perCluster, blocks) {
        bytes.set(UInt64(firstBlock + index * clusterSize), at: Int(index % perCluster) * 8)
      }
      try bytes.withUnsafeBytes { try file.write($0, at: offset + cluster * clusterSize) }
    }
    let full = [UInt16](repeating: UInt16(1).bigEndian, count: Int(perBlock))
    for block in 0..<blocks {
      var counts = full
      let covered = block * perBlock * clusterSize..<(block + 1) * perBlock * clusterSize
      for free in unused + [end..<Int64.max] where free.overlaps(covered) {
        let part = free.clamped(to: covered)
        let first = Int((part.lowerBound - covered.lowerBound) / clusterSize)
        let last = Int((part.upperBound - covered.lowerBound) / clusterSize)
        counts.replaceSubrange(first..<last, with: repeatElement(0, count: last - first))
      }
      try counts.withUnsafeBytes { try file.write($0, at: firstBlock + block * clusterSize) }
    }
  }
}

extension Qcow2Header {
  /// The header's sector.
  static func bytes(_ tables: Qcow2Tables, _ refcounts: Qcow2Refcounts, virtualSize: Int64) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    bytes.replaceSubrange(0..<4, with: magic)
    bytes.set(UInt32(3), at: 4)
    bytes.set(UInt32(tables.clusterBits), at: 20)
    bytes.set(UInt64(virtualSize), at: 24)
    // A disk of no bytes has a table, too: the room that it has is there, and would else be nobody's.
    bytes.set(UInt32(max(tables.l1.count, 1)), at: 36)
    bytes.set(UInt64(tables.l1Offset), at: 40)
    bytes.set(UInt64(refcounts.offset), at: 48)
    bytes.set(UInt32(refcounts.tableClusters), at: 56)
    bytes.set(Qcow2Refcounts.order, at: 96)
    // The shortest header of version 3; the zeros behind it end the list of its extensions.
    bytes.set(UInt32(104), at: 100)
    return bytes
  }
}
