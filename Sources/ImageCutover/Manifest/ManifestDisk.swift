internal import CutoverCore
internal import ImageFiles

/// One disk's part of a manifest, in the making: hashes what a comparison has found equal.
final class ManifestDisk: ComparisonWitness {
  private let size: Int64
  private let append: ([UInt8]) throws(FileFault) -> Void
  private let hash = SHA256()
  private let total = SHA256()
  /// Lines of windows that ended before one that precedes them.
  private var early: [Int: [UInt8]] = [:]
  private var next = 1
  private var lines: [UInt8] = []
  private let block = UnsafeMutableRawBufferPointer.allocate(
    byteCount: Int(ManifestFile.blockSize), alignment: 64)

  /// - Parameter append: Puts lines into the file.
  init(_ name: String, size: Int64, append: @escaping ([UInt8]) throws(FileFault) -> Void) throws {
    self.size = size
    self.append = append
    // A name may hold anything; a line may not.
    guard !name.contains("\n") else {
      throw StepFailure(.destination, "a name with a line feed cannot be in a manifest")
    }
    add("disk \(name)\nsize \(size)\nblock \(ManifestFile.blockSize)\n")
  }

  deinit { block.deallocate() }

  private func add(_ text: String) { lines += Array(text.utf8) }

  func isEqual(_ range: Range<Int64>, number: Int, _ bytes: UnsafeRawBufferPointer) throws {
    var text = ""
    for number in DigestMap.blocks(of: range) {
      let start = number * ManifestFile.blockSize
      let whole = start..<min(start + ManifestFile.blockSize, size)
      let part = range.clamped(to: whole)
      let data = UnsafeRawBufferPointer(
        rebasing: bytes[Int(part.lowerBound - range.lowerBound)..<Int(part.upperBound - range.lowerBound)])
      if data.isZero { continue }
      let digest: String
      if part == whole {
        digest = hash.digest(of: data)
      } else {
        block.zero()
        UnsafeMutableRawBufferPointer(rebasing: block[Int(part.lowerBound - start)...])
          .copyMemory(from: data)
        digest = hash.digest(of: .init(rebasing: block[..<Int(whole.upperBound - start)]))
      }
      text += "\(number) \(digest)\n"
    }
    early[number] = Array(text.utf8)
    while let ready = early.removeValue(forKey: next) {
      lines += ready
      next += 1
    }
    if lines.count >= 1 << 16 { try flush() }
  }

  private func flush() throws(FileFault) {
    lines.withUnsafeBytes { total.add($0) }
    try append(lines)
    lines = []
  }

  /// The last line.
  func end() throws {
    precondition(early.isEmpty, "every window of a comparison that has ended was seen")
    try flush()
    try append(Array("total \(total.finish())\n".utf8))
  }
}
