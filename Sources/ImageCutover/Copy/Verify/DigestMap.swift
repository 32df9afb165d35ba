internal import ImageFiles

/// What the destination's blocks are known to hold: a digest each, in a side file, of which only a little is in
/// memory, however large the image.
///
/// The file takes 16 bytes for each 64 KiB that hold data, a four-thousandth. It has no name: it is forgotten with the
/// run. What it forgets, or cannot store, is compared exactly instead; so a full disk costs time and never truth.
///
/// One thread at a time uses it: that of the pass under way.
final class DigestMap {
  /// The finest grain at which a change is found by digest.
  static let blockSize: Int64 = 64 << 10

  private static let entrySize = 16
  private static let chunkEntries = 4096
  /// Together 1 MiB.
  private static let mostChunks = 16

  private struct Chunk {
    var number: Int64
    var entries: [BlockDigest]
    var isDirty = false
    var lastUse: UInt64 = 0
  }

  private let file: OpenFile
  private var chunks: [Chunk] = []
  private var current = 0
  private var clock: UInt64 = 0
  /// After a failure to store nothing is known any more: what is in the file may be older than the image.
  private(set) var isLost = false

  /// - Parameter file: Empty; written by nobody else.
  init(_ file: OpenFile) { self.file = file }

  /// What the block with this number is known to hold.
  subscript(block: Int64) -> BlockDigest {
    get {
      guard !isLost, let chunk = chunk(of: block) else { return .unknown }
      return chunks[chunk].entries[Int(block % Int64(Self.chunkEntries))]
    }
    set {
      guard !isLost, let chunk = chunk(of: block) else { return }
      chunks[chunk].entries[Int(block % Int64(Self.chunkEntries))] = newValue
      chunks[chunk].isDirty = true
    }
  }

  /// Makes the blocks that the range touches unknown.
  func forget(_ range: Range<Int64>) {
    for block in Self.blocks(of: range) where self[block] != .unknown { self[block] = .unknown }
  }

  /// Makes all blocks unknown, for good.
  func forgetAll() { isLost = true }

  /// Keeps nothing in memory until it is asked again: while other disks are at work, or the guest.
  func rest() {
    do { for chunk in chunks where chunk.isDirty { try store(chunk) } } catch { isLost = true }
    chunks = []
    current = 0
  }

  /// The numbers of the blocks that the range touches.
  static func blocks(of range: Range<Int64>) -> Range<Int64> {
    range.isEmpty
      ? range.lowerBound / blockSize..<range.lowerBound / blockSize
      : range.lowerBound / blockSize..<(range.upperBound + blockSize - 1) / blockSize
  }

  private func chunk(of block: Int64) -> Int? {
    let number = block / Int64(Self.chunkEntries)
    clock += 1
    if !(current < chunks.count && chunks[current].number == number) {
      do { current = try place(number) } catch {
        isLost = true
        return nil
      }
    }
    chunks[current].lastUse = clock
    return current
  }

  private func place(_ number: Int64) throws -> Int {
    if let place = chunks.firstIndex(where: { $0.number == number }) { return place }
    if chunks.count < Self.mostChunks {
      chunks.append(try load(number))
      return chunks.count - 1
    }
    let oldest = chunks.indices.min { chunks[$0].lastUse < chunks[$1].lastUse } ?? 0
    if chunks[oldest].isDirty { try store(chunks[oldest]) }
    chunks[oldest] = try load(number)
    return oldest
  }

  private func load(_ number: Int64) throws -> Chunk {
    var chunk = Chunk(number: number, entries: .init(repeating: .unknown, count: Self.chunkEntries))
    let place = number * Int64(Self.chunkEntries * Self.entrySize)
    _ = try chunk.entries.withUnsafeMutableBytes { bytes in
      // What was never stored is zeros: unknown.
      try file.read(upTo: bytes, at: place)
    }
    return chunk
  }

  private func store(_ chunk: Chunk) throws {
    let place = chunk.number * Int64(Self.chunkEntries * Self.entrySize)
    try chunk.entries.withUnsafeBytes { bytes in try file.write(bytes, at: place) }
  }
}
