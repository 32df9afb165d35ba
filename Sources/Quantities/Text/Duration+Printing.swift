extension Duration {
  /// A whole number of the largest unit that allows it, which parses back to the very same value (for lengths that are
  /// not negative): `90 min`, or `never` for ``max``.
  public var exactDescription: String {
    if self == .max { return "never" }
    let unit = TimeUnit.all.first { nanoseconds % $0.nanoseconds == 0 && $0.nanoseconds <= Duration.day }
    guard nanoseconds != 0, let unit else { return "0 s" }
    return "\(nanoseconds / unit.nanoseconds) \(unit.name)"
  }

  /// In seconds, exactly: `90`, `0.25`, `-1.000000001`. No digit is lost, none is invented.
  public var decimalSeconds: String {
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: UInt64(Duration.second))
    let sign = nanoseconds < 0 ? "-" : ""
    guard rest != 0 else { return "\(sign)\(whole)" }
    var digits = String(rest)
    digits = String(repeating: "0", count: 9 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }

  private static let second: Int64 = 1_000_000_000
  private static let day: Int64 = 86_400 * second
}

extension Duration: CustomStringConvertible {
  /// About three significant digits: `450 ms`, `47.2 s`, `12 min 5 s`, `5 h 20 min`, `3.2 d`, `2.5 y`, or `never`.
  public var description: String {
    if self == .max { return "never" }
    let text = Duration.magnitudeDescription(nanoseconds.magnitude)
    return nanoseconds < 0 ? "-" + text : text
  }

  private static func magnitudeDescription(_ nanoseconds: UInt64) -> String {
    let value = Double(nanoseconds)
    // Each limit lies where rounding would reach the next unit.
    switch value / Double(second) {
    case 0: return "0 s"
    case ..<0.999_5e-6: return "\(nanoseconds) ns"
    case ..<0.999_5e-3: return "\(shortNumber(value / 1e3)) µs"
    case ..<0.999_5: return "\(shortNumber(value / 1e6)) ms"
    case ..<59.95: return "\(shortNumber(value / 1e9)) s"
    case ..<3599.5: return pair(value / 1e9, "min", "s")
    case ..<86_370: return pair(value / 60e9, "h", "min")
    case ..<31_536_000: return "\(shortNumber(value / 86_400e9)) d"
    case let seconds: return "\(shortNumber(seconds / 31_536_000)) y"
    }
  }

  /// `12 min 5 s` from 725.3 of the smaller unit, sixty of which make one of the larger.
  private static func pair(_ value: Double, _ large: String, _ small: String) -> String {
    let (whole, rest) = UInt64(value.rounded()).quotientAndRemainder(dividingBy: 60)
    return rest == 0 ? "\(whole) \(large)" : "\(whole) \(large) \(rest) \(small)"
  }
}

extension Instant: CustomStringConvertible {
  /// The time since the origin: `12 min 5 s`.
  public var description: String { Duration(nanoseconds: nanoseconds).description }
}
