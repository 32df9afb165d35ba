/// A number to three significant digits, without trailing zeros; the digits before the point are all kept.
///
/// Beyond 10^15 and below 10^-6 it is written with an exponent.
func shortNumber(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
  if value < 0 { return "-" + shortNumber(-value) }
  guard value < 1e15, value >= 1e-6 else { return "\(value)" }
  var decimals = 0
  var scale = 1.0
  while value * scale < 99.95, decimals < 8 {
    decimals += 1
    scale *= 10
  }
  let scaled = UInt64((value * scale).rounded())
  let unit = UInt64(scale)
  guard scaled % unit != 0 else { return "\(scaled / unit)" }
  var digits = String(scaled % unit)
  digits = String(repeating: "0", count: decimals - digits.count) + digits
  while digits.last == "0" { digits.removeLast() }
  return "\(scaled / unit).\(digits)"
}

/// The largest unit of which `value` makes at least one when rounded to three digits; the first if there is none.
func fittingUnit(_ value: Double, among units: [DataUnit]) -> DataUnit {
  units.last { value >= 0.9995 * $0.size } ?? units[0]
}

extension DataUnit {
  /// The size in bytes, an eighth for a bit.
  var size: Double { Double(sign: .plus, exponent: power2, significand: Double(powerOfTen(power10))) }
}

/// The shortest way to write a whole number of bytes exactly, as a whole number of some unit.
func exactData(_ count: UInt64) -> String {
  var best = "\(count) B"
  for unit in DataUnit.bytesOnly.dropFirst() where count != 0 && UInt128(count) % unit.bytes == 0 {
    let text = "\(UInt128(count) / unit.bytes) \(unit.name)"
    if text.count < best.count { best = text }
  }
  return best
}
