import Quantities
import TestTools
import Testing

@Suite struct BytesTests {
  @Test(arguments: [
    ("0 B", 0), ("1 B", 1), ("64 KiB", 65_536), ("64KiB", 65_536), ("  64   KiB  ", 65_536), ("5 kB", 5000),
    ("1.5 GiB", 1_610_612_736), ("0.5 KiB", 512), ("1.25 kB", 1250), ("200 GB", 200_000_000_000),
    ("200 GiB", 214_748_364_800), ("11.6 PB", 11_600_000_000_000_000), ("1 EB", 1_000_000_000_000_000_000),
    ("7 EiB", 8_070_450_532_247_928_832), ("9223372036854775807 B", .max), ("9.223372036854775807 EB", .max),
    ("1e3 B", 1000), ("1.5e3 kB", 1_500_000), ("2 TiB", 2_199_023_255_552), ("3 TB", 3_000_000_000_000),
    ("4 MB", 4_000_000), ("4 MiB", 4_194_304), ("1 PiB", 1_125_899_906_842_624), ("0.000 GB", 0),
    ("0e9 B", 0),
    ("0.0009765625 KiB", 1), ("5 EB", 5_000_000_000_000_000_000), ("12\u{a0}MB", 12_000_000), ("1E3 B", 1000),
    ("300e-2 B", 3),
  ])
  func `reads amounts exactly`(text: String, count: Int64) throws {
    #expect(try Bytes(parsing: text).count == count)
  }

  @Test(arguments: [
    ("200 G", "'200 G' is ambiguous", "write GB (10^9) or GiB (2^30)"),
    ("4k", "'4k' is ambiguous", "write kB (10^3) or KiB (2^10)"),
    ("4 KB", "'4 KB' is ambiguous", "write kB (10^3) or KiB (2^10)"),
    ("4 M", "'4 M' is ambiguous", "write MB (10^6) or MiB (2^20)"),
    ("4 gb", "'4 gb' has the unit in the wrong spelling", "write GB"),
    ("4 kb", "'4 kb' has the unit in the wrong spelling", "write kB"),
    ("4 Gb", "'4 Gb' has the unit in the wrong spelling", "write GB"),
    ("4 gib", "'4 gib' has the unit in the wrong spelling", "write GiB"),
    ("4 Gi", "'4 Gi' has the unit in the wrong spelling", "write GiB"),
    ("4 b", "'4 b' has the unit in the wrong spelling", "write B"),
    ("4 bytes", "'4 bytes' has the unit in the wrong spelling", "write B"),
    ("8 Gbit", "'8 Gbit' is in bits", "write an amount in bytes, such as MB or MiB; bits are for rates"),
    ("8 GB/s", "'8 GB/s' is a rate", "write an amount, without /s"),
    ("4", "'4' has no unit", "write one of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB"),
    (
      "4 parsec", "'4 parsec' has the unknown unit 'parsec'",
      "write one of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB"
    ),
    ("0.3 B", "'0.3 B' is no whole number of bytes", "write one that is, if need be in B"),
    ("0.3 KiB", "'0.3 KiB' is no whole number of bytes", "write one that is, if need be in B"),
    ("1e-99 GB", "'1e-99 GB' is no whole number of bytes", "write one that is, if need be in B"),
    (
      "9223372036854775808 B", "'9223372036854775808 B' is too large",
      "amounts go up to 9.22 EB (2^63 - 1 bytes)"
    ),
    ("8 EiB", "'8 EiB' is too large", "amounts go up to 9.22 EB (2^63 - 1 bytes)"),
    ("1e30 EB", "'1e30 EB' is too large", "amounts go up to 9.22 EB (2^63 - 1 bytes)"),
    ("1e99 B", "'1e99 B' is too large", "amounts go up to 9.22 EB (2^63 - 1 bytes)"),
    ("", "nothing is written", "write an amount of data, such as 4 GiB or 200 GB"),
    ("   ", "nothing is written", "write an amount of data, such as 4 GiB or 200 GB"),
    ("-4 GB", "'-4 GB' is negative", "write an amount of data, such as 4 GiB or 200 GB"),
    (
      "nan GB", "'nan GB' is not a number that can be counted with",
      "write an amount of data, such as 4 GiB or 200 GB"
    ),
    (
      "inf", "'inf' is not a number that can be counted with",
      "write an amount of data, such as 4 GiB or 200 GB"
    ),
    ("GB", "'GB' does not begin with a number", "write an amount of data, such as 4 GiB or 200 GB"),
    ("+4 GB", "'+4 GB' does not begin with a number", "write an amount of data, such as 4 GiB or 200 GB"),
    (".5 GB", "'.5 GB' begins with a point", "write a digit before it, such as 0.5"),
    (
      "5. GB", "'5. GB' has a point without digits behind it",
      "write an amount of data, such as 4 GiB or 200 GB"
    ),
    (
      "6,100 GB", "'6,100 GB' has digits in groups",
      "write the number without separators, with a point for fractions"
    ),
    (
      "6_100 B", "'6_100 B' has digits in groups",
      "write the number without separators, with a point for fractions"
    ),
    (
      "1e99999 B", "'1e99999 B' has an exponent beyond all bounds",
      "write an amount of data, such as 4 GiB or 200 GB"
    ),
    (
      "12345678901234567890123456789012345 B",
      "'12345678901234567890123456789012345 B' has too many digits", "34 are enough for anything"
    ),
    (
      "1.2.3 GB", "'1.2.3 GB' has the unknown unit '.3 GB'",
      "write one of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB"
    ),
  ])
  func `refuses what is not an amount, and says what to write`(text: String, message: String, hint: String) {
    #expect(throws: QuantityError(message, hint: hint)) { try Bytes(parsing: text) }
  }

  @Test func `an error reads as a sentence with its remedy`() {
    #expect(QuantityError("'4' has no unit", hint: "write B").description == "'4' has no unit: write B")
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1024, "1 KiB"), (65_536, "64 KiB"), (128_000, "128 kB"),
    (999_949, "1 MB"), (1_234_567, "1.23 MB"), (11_600_000_000_000_000, "11.6 PB"),
    (214_748_364_800, "200 GiB"), (1_610_612_736, "1536 MiB"), (200_000_000_000, "200 GB"),
    (1_264_196_608, "1.26 GB"), (-1_200_000, "-1.2 MB"), (-4096, "-4 KiB"), (.max, "9.22 EB"),
    (.min, "-8 EiB"),
  ])
  func `prints short and honest`(count: Int64, text: String) {
    #expect(Bytes(count).description == text)
  }

  @Test func `prints in either family of units`() {
    #expect(Bytes.gibibytes(200).formatted(.decimal) == "215 GB")
    #expect(Bytes.gigabytes(200).formatted(.binary) == "186 GiB")
    #expect(Bytes.megabytes(1).formatted(.binary) == "977 KiB")
    #expect(Bytes(1023).formatted(.binary) == "1023 B")
    #expect(Bytes(-1024).formatted(.binary) == "-1 KiB")
  }

  @Test func `the exact form is short and parses back`() throws {
    #expect(Bytes.gibibytes(200).exactDescription == "200 GiB")
    #expect(Bytes(1_610_612_736).exactDescription == "1536 MiB")
    #expect(Bytes(5300).exactDescription == "5300 B")
    #expect(Bytes.zero.exactDescription == "0 B")
    #expect(Bytes(-2048).exactDescription == "-2 KiB")
    var random = Seeded(1)
    for _ in 0..<4000 {
      let count = random.magnitude()
      for bytes in [Bytes(count), Bytes(count & ~0xFFFFF), Bytes(count / 1_000_000 * 1_000_000)] {
        #expect(try Bytes(parsing: bytes.exactDescription) == bytes)
      }
    }
  }
}
