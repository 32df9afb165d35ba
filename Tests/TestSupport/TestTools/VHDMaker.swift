/// Makes VHDs as the specification describes them, with nothing of the code under test: what QEMU cannot make.
package struct VHDMaker {
  package struct Locator {
    package var platform: String
    package var bytes: [UInt8]

    package init(platform: String, bytes: [UInt8]) {
      self.platform = platform
      self.bytes = bytes
    }
  }

  package var size: Int
  package var blockSize = 2 << 20
  package var identifier: [UInt8]
  package var creator = "tap\0"
  /// `nil`: dynamic.
  package var parentIdentifier: [UInt8]?
  package var parentTimestamp: UInt32 = 0
  package var parentName = ""
  package var locators: [Locator] = []
  /// XenServer's batmap, one byte for each eight blocks; `nil`: there is none.
  package var batmap: [UInt8]?
  /// What is where the bitmap claims nothing: rubbish, as it may be on a real disk.
  package var filler: UInt8 = 0x5A
  /// What is written, by sector, in the order of blocks first met.
  package private(set) var sectors: [Int: [UInt8]] = [:]
  private var order: [Int] = []

  package init(size: Int, identifier: UInt8) {
    self.size = size
    self.identifier = Array(repeating: identifier, count: 16)
  }

  package mutating func write(_ sector: Int, _ bytes: [UInt8]) {
    let block = sector * 512 / blockSize
    if !order.contains(block) { order.append(block) }
    sectors[sector] = bytes
  }

  package static func utf16(_ text: String, big: Bool) -> [UInt8] {
    text.utf16.flatMap { big ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
  }

  private static func number(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(value >> (8 * UInt64($0)) & 255) }
  }

  private static func sealed(_ bytes: [UInt8], at place: Int) -> [UInt8] {
    var bytes = bytes
    let sum = bytes.reduce(0) { ($0 + UInt64($1)) & 0xFFFF_FFFF }
    bytes.replaceSubrange(place..<place + 4, with: number(~sum & 0xFFFF_FFFF, 4))
    return bytes
  }

  package var footer: [UInt8] {
    var bytes = Array("conectix".utf8) + Self.number(2, 4) + Self.number(0x10000, 4) + Self.number(512, 8)
    bytes += Self.number(1000, 4) + Array(creator.utf8) + Self.number(0x10003, 4) + [0, 0, 0, 0]
    bytes += Self.number(UInt64(size), 8) + Self.number(UInt64(size), 8)
    // A geometry far too small: only readers that go by the size are right.
    bytes += [0, 2, 4, 17] + Self.number(parentIdentifier == nil ? 3 : 4, 4) + [0, 0, 0, 0] + identifier
    bytes += Array(repeating: 0, count: 512 - bytes.count)
    return Self.sealed(bytes, at: 64)
  }

  /// Its header and itself, as blktap writes them.
  private func batmapBytes(at place: Int) -> [UInt8] {
    guard let batmap else { return [] }
    let map = batmap + Array(repeating: 0, count: (batmap.count + 511) / 512 * 512 - batmap.count)
    let sum = map.reduce(0) { ($0 + UInt64($1)) & 0xFFFF_FFFF }
    let header =
      Array("tdbatmap".utf8) + Self.number(UInt64(place + 512), 8) + Self.number(UInt64(map.count / 512), 4)
      + Self.number(0x10002, 4) + Self.number(~sum & 0xFFFF_FFFF, 4)
    return header + Array(repeating: 0, count: 512 - header.count) + map
  }

  /// The whole file.
  package func bytes() -> [UInt8] {
    let blocks = (size + blockSize - 1) / blockSize
    let tableSize = (blocks * 4 + 511) / 512 * 512
    var locatorBytes: [UInt8] = []
    var entries: [UInt8] = []
    let map = batmapBytes(at: 512 + 1024 + tableSize)
    let locatorStart = 512 + 1024 + tableSize + map.count
    for locator in locators {
      let space = (locator.bytes.count + 511) / 512 * 512
      entries += Array(locator.platform.utf8) + Self.number(UInt64(space), 4)
      entries += Self.number(UInt64(locator.bytes.count), 4) + [0, 0, 0, 0]
      entries += Self.number(UInt64(locatorStart + locatorBytes.count), 8)
      locatorBytes += locator.bytes + Array(repeating: 0, count: space - locator.bytes.count)
    }
    var header =
      Array("cxsparse".utf8) + Self.number(.max, 8) + Self.number(1536, 8) + Self.number(0x10000, 4)
    header += Self.number(UInt64(blocks), 4) + Self.number(UInt64(blockSize), 4) + [0, 0, 0, 0]
    header +=
      (parentIdentifier ?? Array(repeating: 0, count: 16)) + Self.number(UInt64(parentTimestamp), 4) + [
        0, 0, 0, 0,
      ]
    let name = Self.utf16(parentName, big: true)
    header += name + Array(repeating: 0, count: 512 - name.count) + entries
    header += Array(repeating: 0, count: 1024 - header.count)

    let bitmapSize = max(blockSize / 4096, 512)
    var table = Array(repeating: UInt8(255), count: tableSize)
    var data: [UInt8] = []
    let dataStart = locatorStart + locatorBytes.count
    for block in order {
      table.replaceSubrange(
        block * 4..<block * 4 + 4, with: Self.number(UInt64(dataStart + data.count) / 512, 4))
      var bitmap = [UInt8](repeating: 0, count: bitmapSize)
      var body = [UInt8](repeating: filler, count: blockSize)
      for index in 0..<blockSize / 512 {
        guard let sector = sectors[block * blockSize / 512 + index] else { continue }
        bitmap[index / 8] |= 0x80 >> UInt8(index % 8)
        body.replaceSubrange(index * 512..<index * 512 + 512, with: sector)
      }
      data += bitmap + body
    }
    return footer + Self.sealed(header, at: 36) + table + map + locatorBytes + data + footer
  }
}
