/// A part of a whole, 0...1, or a ratio of two like things.
public struct Fraction: Hashable, Sendable, BitwiseCopyable {
  /// 0.6 for 60 %.
  public var value: Double

  @inlinable public init(_ value: Double) { self.value = value }

  public static let zero = Fraction(0)
  public static let one = Fraction(1)
}

extension Fraction: Comparable {
  @inlinable public static func < (a: Fraction, b: Fraction) -> Bool { a.value < b.value }
}

extension Fraction: Codable {
  public init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Double.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

// MARK: - Text

extension Fraction {
  /// Reads `60 %` or `0.6`; both give the nearest `Double` to 0.6.
  ///
  /// - Parameters:
  ///   - text: what was written.
  ///   - limit: the greatest value that makes sense: 1 for a part of a whole, more for a ratio.
  public init(parsing text: String, upTo limit: Double = 1) throws(QuantityError) {
    var scanner = try QuantityScanner(text, expected: "a fraction, such as 60 % or 0.6")
    let number = try scanner.number()
    let unit = scanner.remainder()
    guard unit.isEmpty || unit == "%" else {
      throw scanner.error(
        "has the unknown unit '\(unit)'", hint: "write a percentage with %, or a plain number")
    }
    let value = number.value(timesTenTo: unit == "%" ? -2 : 0)
    guard value <= limit else {
      let most = Fraction(limit).description
      if unit.isEmpty, number.value(timesTenTo: -2) <= limit {
        throw scanner.error("is more than \(most)", hint: "write \(text) % if percent are meant")
      }
      throw scanner.error("is more than \(most)", hint: "write at most \(most)")
    }
    self.init(value)
  }

  /// A plain decimal number that parses back to the very same value.
  public var exactDescription: String { "\(value)" }
}

extension Fraction: CustomStringConvertible {
  /// A percentage of three digits: `60 %`.
  public var description: String { "\(shortNumber(value * 100)) %" }
}
