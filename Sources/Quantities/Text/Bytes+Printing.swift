extension Bytes {
  /// Which units an amount is written in.
  public enum Style: Sendable {
    /// Powers of 1000: `kB`, `MB`, `GB`.
    case decimal
    /// Powers of 1024: `KiB`, `MiB`, `GiB`.
    case binary
  }

  /// Three significant digits in the largest unit that fits: `215 GB` or `200 GiB`.
  public func formatted(_ style: Style) -> String {
    let units = style == .decimal ? DataUnit.decimal : DataUnit.binary
    let magnitude = Double(count.magnitude)
    let unit = fittingUnit(magnitude, among: units)
    return "\(count < 0 ? "-" : "")\(shortNumber(magnitude / unit.size)) \(unit.name)"
  }

  /// The shortest exact form, which parses back to the very same value (for amounts that are not negative):
  /// `1536 MiB`.
  public var exactDescription: String { (count < 0 ? "-" : "") + exactData(count.magnitude) }
}

extension Bytes: CustomStringConvertible {
  /// Three significant digits in powers of 1000 (`11.6 PB`), unless the amount is exactly a whole number of a binary
  /// unit and no such decimal one (`200 GiB`).
  public var description: String {
    let decimal = fittingUnit(Double(count.magnitude), among: DataUnit.decimal)
    let threeDigitsAreExact = UInt128(count.magnitude) * 100 % decimal.bytes == 0
    let binary = DataUnit.binary.last { UInt128(count.magnitude) % $0.bytes == 0 }
    guard !threeDigitsAreExact, let binary, binary.power2 > 0 else { return formatted(.decimal) }
    let number = UInt128(count.magnitude) / binary.bytes
    return number < 10_240 ? "\(count < 0 ? "-" : "")\(number) \(binary.name)" : formatted(.decimal)
  }
}
