/// Damages images as disks, programs and enemies do: single bits, numbers that are at their limits, pieces that are
/// copied, cut off or zeroed.
package enum ImageMutation {
  package static func apply(to bytes: [UInt8], using random: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 16 {
      // Most of what matters is at the beginning and at the end.
      let area = [
        0..<min(bytes.count, 120), 0..<min(bytes.count, 4096), max(bytes.count - 512, 0)..<bytes.count,
      ]
      let place = Int.random(in: (area.randomElement(using: &random) ?? 0..<1), using: &random)
      switch Int.random(in: 0..<7, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      case 2:
        put(
          [0, 1, .max, 1 << 63, 1 << 62, .max >> 1].randomElement(using: &random) ?? 0, 8, at: place, &bytes)
      case 3: put([0, 1, 0xFFFF_FFFF, 1 << 31].randomElement(using: &random) ?? 0, 4, at: place, &bytes)
      case 4: put(UInt64.random(in: 0..<UInt64(bytes.count * 2), using: &random), 8, at: place, &bytes)
      case 5: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 2)
      default:
        let count = min(Int.random(in: 1...600, using: &random), bytes.count - place)
        let from = Int.random(in: 0...(bytes.count - count), using: &random)
        bytes.replaceSubrange(place..<place + count, with: Array(bytes[from..<from + count]))
      }
    }
    return bytes
  }

  private static func put(_ number: UInt64, _ count: Int, at place: Int, _ bytes: inout [UInt8]) {
    for index in 0..<count where place + index < bytes.count {
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - index)))
    }
  }
}
