import Quantities
import TestTools
import Testing

@Suite struct DurationTests {
  @Test(arguments: [
    ("0 s", 0), ("1 ns", 1), ("1 us", 1000), ("1 µs", 1000), ("1 \u{3bc}s", 1000), ("250 ms", 250_000_000),
    ("20 s", 20_000_000_000), ("30 min", 1_800_000_000_000), ("1.5 h", 5_400_000_000_000),
    ("3 d", 259_200_000_000_000), ("2 w", 1_209_600_000_000_000), ("2 y", 63_072_000_000_000_000),
    ("1.5h", 5_400_000_000_000), ("12 min 5 s", 725_000_000_000), ("12min5s", 725_000_000_000),
    ("1 d 2 h 3 min 4 s 5 ms 6 us 7 ns", 93_784_005_006_007), ("0.1 y", 3_153_600_000_000_000),
    ("9223372036854775807 ns", .max), ("never", .max), ("1e3 s", 1_000_000_000_000), ("1.5 us", 1500),
  ])
  func `reads lengths of time exactly`(text: String, nanoseconds: Int64) throws {
    #expect(try Duration(parsing: text).nanoseconds == nanoseconds)
  }

  static let units = "write one of ns, us, ms, s, min, h, d, w, y (365 d)"

  @Test(arguments: [
    ("20", "has no unit", units), ("20 m", "is ambiguous", "write min for minutes or ms for milliseconds"),
    ("20 M", "is ambiguous", "write min for minutes or ms for milliseconds"),
    ("2 months", "is in months, which differ in length", "write days, such as 30 d"),
    ("2 hours", "has the unit in the wrong spelling", "write h"),
    ("2 H", "has the unit in the wrong spelling", "write h"),
    ("2 sec", "has the unit in the wrong spelling", "write s"),
    ("2 MS", "has the unit in the wrong spelling", "write ms"),
    ("2 mins", "has the unit in the wrong spelling", "write min"),
    ("2 usec", "has the unit in the wrong spelling", "write us"),
    ("2 years", "has the unit in the wrong spelling", "write y"),
    ("2 days", "has the unit in the wrong spelling", "write d"),
    ("2 wk", "has the unit in the wrong spelling", "write w"),
    ("2 nsec", "has the unit in the wrong spelling", "write ns"),
    ("2 fortnights", "has the unknown unit 'fortnights'", units),
    ("2 /s", "has the unknown unit '/s'", units),
    ("5 s 12 min", "has its parts out of order", "write larger units first, each once: 1 h 20 min"),
    ("5 s 5 s", "has its parts out of order", "write larger units first, each once: 1 h 20 min"),
    ("5 h and", "does not begin with a number", "write a length of time, such as 90 s or 1.5 h"),
    ("1.5 ns", "is no whole number of nanoseconds", "write it in ns, rounded"),
    ("293 y", "is too long", "times go up to 292 y; write never for one that does not end"),
    ("292 y 52 w", "is too long", "times go up to 292 y; write never for one that does not end"),
    ("-3 s", "is negative", "write a length of time, such as 90 s or 1.5 h"),
    ("1 h -3 s", "is negative", "write a length of time, such as 90 s or 1.5 h"),
    ("NaN s", "is not a number that can be counted with", "write a length of time, such as 90 s or 1.5 h"),
  ])
  func `refuses what is not a length of time, and says what to write`(
    text: String, fault: String, hint: String
  ) {
    #expect(throws: QuantityError("'\(text)' \(fault)", hint: hint)) { try Duration(parsing: text) }
  }

  @Test(arguments: [
    (0, "0 s"), (850, "850 ns"), (12_300, "12.3 µs"), (999_600, "1 ms"), (450_000_000, "450 ms"),
    (999_600_000, "1 s"), (47_200_000_000, "47.2 s"), (59_940_000_000, "59.9 s"), (59_960_000_000, "1 min"),
    (725_000_000_000, "12 min 5 s"), (3_599_400_000_000, "59 min 59 s"), (3_599_600_000_000, "1 h"),
    (19_200_000_000_000, "5 h 20 min"), (86_399_000_000_000, "1 d"), (276_480_000_000_000, "3.2 d"),
    (254 * 86_400_000_000_000, "254 d"), (78_840_000_000_000_000, "2.5 y"), (.max, "never"),
    (-450_000_000, "-450 ms"), (.min, "-292 y"),
  ])
  func `prints short and honest`(nanoseconds: Int64, text: String) {
    #expect(Duration(nanoseconds: nanoseconds).description == text)
    if nanoseconds != .max { #expect(Instant(nanoseconds: nanoseconds).description == text) }
  }

  @Test func `the exact form parses back`() throws {
    #expect(Duration.minutes(90).exactDescription == "90 min")
    #expect(Duration.days(365).exactDescription == "365 d")
    #expect(Duration.zero.exactDescription == "0 s")
    #expect(Duration.max.exactDescription == "never")
    #expect(Duration.seconds(-2).exactDescription == "-2 s")
    var random = Seeded(3)
    for _ in 0..<4000 {
      let count = random.magnitude()
      let factors: [Int64] = [1, 1000, 1_000_000, 60_000_000_000, 86_400_000_000_000]
      let factor = factors.randomElement(using: &random) ?? 1
      for value in [count, count / factor * factor] {
        let duration = Duration(nanoseconds: value)
        #expect(try Duration(parsing: duration.exactDescription) == duration)
      }
    }
  }

  @Test(arguments: [
    (0, "0"), (1, "0.000000001"), (1_000_000_000, "1"), (-1_500_000_000, "-1.5"),
    (.max, "9223372036.854775807"), (.min, "-9223372036.854775808"),
  ])
  func `in seconds, no digit is lost`(nanoseconds: Int64, text: String) {
    #expect(Duration(nanoseconds: nanoseconds).decimalSeconds == text)
  }

  @Test func `arithmetic stays at its ends`() {
    #expect(Duration.max + .seconds(1) == .max)
    #expect(Duration(nanoseconds: .min) + Duration(nanoseconds: -1) == Duration(nanoseconds: .min))
    let least = Duration(nanoseconds: .min)
    #expect(Duration.zero - least == .max && least - .nanoseconds(1) == least && least - least == .zero)
    #expect(Instant.zero - Instant(nanoseconds: .min) == .max)
    #expect(Instant(nanoseconds: .min) - Instant(nanoseconds: 1) == least)
    #expect(Instant.zero - least == .distantFuture)
    #expect(Instant(nanoseconds: .min) - .nanoseconds(1) == Instant(nanoseconds: .min))
    #expect(Duration.seconds(3) * 0.5 == .milliseconds(1500))
    #expect(Duration.max * 0.5 == .max)
    #expect(Duration(seconds: .nan) == .max)
    #expect(Duration(seconds: -1e300).nanoseconds == .min)
    #expect(Duration(roundingUpSeconds: 1.1e-9).nanoseconds == 2)
    #expect(Duration.hours(2) - .minutes(30) == .minutes(90))
    #expect(Instant.distantFuture + .seconds(1) == .distantFuture)
    #expect(Instant(nanoseconds: 5) - Instant(nanoseconds: 3) == .nanoseconds(2))
    #expect(Instant(nanoseconds: 5) - .nanoseconds(2) == Instant(nanoseconds: 3))
    #expect(Instant.zero < .distantFuture && Instant.distantFuture.seconds > 9e9)
  }
}
