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

  @Test("each bucket is told once, in its turn, and with its count")
  func buckets() throws {
    func read(_ buckets: String) throws -> Samples {
      let text =
        "{\"count\":5000,\"sum\":1,\"least\":0,\"greatest\":1,\"zeros\":0,\"first\":100,\"width\":10,"
        + "\"buckets\":\(buckets)}"
      return try JSONDecoder().decode(Samples.self, from: Data(text.utf8))
    }
    #expect(try read("[1,4000,2,1000]").count == 5000)
    for wrong in ["[1,4000,1,1000]", "[2,4000,1,1000]", "[1,4000,2,1000,3]"] {
      #expect(throws: DecodingError.self) { try read(wrong) }
    }
  }

  @Test("values that are not as many as they should be, or buckets beyond the last, are refused")
  func damage() throws {
    var few = Samples()
    few.add(3)
    var many = Samples()
    for index in 0..<5000 { many.add(Double(index)) }
    for (samples, from, to) in [
      (few, "\"count\":1", "\"count\":2"), (few, "\"count\":1", "\"count\":-1"),
      // The bits of an infinity, of -1, and of no number at all.
      (few, "AABAQA==", "AACAfw=="), (few, "AABAQA==", "AACAvw=="), (few, "AABAQA==", "AADAfw=="),
      (many, "\"width\":", "\"width\":1,\"was\":"), (many, "\"width\":", "\"width\":-1,\"was\":"),
      (many, "\"width\":", "\"width\":9000000000000000000,\"was\":"),
      (many, "\"first\":", "\"first\":9"), (many, "\"first\":", "\"first\":-"),
      (many, "\"count\":5000", "\"count\":5001"), (many, "\"count\":5000", "\"count\":4999"),
      (many, "\"zeros\":1", "\"zeros\":18446744073709551615"),
      (many, "\"buckets\":[0", "\"buckets\":[18446744073709551615"),
    ] {
      let text = String(decoding: try JSONEncoder().encode(samples), as: UTF8.self).replacing(from, with: to)
      #expect(text.contains(to), "\(from) is not in \(text.prefix(300))")
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Samples.self, from: Data(text.utf8)) }
    }
  }
}
