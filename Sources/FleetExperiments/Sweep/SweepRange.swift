internal import Quantities

/// From one number to another: `10..160 MiB/s/16`.
///
/// Where neither end has a unit or a decimal point only whole numbers are taken: so many hosts, so many slots. Other
/// values are rounded to six digits, so that a point of a sweep can be typed again.
public struct SweepRange: Hashable, Codable, Sendable {
  public var low: Double
  public var high: Double
  /// What follows each number.
  public var unit: String
  public var isWhole: Bool
  /// Of a grid; `nil` where it was not said.
  public var steps: Int?

  /// The most values that a range gives to a grid.
  public static let mostValues = 1_000
  /// What a range with a unit is cut into where nothing is said.
  public static let usualSteps = 10

  public init(low: Double, high: Double, unit: String, isWhole: Bool, steps: Int? = nil) {
    (self.low, self.high, self.unit, self.isWhole, self.steps) = (low, high, unit, isWhole, steps)
  }

  /// - Returns: `nil` for what is no range at all.
  init?(parsing text: String, of path: String) throws(SweepError) {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let first = SweepRange.split(String(text[..<dots.lowerBound]))
    var rest = String(text[dots.upperBound...])
    guard let from = first.number else { return nil }
    if let slash = rest.lastIndex(of: "/"), let count = Int(rest[rest.index(after: slash)...]) {
      guard (1..<SweepRange.mostValues).contains(count) else {
        throw SweepError(
          "'\(path)' is to be cut into \(count) steps", remedy: "from 1 to \(SweepRange.mostValues - 1)")
      }
      steps = count
      rest = String(rest[..<slash])
    }
    let last = SweepRange.split(rest)
    guard let to = last.number else { return nil }
    guard first.unit.isEmpty || first.unit == last.unit else {
      throw SweepError(
        "the ends of the range of '\(path)' have two units, '\(first.unit)' and '\(last.unit)'",
        remedy: "write both in one unit")
    }
    guard from < to else {
      throw SweepError("the range of '\(path)' does not rise: \(text)", remedy: "the lower end first")
    }
    (low, high, unit) = (from, to, last.unit)
    isWhole = last.unit.isEmpty && first.isWhole && last.isWhole
  }

  func gridValues(of path: String) throws(SweepError) -> [String] {
    guard isWhole, steps == nil else {
      let steps = steps ?? SweepRange.usualSteps
      var values: [String] = []
      for step in 0...steps {
        let value = text(low + (high - low) * Double(step) / Double(steps))
        if values.last != value { values.append(value) }
      }
      return values
    }
    guard high - low < Double(SweepRange.mostValues) else {
      throw SweepError(
        "the range of '\(path)' has \(Figure.text(high - low + 1, .count)) values",
        remedy:
          "at most \(SweepRange.mostValues); say in how many steps, such as \(text(low))..\(text(high))/10")
    }
    return stride(from: low, through: high, by: 1).map(text)
  }

  /// The value at a place between 0 and 1; whole numbers are all as likely.
  func value(at share: Double) -> String {
    isWhole
      ? text(min(low + (share * (high - low + 1)).rounded(.down), high)) : text(low + share * (high - low))
  }

  /// A value as it is written in a scenario.
  public func text(_ value: Double) -> String {
    let number: String
    if isWhole {
      number = value.wholeText
    } else {
      var scale = 1.0
      while abs(value) * scale < 99_999.5, scale < 1e9, value != 0 { scale *= 10 }
      let rounded = (value * scale).rounded() / scale
      number = rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
    return unit.isEmpty ? number : "\(number) \(unit)"
  }

  /// A number, what follows it, and whether it has no decimal point.
  static func split(_ text: String) -> (number: Double?, unit: String, isWhole: Bool) {
    let trimmed = text.drop { $0 == " " }
    let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    var unit = trimmed.dropFirst(digits.count).drop { $0 == " " }
    while unit.last == " " { unit = unit.dropLast() }
    let number = Double(digits).flatMap { abs($0) < 1e15 ? $0 : nil }
    return (number, String(unit), !digits.contains("."))
  }
}
