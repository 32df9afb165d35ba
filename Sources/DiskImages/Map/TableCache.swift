internal import ImageFiles

/// Windows of the tables of a chain's files, the most recently used of them, in bounded memory.
package struct TableCache {
  /// The most that is held, in bytes: 4 MiB, enough for the tables of 32 GiB of qcow2 at 64 KiB a cluster.
  package static let budget = windowSize * windowCount
  static let windowSize = 16 << 10
  static let windowCount = 256
  private let mostWindows: Int

  private struct Key: Hashable {
    var file: ObjectIdentifier
    var window: Int64
  }

  private struct Window {
    var key: Key
    var bytes: [UInt8]
    var lastUse: UInt64
  }

  private var places: [Key: Int] = [:]
  private var windows: [Window] = []
  private var clock: UInt64 = 0
  /// The window used last, for most look-ups stay in it.
  private var current = -1

  /// - Parameter budget: What is held at most, in bytes; four windows at least.
  package init(budget: Int = TableCache.budget) { mostWindows = max(4, budget / Self.windowSize) }

  /// The bytes of `file` from `offset` on: at least one, at most `count`, as many as one window holds.
  ///
  /// Ends before its time where the file ends. `body` must not keep the buffer.
  mutating func withBytes<Result>(
    of file: OpenFile, at offset: Int64, count: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    precondition(offset >= 0 && count > 0, "a table is read forwards")
    let size = Int64(Self.windowSize)
    let key = Key(file: ObjectIdentifier(file), window: offset / size)
    clock += 1
    if current < 0 || windows[current].key != key { current = try place(key, file) }
    windows[current].lastUse = clock
    return try windows[current].bytes.withUnsafeBytes { bytes in
      let start = Int(offset % size)
      guard start < bytes.count else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
      return try body(.init(rebasing: bytes[start..<min(start + count, bytes.count)]))
    }
  }

  private mutating func place(_ key: Key, _ file: OpenFile) throws -> Int {
    if let place = places[key] { return place }
    let bytes = try file.bytes(from: key.window * Int64(Self.windowSize), atMost: Self.windowSize)
    let window = Window(key: key, bytes: bytes, lastUse: clock)
    let place: Int
    if windows.count < mostWindows {
      place = windows.count
      windows.append(window)
    } else {
      // 256 comparisons beside a read of 16 KiB.
      place = windows.indices.min { windows[$0].lastUse < windows[$1].lastUse } ?? 0
      places[windows[place].key] = nil
      windows[place] = window
    }
    places[key] = place
    return place
  }
}

extension OpenFile {
  /// Up to `count` bytes from `offset` on; fewer where the file ends.
  func bytes(from offset: Int64, atMost count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try read(upTo: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
  }
}
