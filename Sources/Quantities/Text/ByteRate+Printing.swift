extension ByteRate {
  /// Which units a rate is written in.
  public enum Style: Sendable {
    /// Bytes in powers of 1000: `GB/s`.
    case decimal
    /// Bytes in powers of 1024: `GiB/s`.
    case binary
    /// Bits in powers of 1000: `Gbit/s`.
    case bits
  }

  /// Three significant digits in the largest unit that fits: `1.25 GB/s` or `10 Gbit/s`.
  public func formatted(_ style: Style) -> String {
    guard bytesPerSecond.isFinite else { return bytesPerSecond > 0 ? "unlimited" : "\(bytesPerSecond) B/s" }
    let units =
      switch style {
      case .decimal: DataUnit.decimal
      case .binary: DataUnit.binary
      case .bits: DataUnit.bits
      }
    let unit = fittingUnit(bytesPerSecond.magnitude, among: units)
    return "\(shortNumber(bytesPerSecond / unit.size)) \(unit.name)/s"
  }

  /// A text that parses back to the very same value: `1200 MB/s`, `0.1 B/s` or `unlimited`.
  public var exactDescription: String {
    if bytesPerSecond == .infinity { return "unlimited" }
    if bytesPerSecond >= 0, bytesPerSecond < 0x1p53, let whole = UInt64(exactly: bytesPerSecond) {
      return exactData(whole) + "/s"
    }
    return "\(bytesPerSecond) B/s"
  }
}

extension ByteRate: CustomStringConvertible {
  /// Three significant digits in powers of 1000: `1.25 GB/s`.
  public var description: String { formatted(.decimal) }
}
