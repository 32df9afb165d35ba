internal import ImageFiles

/// Looks in the blocks of a dynamic VHD for data whose bits in the block's bitmap are not set. They are zeros, for nobody
/// has written them; but QEMU passes the bitmaps over (`block/vpc.c`), so that its guest sees them.
struct DisownedData {
  /// So much is read at most: it is a notice, and few blocks have such sectors.
  private static let mostRead: Int64 = 16 << 20

  private let layer: DynamicVHDLayer
  private var left = Self.mostRead
  /// On the disk, of the first piece that was found.
  private(set) var place: Int64?

  init(_ layer: DynamicVHDLayer) { self.layer = layer }

  /// - Parameter start: Where the block's bitmap is; the block lies within the file.
  mutating func look(at block: Int64, _ start: Int64, _ tables: inout TableCache) throws {
    guard place == nil, left > 0 else { return }
    let onDisk = block * layer.header.blockSize
    let used = min(layer.header.blockSize, layer.virtualSize - onDisk)
    if try layer.claimsAll(at: start, of: used, &tables) { return }
    var position = onDisk
    while position < onDisk + used, place == nil, left > 0 {
      let run = try layer.run(at: position, limit: onDisk + used, &tables)
      if case .absent = run.content {
        let inFile = start + layer.header.bitmapSize + position - onDisk
        place = try firstNonZero(in: inFile..<inFile + run.length).map { $0 - inFile + position }
      }
      position += run.length
    }
  }

  private mutating func firstNonZero(in range: Range<Int64>) throws -> Int64? {
    var position = range.lowerBound
    while left > 0, let data = try layer.file.nextData(from: position), data < range.upperBound {
      position = max(position, data)
      let count = min(64 << 10, range.upperBound - position)
      left -= count
      let bytes = try layer.file.bytes(from: position, atMost: Int(count))
      if let found = bytes.firstIndex(where: { $0 != 0 }) { return position + Int64(found) }
      position += count
      if position >= range.upperBound { break }
    }
    return nil
  }
}
