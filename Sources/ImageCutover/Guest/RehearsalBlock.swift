internal import Glibc

/// A block of 4 KiB that says what it is: when it was written, where it belongs, and whether it is whole.
///
/// Little-endian words: magic, sequence number, offset, run, 507 words drawn from those, checksum.
enum RehearsalBlock {
  static let size = 4096
  private static let magic: UInt64 = 0x6672_6568_6561_7273
  private static let words = size / 8

  static func fill(_ buffer: UnsafeMutableRawBufferPointer, sequence: UInt64, offset: Int64, run: UInt64) {
    precondition(buffer.count == size, "a rehearsal block has one size")
    var random = SplitMix64(state: run ^ sequence &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(offset))
    var sum: UInt64 = 0
    for index in 0..<words - 1 {
      let word: UInt64 =
        switch index {
        case 0: magic
        case 1: sequence
        case 2: UInt64(offset)
        case 3: run
        default: random.next()
        }
      buffer.storeBytes(of: word.littleEndian, toByteOffset: index * 8, as: UInt64.self)
      sum = (sum << 7 | sum >> 57) &+ word
    }
    buffer.storeBytes(of: sum.littleEndian, toByteOffset: (words - 1) * 8, as: UInt64.self)
  }

  /// Whether the buffer holds exactly this block; `expected` is room to build it.
  static func matches(
    _ buffer: UnsafeRawBufferPointer, sequence: UInt64, offset: Int64, run: UInt64,
    building expected: UnsafeMutableRawBufferPointer
  ) -> Bool {
    fill(expected, sequence: sequence, offset: offset, run: run)
    return BlockDifference.isEqual(buffer, .init(expected))
  }
}

/// Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: small, seeded, good enough to
/// choose places.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
