internal import ImageFiles

/// Where a differencing VHD looks for its parent.
enum VHDParent {
  /// No path is longer (`PATH_MAX`), in UTF-16.
  private static let maximalLength: UInt32 = 8192

  /// The parent's paths, those relative to the child first.
  static func reference(_ header: VHDHeader, in file: OpenFile) throws -> ParentReference {
    var relative: [String] = []
    var absolute: [String] = []
    for locator in header.locators {
      for path in try paths(locator, in: file) where !path.isEmpty && !path.contains("\0") {
        if path.hasPrefix("/") { absolute.append(path) } else { relative.append(path) }
      }
    }
    // The header names the parent too, without a folder or with one of the machine that it was made on.
    if let name = slashed(header.parentName).split(separator: "/").last { relative.append(String(name)) }
    var candidates: [String] = []
    for path in relative + absolute where !candidates.contains(path) { candidates.append(path) }
    // A child of a raw image names no identifier: that is how XenServer's vhd-util marks one.
    let isRaw = header.parentIdentifier.bytes.allSatisfy { $0 == 0 }
    return ParentReference(
      candidates: candidates, format: isRaw ? .raw : .vhd,
      identifier: isRaw ? nil : header.parentIdentifier,
      modified: header.parentTimestamp == 0 ? nil : Int64(header.parentTimestamp) + VHDFooter.epoch)
  }

  private static func paths(_ locator: VHDLocator, in file: OpenFile) throws -> [String] {
    guard locator.length <= maximalLength, let offset = Int64(exactly: locator.offset),
      Checked.sum(offset, Int64(locator.length)) < .max
    else { return [] }
    let bytes = try file.bytes(from: offset, atMost: Int(locator.length))
    guard bytes.count == Int(locator.length) else { return [] }
    switch locator.platform {
    case "W2ru", "W2ku": return windows(VHDText.decode(bytes[...], isBigEndian: false))
    case "Wi2r", "Wi2k": return windows(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    case "MacX": return url(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    // 'Mac ' is an alias that only a Macintosh resolves.
    default: return []
    }
  }

  /// XenServer writes its own paths with backslashes; one with a drive means nothing here.
  private static func windows(_ path: String) -> [String] {
    if path.dropFirst().first == ":" || path.hasPrefix("\\\\") { return [] }
    return [slashed(path)]
  }

  /// A file URL; XenServer's are relative (`file://./name`) and not percent-encoded.
  private static func url(_ text: String) -> [String] {
    guard text.hasPrefix("file://") else { return [text] }
    var path = String(text.dropFirst("file://".count))
    if path.hasPrefix("localhost/") { path.removeFirst("localhost".count) }
    let decoded = percentDecoded(path)
    return decoded == path ? [path] : [path, decoded]
  }

  private static func slashed(_ path: String) -> String { String(path.map { $0 == "\\" ? "/" : $0 }) }

  private static func percentDecoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

enum VHDText {
  /// UTF-16 up to the first NUL.
  static func decode(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String {
    var units: [UInt16] = []
    var rest = bytes
    while rest.count >= 2 {
      let (first, second) = (UInt16(rest.removeFirst()), UInt16(rest.removeFirst()))
      let unit = isBigEndian ? first << 8 | second : second << 8 | first
      if unit == 0 { break }
      units.append(unit)
    }
    return String(decoding: units, as: UTF16.self)
  }
}
