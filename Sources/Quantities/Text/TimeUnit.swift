/// A unit of time: a whole number of nanoseconds.
struct TimeUnit {
  let name: String
  let nanoseconds: Int64

  /// Descending. A year is 365 days, for want of a calendar in a simulation; a month has no fixed length at all.
  static let all = [
    TimeUnit(name: "y", nanoseconds: 365 * 86_400_000_000_000),
    TimeUnit(name: "w", nanoseconds: 7 * 86_400_000_000_000),
    TimeUnit(name: "d", nanoseconds: 86_400_000_000_000),
    TimeUnit(name: "h", nanoseconds: 3_600_000_000_000),
    TimeUnit(name: "min", nanoseconds: 60_000_000_000),
    TimeUnit(name: "s", nanoseconds: 1_000_000_000),
    TimeUnit(name: "ms", nanoseconds: 1_000_000),
    TimeUnit(name: "µs", nanoseconds: 1000),
    TimeUnit(name: "ns", nanoseconds: 1),
  ]

  static func named(_ name: String) -> TimeUnit? {
    // `us`, micro sign and the Greek letter mean the same.
    let micro = name == "us" || name == "\u{3bc}s"
    return all.first { $0.name == (micro ? "µs" : name) }
  }

  // MARK: - Hints

  static let known = "write one of ns, us, ms, s, min, h, d, w, y (365 d)"

  static func wrong(_ name: String, _ scanner: QuantityScanner) -> QuantityError {
    if name.isEmpty { return scanner.error("has no unit", hint: known) }
    let lowercase = name.lowercased()
    if lowercase == "m" {
      return scanner.error("is ambiguous", hint: "write min for minutes or ms for milliseconds")
    }
    if ["mo", "mon", "month", "months"].contains(lowercase) {
      return scanner.error("is in months, which differ in length", hint: "write days, such as 30 d")
    }
    if let right = spellings.first(where: { $0.wrong.contains(lowercase) })?.right ?? named(lowercase)?.name {
      return scanner.error("has the unit in the wrong spelling", hint: "write \(right)")
    }
    return scanner.error("has the unknown unit '\(name)'", hint: known)
  }

  private static let spellings: [(right: String, wrong: [String])] = [
    ("y", ["yr", "yrs", "year", "years", "a"]), ("w", ["wk", "wks", "week", "weeks"]),
    ("d", ["day", "days"]), ("h", ["hr", "hrs", "hour", "hours"]), ("min", ["mins", "minute", "minutes"]),
    ("s", ["sec", "secs", "second", "seconds"]), ("ms", ["msec", "msecs", "millisecond", "milliseconds"]),
    ("us", ["usec", "usecs", "microsecond", "microseconds"]),
    ("ns", ["nsec", "nsecs", "nanosecond", "nanoseconds"]),
  ]
}
