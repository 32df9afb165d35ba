internal import CXXHash

/// How a record lies in the file: little-endian words, and the payload, up to a multiple of eight bytes.
///
/// | bytes | what |
/// |---|---|
/// | 4 | magic `FSJ1`: the version of this frame |
/// | 4 | length of the payload |
/// | 8 | number of the record, from 0 |
/// | 8 | XXH3 (64 bits, seeded with the journal's own number; the first record with 0) of all but this word |
/// | n | payload: JSON |
///
/// The seed keeps what another journal has left in the same blocks from being taken for a record of this one.
package enum JournalFrame {
  static let magic: UInt32 = 0x314A_5346
  static let header = 24
  /// More than any record has; a length beyond it is garbage.
  static let mostPayload = 1 << 24

  package static func encode(_ payload: [UInt8], number: UInt64, seed: UInt64) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(header + payload.count + 7)
    frame.append(littleEndian: magic)
    frame.append(littleEndian: UInt32(payload.count))
    frame.append(littleEndian: number)
    frame.append(littleEndian: UInt64(0))
    frame.append(contentsOf: payload)
    let sum = checksum(frame[...], seed: seed)
    for index in 0..<8 { frame[16 + index] = UInt8(truncatingIfNeeded: sum >> (8 * UInt64(index))) }
    while frame.count % 8 != 0 { frame.append(0) }
    return frame
  }

  package struct Found {
    package var number: UInt64
    package var payload: ArraySlice<UInt8>
    /// Where the next one begins.
    package var end: Int
  }

  /// The whole record at this place, if one is there.
  package static func decode(_ bytes: [UInt8], at start: Int, seed: UInt64) -> Found? {
    guard start + header <= bytes.count, bytes.littleEndian(UInt32.self, at: start) == magic else {
      return nil
    }
    let length = Int(bytes.littleEndian(UInt32.self, at: start + 4))
    guard length <= mostPayload, start + header + length <= bytes.count else { return nil }
    var frame = Array(bytes[start..<start + header + length])
    let sum = frame.littleEndian(UInt64.self, at: 16)
    for index in 16..<24 { frame[index] = 0 }
    guard checksum(frame[...], seed: seed) == sum else { return nil }
    let end = start + header + length
    return Found(
      number: frame.littleEndian(UInt64.self, at: 8), payload: bytes[start + header..<end],
      end: (end + 7) / 8 * 8)
  }

  /// Whether a file that has no first record may be one whose writer died in it: it begins as one does, or what was to be
  /// there reads as zeros. That record is on the disk before anything is put behind it, so nothing lies there.
  static func mayBeTorn(_ bytes: [UInt8]) -> Bool {
    if bytes.allSatisfy({ $0 == 0 }) { return true }
    guard beginsAsOne(bytes), !isFollowed(bytes) else { return false }
    guard bytes.count >= header else { return true }
    let length = Int(bytes.littleEndian(UInt32.self, at: 4))
    return bytes.count <= (header + length + 7) / 8 * 8
  }

  /// Whether the first bytes are those of a record, as far as there are any.
  static func beginsAsOne(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: withUnsafeBytes(of: magic.littleEndian) { Array($0) }.prefix(bytes.count))
  }

  /// Whether what lies behind a damaged first record looks like another. Without the journal's own number, which the first
  /// one holds, no checksum can be tried; but JSON has no zeros, and so nothing in it looks like the number of a record.
  static func isFollowed(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 2 * header else { return false }
    return stride(from: header, through: bytes.count - header, by: 8).contains { place in
      bytes.littleEndian(UInt32.self, at: place) == magic
        && Int(bytes.littleEndian(UInt32.self, at: place + 4)) <= mostPayload
        && (1..<1 << 32).contains(bytes.littleEndian(UInt64.self, at: place + 8))
    }
  }

  /// Whether any record of this journal lies at `start` or behind it.
  static func isFollowed(_ bytes: [UInt8], from start: Int, seed: UInt64) -> Bool {
    stride(from: (start + 7) / 8 * 8, to: bytes.count, by: 8).contains {
      decode(bytes, at: $0, seed: seed) != nil
    }
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>, seed: UInt64) -> UInt64 {
    bytes.withUnsafeBytes { XXH3_64bits_withSeed($0.baseAddress, $0.count, seed) }
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
    Value(littleEndian: withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) })
  }
}
