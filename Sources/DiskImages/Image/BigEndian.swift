/// Both qcow2 and VHD keep their numbers with the most significant byte first.
extension UnsafeRawBufferPointer {
  /// The number at `offset`, which must lie within the buffer.
  @inline(__always)
  func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: Number.Type) -> Number {
    Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}

extension [UInt8] {
  /// The number at `offset`, which must lie within the array.
  func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: Number.Type) -> Number {
    withUnsafeBytes {
      UnsafeRawBufferPointer(rebasing: $0[offset..<offset + MemoryLayout<Number>.size])
        .bigEndian(at: 0, as: Number.self)
    }
  }

  mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    Swift.withUnsafeBytes(of: number.bigEndian) { replaceSubrange(offset..<offset + $0.count, with: $0) }
  }

  mutating func set(_ text: String, at offset: Int) {
    replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
  }

  /// The text in `range`, up to the first NUL; `nil` if it isn't UTF-8.
  func text(in range: Range<Int>) -> String? {
    String(validating: self[range].prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// Arithmetic on numbers that a file claims: no sum or product of them may trap.
enum Checked {
  /// `a + b`, or the largest number there is.
  static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  /// `a * b` of numbers that are not negative, or the largest number there is.
  static func product(_ a: Int64, _ b: Int64) -> Int64 {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
  }

  /// How many parts of `size` bytes hold `count` bytes; both are not negative, `size` not 0.
  static func parts(of count: Int64, size: Int64) -> Int64 { count / size + (count % size == 0 ? 0 : 1) }
}
