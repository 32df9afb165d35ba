import Quantities
import TestTools
import Testing

@Suite struct ByteRateTests {
  @Test(arguments: [
    ("25 Gbit/s", 3.125e9), ("150 MiB/s", 157_286_400), ("1.2 GB/s", 1.2e9), ("5.3 kB/s", 5300),
    ("10 Mbit/s", 1.25e6), ("8 bit/s", 1), ("1 kbit/s", 125), ("1 Tbit/s", 1.25e11), ("0 B/s", 0),
    ("0.1 B/s", 0.1), ("64KiB/s", 65_536), ("unlimited", .infinity), ("2.5e-3 B/s", 0.0025),
    ("1 EiB/s", 0x1p60), ("1e300 B/s", 1e300),
  ])
  func `reads rates`(text: String, rate: Double) throws {
    #expect(try ByteRate(parsing: text).bytesPerSecond == rate)
  }

  @Test(arguments: [
    ("25", "has no unit", "write one of B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s, kbit/s, Mbit/s, Gbit/s"),
    ("100 mbps", "has the unit in the wrong spelling", "write Mbit/s for bits or MB/s for bytes"),
    ("100 Mbps", "has the unit in the wrong spelling", "write Mbit/s for bits or MB/s for bytes"),
    ("25 Gbps", "has the unit in the wrong spelling", "write Gbit/s for bits or GB/s for bytes"),
    ("25 Gb/s", "has the unit in the wrong spelling", "write Gbit/s for bits or GB/s for bytes"),
    ("25 gb/s", "has the unit in the wrong spelling", "write Gbit/s for bits or GB/s for bytes"),
    ("9600 bps", "has the unit in the wrong spelling", "write bit/s for bits or B/s for bytes"),
    ("25 MBps", "has the unit in the wrong spelling", "write MB/s"),
    ("25 mB/s", "has the unit in the wrong spelling", "write MB/s"),
    ("25 KB/s", "is ambiguous", "write kB/s (10^3) or KiB/s (2^10)"),
    ("25 G/s", "is ambiguous", "write GB/s (10^9) or GiB/s (2^30)"),
    ("25 G", "is ambiguous", "write GB/s (10^9) or GiB/s (2^30)"),
    ("25 GB", "is an amount, not a rate", "write GB/s"),
    ("10 Gb", "is an amount, not a rate", "write Gbit/s for bits or GB/s for bytes"),
    ("25 gbit/s", "has the unit in the wrong spelling", "write Gbit/s"),
    ("25 mib/s", "has the unit in the wrong spelling", "write MiB/s"),
    ("25 MiBps", "has the unit in the wrong spelling", "write MiB/s"),
    ("25 GB/S", "has the unit in the wrong spelling", "write GB/s"),
    ("25 Gbit", "is an amount, not a rate", "write Gbit/s"),
    (
      "25 GB/h", "is not a rate per second",
      "write one of B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s, kbit/s, Mbit/s, Gbit/s"
    ),
    (
      "25 knots", "has the unknown unit 'knots'",
      "write one of B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s, kbit/s, Mbit/s, Gbit/s"
    ),
    ("1e309 B/s", "is too large", "write unlimited if nothing holds it back"),
    ("1e300 EB/s", "is too large", "write unlimited if nothing holds it back"),
    ("1e-400 B/s", "is too small", "write 0 B/s if nothing passes"),
    ("-1 B/s", "is negative", "write a rate, such as 25 Gbit/s or 150 MiB/s"),
    (
      "infinity B/s", "is not a number that can be counted with",
      "write a rate, such as 25 Gbit/s or 150 MiB/s"
    ),
  ])
  func `refuses what is not a rate, and says what to write`(text: String, fault: String, hint: String) {
    #expect(throws: QuantityError("'\(text)' \(fault)", hint: hint)) { try ByteRate(parsing: text) }
  }

  @Test(arguments: [
    (0, "0 B/s"), (3.125e9, "3.13 GB/s"), (1.2e9, "1.2 GB/s"), (5300, "5.3 kB/s"), (0.25, "0.25 B/s"),
    (.infinity, "unlimited"), (999_600, "1 MB/s"), (1e-9, "1e-09 B/s"), (1e40, "1e+22 EB/s"),
  ])
  func `prints short`(rate: Double, text: String) {
    #expect(ByteRate(bytesPerSecond: rate).description == text)
  }

  @Test func `prints in any family of units`() {
    let rate = ByteRate.bitsPerSecond(25e9)
    #expect(rate.formatted(.bits) == "25 Gbit/s")
    #expect(rate.formatted(.binary) == "2.91 GiB/s")
    #expect(ByteRate(bytesPerSecond: 0.125).formatted(.bits) == "1 bit/s")
    #expect(ByteRate(bytesPerSecond: .nan).formatted(.bits) == "nan B/s")
  }

  @Test func `the exact form parses back`() throws {
    #expect(ByteRate.bitsPerSecond(25e9).exactDescription == "3125 MB/s")
    #expect(ByteRate.unlimited.exactDescription == "unlimited")
    #expect(try ByteRate(parsing: "unlimited") == .unlimited)
    var random = Seeded(2)
    for _ in 0..<4000 {
      let whole = Double(random.magnitude())
      for value in [random.positiveDouble(), whole, whole / 3, whole / 1000] {
        let rate = ByteRate(bytesPerSecond: value)
        #expect(try ByteRate(parsing: rate.exactDescription) == rate)
      }
    }
  }

  @Test func `time and amount are each other's inverse`() {
    let rate = ByteRate.mebibytesPerSecond(100)
    #expect(rate.time(for: .mebibytes(250)) == .milliseconds(2500))
    #expect(rate.amount(in: .milliseconds(2500)) == .mebibytes(250))
    #expect(rate.time(for: .zero) == .zero)
    #expect(ByteRate.zero.time(for: Bytes(1)) == .max)
    #expect(ByteRate.zero < rate)
  }
}
