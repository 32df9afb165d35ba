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
  /// there reads as zeros.
  static func mayBeTorn(_ bytes: [UInt8]) -> Bool {
    let start = withUnsafeBytes(of: magic.littleEndian) { Array($0) }
    return bytes.starts(with: start.prefix(bytes.count)) || bytes.allSatisfy { $0 == 0 }
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
