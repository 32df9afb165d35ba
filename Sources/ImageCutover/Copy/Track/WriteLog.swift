internal import CutoverCore
package import ImageFiles

/// A log of writes, to which whoever writes to an image appends, read from its start as it grows.
///
/// The file begins with the eight bytes `FSWRLOG1`. Each record is three little-endian words of 64 bits: offset and
/// length of a write, in bytes, and `offset ^ (length << 32 | length >> 32) ^ 0x9E3779B97F4A7C15`. It is appended with one
/// call.
package struct WriteLog: Sendable {
  static let magic: UInt64 = 0x3147_4F4C_5257_5346
  package static let recordSize = 24

  private let file: OpenFile
  /// Where the next record is, in bytes.
  var position: Int64 = 8

  package init(_ file: OpenFile) throws {
    self.file = file
    var magic: UInt64 = 0
    let count = try withUnsafeMutableBytes(of: &magic) { try file.read(upTo: $0, at: 0) }
    guard count == 8, UInt64(littleEndian: magic) == Self.magic else {
      throw StepFailure(.source, "'\(file.path)' is no write log: it does not begin with FSWRLOG1")
    }
  }

  /// Hands out what was written since the last time. What is half written at the end is left for the next time.
  ///
  /// - Throws: `StepFailure` if a record contradicts itself, or if the log became shorter.
  package mutating func takeRecords(_ body: (Range<Int64>) -> Void) throws {
    guard try file.status().size >= position else {
      throw StepFailure(
        .source, "the write log '\(file.path)' became shorter: writes may be missing from it")
    }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.recordSize * 4096, alignment: 8)
    defer { room.deallocate() }
    while true {
      let count = try file.read(upTo: room, at: position) / Self.recordSize * Self.recordSize
      for start in stride(from: 0, to: count, by: Self.recordSize) {
        func word(_ number: Int) -> UInt64 {
          UInt64(littleEndian: room.loadUnaligned(fromByteOffset: start + number * 8, as: UInt64.self))
        }
        let (offset, length) = (word(0), word(1))
        guard word(2) == Self.check(offset, length), offset <= UInt64(Int64.max),
          length <= UInt64(Int64.max) - offset
        else {
          throw StepFailure(
            .source,
            "the record at byte \(position + Int64(start)) of the write log '\(file.path)' is damaged")
        }
        body(Int64(offset)..<Int64(offset + length))
      }
      position += Int64(count)
      if count < room.count { return }
    }
  }

  package static func check(_ offset: UInt64, _ length: UInt64) -> UInt64 {
    offset ^ (length << 32 | length >> 32) ^ 0x9E37_79B9_7F4A_7C15
  }
}
