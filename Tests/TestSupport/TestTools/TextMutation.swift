/// Damages texts as editors, templates and enemies do: bytes, words that are at their limits, lines out of place, brackets.
package enum TextMutation {
  private static let words = [
    "", "0", "-1", "1e308", "1e-308", "9223372036854775807", "-9223372036854775808", "0.1e-5000", "NaN",
    "inf", "null", "~",
    "true", "[", "]", "{", "}", "{}", "[]", "&a", "*a", "<<: *a", "!!binary", "? ", "- ", ": ", "'", "\"",
    "\\u0000", "\t",
    "100 %", "101 %", "1e9 y", "0 s", "1 PB/s", "*", "**", "..", "\u{FEFF}", "é", "\u{202E}", "|", ">", "#",
  ]

  package static func apply(to bytes: [UInt8], using random: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 1 {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      case 2: bytes.replaceSubrange(word(at: place, in: bytes), with: odd(&random))
      case 3: bytes.insert(contentsOf: odd(&random), at: place)
      case 4: bytes.removeSubrange(line(at: place, in: bytes))
      case 5:
        let other = Int.random(in: 0..<bytes.count, using: &random)
        bytes.insert(
          contentsOf: Array(bytes[line(at: other, in: bytes)]), at: line(at: place, in: bytes).lowerBound)
      case 6:
        let other = word(at: Int.random(in: 0..<bytes.count, using: &random), in: bytes)
        bytes.replaceSubrange(word(at: place, in: bytes), with: Array(bytes[other]))
      default: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 2)
      }
    }
    return bytes
  }

  private static func odd(_ random: inout some RandomNumberGenerator) -> [UInt8] {
    Array((words.randomElement(using: &random) ?? "").utf8)
  }

  private static func line(at place: Int, in bytes: [UInt8]) -> Range<Int> {
    stretch(at: place, in: bytes) { $0 != 10 }
  }

  /// Letters, digits, and what numbers and units are made of.
  private static func word(at place: Int, in bytes: [UInt8]) -> Range<Int> {
    stretch(at: place, in: bytes) { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 46
        || byte == 45
    }
  }

  private static func stretch(at place: Int, in bytes: [UInt8], _ belongs: (UInt8) -> Bool) -> Range<Int> {
    var (start, end) = (place, place)
    while start > 0, belongs(bytes[start - 1]) { start -= 1 }
    while end < bytes.count, belongs(bytes[end]) { end += 1 }
    return start..<max(end, start)
  }
}
