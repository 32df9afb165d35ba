internal import DiskImages
package import ImageFiles

/// Reads one disk's part of a manifest, line by line, in bounded memory.
package struct ManifestReader {
  package struct Entry: Hashable {
    package var block: Int64
    package var digest: String
  }

  /// Why it cannot be used.
  package struct Damage: Error, Hashable {
    package var what: String
  }

  package static let blockSize = ManifestFile.blockSize
  /// Longer lines are none of ours: a name has 255 bytes at most.
  private static let longestLine = 512

  private let file: OpenFile
  private var position: Int64 = 0
  private var bytes: ArraySlice<UInt8> = []
  private let total = SHA256()
  private var last: Int64 = -1
  package private(set) var size: Int64 = 0
  /// The disks that it tells of.
  private(set) var names: [String] = []

  /// - Parameter name: Of the disk; where there is only one, it is meant whatever its name.
  package init(_ file: OpenFile, disk name: String) throws {
    self.file = file
    guard try line() == ManifestFile.firstLine else {
      throw Damage(what: "it does not begin with '\(ManifestFile.firstLine)'")
    }
    var places: [(name: String, position: Int64)] = []
    while let text = try line() {
      guard text.hasPrefix("disk ") else { continue }
      places.append((String(text.dropFirst(5)), position - Int64(bytes.count) - Int64(text.utf8.count) - 1))
    }
    names = places.map(\.name)
    guard let place = places.first(where: { $0.name == name }) ?? (places.count == 1 ? places[0] : nil) else {
      throw Damage(what: "it tells of \(names.isEmpty ? "no disk" : names.joined(separator: ", "))")
    }
    (position, bytes) = (place.position, [])
    try addLine("disk ")
    guard let size = Int64(try addLine("size ")), (0...VirtualDisk.maximalSize).contains(size),
      Int64(try addLine("block ")) == ManifestFile.blockSize
    else { throw Damage(what: "its size or its blocks are not what they can be") }
    self.size = size
  }

  /// The next block; `nil` behind the last, when what was read has been found whole.
  package mutating func next() throws -> Entry? {
    guard let text = try line() else { throw Damage(what: "it ends before its total") }
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, words[1].utf8.count == 2 * SHA256.size else {
      throw Damage(what: "'\(text)' is no line of a manifest")
    }
    if words[0] == "total" {
      guard words[1] == total.finish() else { throw Damage(what: "its lines do not add up to its total") }
      return nil
    }
    guard let block = Int64(words[0]), block > last,
      block < (size + ManifestFile.blockSize - 1) / ManifestFile.blockSize
    else { throw Damage(what: "'\(text)' is out of its place") }
    last = block
    add(text)
    return Entry(block: block, digest: String(words[1]))
  }

  private func add(_ text: String) { Array((text + "\n").utf8).withUnsafeBytes { total.add($0) } }

  /// Reads a line that begins so; the rest of it.
  @discardableResult
  private mutating func addLine(_ beginning: String) throws -> String {
    guard let text = try line(), text.hasPrefix(beginning) else {
      throw Damage(what: "a line '\(beginning)...' is missing")
    }
    add(text)
    return String(text.dropFirst(beginning.count))
  }

  /// The next line, without its end; `nil` at the end of the file.
  private mutating func line() throws -> String? {
    while true {
      if let end = bytes.firstIndex(of: 10) {
        defer { bytes = bytes[(end + 1)...] }
        guard let text = String(validating: bytes[..<end], as: UTF8.self) else {
          throw Damage(what: "it is no text")
        }
        return text
      }
      guard bytes.count <= Self.longestLine else { throw Damage(what: "a line is too long") }
      var more = [UInt8](repeating: 0, count: 1 << 16)
      let count = try more.withUnsafeMutableBytes { try file.read(upTo: $0, at: position) }
      guard count > 0 else {
        if bytes.isEmpty { return nil }
        throw Damage(what: "its last line has no end")
      }
      position += Int64(count)
      bytes = (Array(bytes) + more[..<count])[...]
    }
  }
}
