/// How many things happen in a time, such as 80 a day.
public struct EventRate: Hashable, Sendable, BitwiseCopyable {
  public var perSecond: Double

  @inlinable public init(perSecond: Double) { self.perSecond = perSecond }

  /// `count` in each `period`.
  @inlinable public init(_ count: Double, per period: Duration) { perSecond = count / period.seconds }

  public static let zero = EventRate(perSecond: 0)
}

extension EventRate: Comparable {
  @inlinable public static func < (a: EventRate, b: EventRate) -> Bool { a.perSecond < b.perSecond }
}

extension EventRate: Codable {
  public init(from decoder: any Decoder) throws {
    perSecond = try decoder.singleValueContainer().decode(Double.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(perSecond)
  }
}

// MARK: - Text

extension EventRate {
  /// Reads a rate of events such as `80 / d`, `0.5/h` or `3 / s`; the units of time are those of ``Duration``.
  public init(parsing text: String) throws(QuantityError) {
    var scanner = try QuantityScanner(text, expected: "a rate of events, such as 80 / d")
    let number = try scanner.number()
    guard scanner.slash() else {
      throw scanner.error(
        "does not say per what time", hint: "write a slash and a unit of time, such as 80 / d")
    }
    let name = scanner.remainder()
    guard let unit = TimeUnit.named(name) else { throw TimeUnit.wrong(name, scanner) }
    let second: Int64 = 1_000_000_000
    let value =
      unit.nanoseconds >= second
      ? number.value() / Double(unit.nanoseconds / second)
      : number.value() * Double(second / unit.nanoseconds)
    guard value.isFinite else { throw scanner.error("is too large", hint: "write a rate that can happen") }
    self.init(perSecond: value)
  }

  /// A text that parses back to the very same value, per second.
  public var exactDescription: String { "\(perSecond) / s" }
}

extension EventRate: CustomStringConvertible {
  /// Three digits per the shortest time that gives a whole number, or else per the shortest that gives at least one:
  /// `80 / d`.
  public var description: String {
    let units = TimeUnit.all.filter { $0.nanoseconds >= 1_000_000_000 }.reversed()
    func count(_ unit: TimeUnit) -> Double { perSecond * Double(unit.nanoseconds / 1_000_000_000) }
    let whole = units.first { unit in
      let count = count(unit)
      return count.rounded() >= 1 && abs(count - count.rounded()) <= 1e-12 * count && count < 1000
    }
    guard let unit = whole ?? units.first(where: { count($0) >= 1 }) ?? units.last else {
      return exactDescription
    }
    return perSecond == 0 ? "0 / s" : "\(shortNumber(count(unit))) / \(unit.name)"
  }
}
