internal import Quantities

/// What a number counts, which decides how people write it.
package enum FigureKind: Hashable, Sendable {
  case count, bytes, seconds, share

  /// The word that error messages use.
  var words: String {
    switch self {
    case .count: "a number"
    case .bytes: "an amount of data"
    case .seconds: "a time"
    case .share: "a share"
    }
  }
}

/// Numbers as people read them: a unit that fits, no more digits than the number bears, thousands set apart.
package enum Figure {
  /// A total or a count: `57,012`, `11.6 PB`, `6,112 h`, `98.3 %`; at least `digits` significant digits, and all of
  /// those before the point.
  package static func text(_ value: Double, _ kind: FigureKind, digits: Int = 3) -> String {
    let unit = FigureUnit.fitting(value, kind)
    return short(value / unit.size, digits: digits) + unit.suffix
  }

  /// The unit that suits a quantity and all smaller ones, and what one of it is: for the axis of a chart.
  package static func unit(fitting value: Double, _ kind: FigureKind) -> (name: String, size: Double) {
    let unit = FigureUnit.fitting(value, kind)
    return (unit.suffix.trimmingPrefix(" ").description, unit.size)
  }

  /// A length of time of one move or attempt: `450 ms`, `46.2 s`, `12 min 5 s`, `3.2 h`, `5.1 d`.
  package static func span(_ seconds: Double) -> String {
    let hour = 3600.0
    switch abs(seconds) {
    case ..<3599.5: return Duration(seconds: seconds).description
    case ..<(48 * hour): return short(seconds / hour) + " h"
    case ..<(730 * 24 * hour): return short(seconds / (24 * hour)) + " d"
    default: return short(seconds / (365 * 24 * hour)) + " y"
    }
  }

  /// `98.3 %` of a whole; never rounded to all or nothing where it is neither. `nil` of nothing.
  package static func share(_ part: Double, of whole: Double) -> String? {
    guard whole != 0 else { return nil }
    let share = part / whole
    if share > 0.999_9, share < 1 { return "> 99.99 %" }
    if share > 0, share < 0.000_1 { return "< 0.01 %" }
    return short(share * 100, digits: share < 0.01 ? 2 : share > 0.999 && share < 1 ? 4 : 3) + " %"
  }

  /// A mean and the interval behind it, in one unit, rounded where the interval's half width has one or two digits:
  /// `6,112 h` and `(6,098 to 6,126)`.
  ///
  /// - Parameters:
  ///   - isSigned: whether the quantity can be negative; the interval of one that cannot is cut at zero, that of a share
  ///     at one.
  ///   - other: beside which it stands, and whose unit it takes.
  /// - Returns: no interval where there is but one replication; `(each time)` where all had the same, to the rounding of
  ///   sums; nothing where that was none.
  package static func text(
    _ estimate: Estimate, _ kind: FigureKind, isSigned: Bool = false, unitOf other: Estimate? = nil
  ) -> (mean: String, interval: String?) {
    guard let low = estimate.low, let high = estimate.high else { return (text(estimate.mean, kind), nil) }
    guard hasWidth(low, high) else {
      return (text(estimate.mean, kind), estimate.mean == 0 ? "" : "(each time)")
    }
    var (unit, places) = scale(of: estimate, low, high, kind)
    if let other, let otherLow = other.low, let otherHigh = other.high {
      unit = scale(of: other, otherLow, otherHigh, kind).unit
      places = Figure.places(of: (high - low) / 2 / unit.size, mean: estimate.mean / unit.size, kind)
    }
    // Two places of a percentage are enough, unless they leave nothing of a difference.
    while kind == .share, isSigned, estimate.mean != 0, places < 6,
      max(abs(low), abs(high)) / unit.size < 5 / power(10, places)
    {
      places += 1
    }
    let lowest = isSigned ? low : max(0, low)
    let highest = kind == .share && !isSigned ? min(1, high) : high
    return (
      decimal(estimate.mean / unit.size, places) + unit.suffix,
      "(\(decimal(lowest / unit.size, places)) to \(decimal(highest / unit.size, places)))"
    )
  }

  /// A mean and half of the interval behind it, in one unit, rounded as that half is: `28 ± 11 min`.
  ///
  /// - Returns: the mean alone where there is but one replication.
  package static func plusMinus(_ estimate: Estimate, _ kind: FigureKind) -> String {
    guard let low = estimate.low, let high = estimate.high else { return text(estimate.mean, kind) }
    guard hasWidth(low, high) else {
      let unit = FigureUnit.fitting(estimate.mean, kind)
      return short(estimate.mean / unit.size) + " ± 0" + unit.suffix
    }
    let (unit, places) = scale(of: estimate, low, high, kind)
    return decimal(estimate.mean / unit.size, places) + " ± " + decimal((high - low) / 2 / unit.size, places)
      + unit.suffix
  }

  /// A place and the ends of its interval, in the unit in which they are given, rounded as the interval's half width is.
  ///
  /// - Parameter isWhole: whether there is nothing between whole numbers.
  package static func place(
    _ value: Double, _ low: Double, _ high: Double, isWhole: Bool
  ) -> (value: String, low: String, high: String) {
    let places = places(of: (high - low) / 2, mean: value, .seconds)
    let words = [value, low, high].map { decimal($0, isWhole ? min(0, places) : places) }
    return (words[0], words[1], words[2])
  }

  /// Whether the ends of an interval are further apart than sums of the same numbers are by rounding.
  private static func hasWidth(_ low: Double, _ high: Double) -> Bool {
    high - low > 1e-12 * max(abs(low), abs(high))
  }

  /// The unit that suits the mean, and decimal places that suit the interval; where these leave nothing of the mean, the
  /// unit suits the interval as well.
  private static func scale(
    of estimate: Estimate, _ low: Double, _ high: Double, _ kind: FigureKind
  ) -> (unit: FigureUnit, places: Int) {
    func scale(fitting value: Double) -> (FigureUnit, Int) {
      let unit = FigureUnit.fitting(value, kind)
      return (unit, places(of: (high - low) / 2 / unit.size, mean: estimate.mean / unit.size, kind))
    }
    let own = scale(fitting: estimate.mean)
    return isNothing(decimal(estimate.mean / own.0.size, own.1))
      ? scale(fitting: max(abs(low), abs(high))) : own
  }

  /// Whether all digits of a number, as it is written, are zero.
  package static func isNothing(_ text: String) -> Bool { !text.contains { ("1"..."9").contains($0) } }

  /// A mean of counts in a table: whole from ten on.
  package static func count(_ value: Double) -> String {
    abs(value) >= 9.95 ? decimal(value, 0) : short(value, digits: 2)
  }

  /// `1 host`, `24 hosts`.
  package static func counted(_ number: Int, _ noun: String) -> String {
    "\(decimal(Double(number), 0)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// The same quantity of several things, in the unit and with the places that suit the largest, so that they compare
  /// at a glance; what would vanish in that has its own unit.
  package static func column(_ values: [Double], _ kind: FigureKind) -> [String] {
    let largest = values.map(abs).max() ?? 0
    let unit = FigureUnit.fitting(largest, kind)
    let top = largest / unit.size
    let places = top == 0 || top >= 99.95 ? 0 : top >= 9.995 ? 1 : 2
    return values.map { value in
      let text = decimal(value / unit.size, places)
      return value != 0 && isNothing(text) ? self.text(value, kind) : text + unit.suffix
    }
  }

  // MARK: - Digits

  /// How many decimal places leave the half width two digits up to 35, one beyond (the rounding of the Particle Data
  /// Group's tables); negative for tens and hundreds.
  private static func places(of halfWidth: Double, mean: Double, _ kind: FigureKind) -> Int {
    var (places, rest) = (0, halfWidth)
    while rest < 3.55, places < 4 {
      rest *= 10
      places += 1
    }
    while rest >= 35.5 {
      rest /= 10
      places -= 1
    }
    // Things are counted one by one; parts of them are worth showing only where there are few.
    switch kind {
    case .count: return min(max(0, places), abs(mean) >= 100 ? 0 : abs(mean) >= 10 ? 1 : 2)
    case .share: return min(places, 2)
    case .bytes, .seconds: return places
    }
  }

  /// At least `digits` significant digits, all of those before the point, no zeros at the end.
  package static func short(_ value: Double, digits: Int = 3) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    var (places, scaled) = (0, abs(value))
    let enough = power(10, digits - 1)
    while scaled < enough, places < 9 {
      scaled *= 10
      places += 1
    }
    var text = decimal(value, places)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// With so many decimal places (negative: rounded to tens, hundreds), thousands set apart by commas.
  package static func decimal(_ value: Double, _ places: Int) -> String {
    let scale = power(10, abs(places))
    let rounded = places < 0 ? (abs(value) / scale).rounded() * scale : (abs(value) * scale).rounded()
    guard rounded.isFinite, rounded < 1e18 else { return "\(value)" }
    let whole = UInt64(rounded)
    let unit = places > 0 ? UInt64(scale) : 1
    var text = grouped(whole / unit)
    if places > 0 {
      let rest = String(whole % unit)
      text += "." + String(repeating: "0", count: places - rest.count) + rest
    }
    return value < 0 && whole != 0 ? "-" + text : text
  }

  private static func grouped(_ number: UInt64) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<max(0, exponent)).reduce(1) { product, _ in product * base }
  }
}

/// A unit and what one of it is.
private struct FigureUnit {
  let suffix: String
  let size: Double

  private static let bytes = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]

  static func fitting(_ value: Double, _ kind: FigureKind) -> FigureUnit {
    let value = abs(value)
    switch kind {
    case .count: return FigureUnit(suffix: "", size: 1)
    case .share: return FigureUnit(suffix: " %", size: 0.01)
    case .bytes:
      var (size, index) = (1.0, 0)
      while value >= 999.5 * size, index + 1 < bytes.count {
        size *= 1000
        index += 1
      }
      return FigureUnit(suffix: " " + bytes[index], size: size)
    case .seconds:
      // Totals are read in hours, however many.
      if value >= 3600 { return FigureUnit(suffix: " h", size: 3600) }
      if value >= 120 { return FigureUnit(suffix: " min", size: 60) }
      return value >= 0.9995 || value == 0
        ? FigureUnit(suffix: " s", size: 1) : FigureUnit(suffix: " ms", size: 0.001)
    }
  }
}
