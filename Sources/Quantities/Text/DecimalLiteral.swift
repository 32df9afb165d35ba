/// A decimal number exactly as written: `digits * 10^exponent`.
struct DecimalLiteral {
  /// Without trailing zeros (zero itself apart).
  let digits: UInt128
  let exponent: Int

  /// More digits than a `Double` or a count of bytes can tell apart, and few enough for exact arithmetic.
  static let digitLimit = 34

  init(digits: UInt128, exponent: Int) {
    var (digits, exponent) = (digits, exponent)
    while digits != 0, digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    self.digits = digits
    self.exponent = digits == 0 ? 0 : exponent
  }

  /// The nearest `Double` to `self * 10^power`; infinite where it is too large.
  func value(timesTenTo power: Int = 0) -> Double {
    // The text is well formed, so the conversion (correctly rounded) can't fail.
    Double("\(digits)e\(exponent + power)") ?? .nan
  }

  enum Whole: Equatable {
    case number(Int64)
    case notWhole
    case tooLarge
  }

  /// `self * factor` in exact arithmetic, if it is a whole number that fits.
  func whole(times factor: UInt128) -> Whole {
    guard exponent < 0 else {
      guard exponent <= 38 else { return .tooLarge }
      return DecimalLiteral.number(digits.multipliedReportingOverflow(by: powerOfTen(exponent)), factor)
    }
    guard exponent >= -38 else { return .notWhole }
    let divisor = powerOfTen(-exponent)
    let common = greatestCommonDivisor(factor, divisor)
    let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: divisor / common)
    return remainder == 0 ? DecimalLiteral.number((quotient, false), factor / common) : .notWhole
  }

  private static func number(_ part: (partialValue: UInt128, overflow: Bool), _ factor: UInt128) -> Whole {
    let (product, overflow) = part.partialValue.multipliedReportingOverflow(by: factor)
    guard !part.overflow, !overflow, let number = Int64(exactly: product) else { return .tooLarge }
    return .number(number)
  }
}

func powerOfTen(_ exponent: Int) -> UInt128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

private func greatestCommonDivisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
