import Foundation
import Quantities
import Testing

@Suite struct CodingTests {
  private struct Everything: Codable, Equatable {
    var bytes = Bytes.gibibytes(4)
    var rate = ByteRate.bitsPerSecond(25e9)
    var duration = Quantities.Duration.minutes(5)
    var instant = Instant(nanoseconds: 17)
    var fraction = Fraction(0.1)
    var events = EventRate(80, per: .days(1))
  }

  @Test func `quantities are coded as bare numbers and come back the same`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(Everything())
    #expect(try JSONDecoder().decode(Everything.self, from: data) == Everything())
    #expect(String(decoding: data, as: UTF8.self).hasPrefix(#"{"bytes":4294967296,"duration":300000000000,"#))
  }

  @Test func `rounding to bytes stays within the range`() {
    #expect(Bytes(rounding: 1.5) == Bytes(2))
    #expect(Bytes(rounding: .nan) == .zero)
    #expect(Bytes(rounding: 1e30).count == .max)
    #expect(Bytes(rounding: -1e30).count == .min)
    #expect(Bytes(3) + Bytes(4) - Bytes(2) == .kibibytes(5) - Bytes(5115))
    #expect(Bytes.megabytes(1) < .mebibytes(1))
  }
}
