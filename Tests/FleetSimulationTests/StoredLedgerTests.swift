import Foundation
import Testing

@testable import FleetSimulation

@Suite struct StoredLedgerTests {
  private func stored(_ samples: Samples) throws -> Samples {
    try JSONDecoder().decode(Samples.self, from: try JSONEncoder().encode(samples))
  }

  @Test(
    "samples come back to the bit, kept as values or as buckets", arguments: [0, 1, 2, 4096, 4097, 20_000])
  func samples(count: Int) throws {
    var samples = Samples()
    for index in 0..<count { samples.add(index % 7 == 0 ? 0 : 1e-12 * pow(1.01, Double(index % 4000)) / 3) }
    let back = try stored(samples)
    #expect(back == samples)
    // What is merged later is the same, too.
    var (one, two) = (samples, back)
    one.merge(samples)
    two.merge(back)
    #expect(one == two)
  }

  @Test("values that are not as many as they should be, or buckets beyond the last, are refused")
  func damage() throws {
    var few = Samples()
    few.add(3)
    var many = Samples()
    for index in 0..<5000 { many.add(Double(index)) }
    for (samples, from, to) in [
      (few, "\"count\":1", "\"count\":2"), (many, "\"width\":", "\"width\":1,\"was\":"),
    ] {
      let text = String(decoding: try JSONEncoder().encode(samples), as: UTF8.self).replacing(from, with: to)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Samples.self, from: Data(text.utf8)) }
    }
  }
}
