extension ByteRate {
  /// Reads a rate such as `25 Gbit/s`, `150 MiB/s` or `5.3 kB/s`, or the word `unlimited`.
  ///
  /// Units: those of ``Bytes`` with `/s`, and `bit/s kbit/s Mbit/s Gbit/s Tbit/s` (powers of 1000). The result is the
  /// nearest `Double` to what is written. Refused with a hint: a number without a unit, `Mbps`, `MB` and other
  /// spellings, and rates that are negative or beyond all bounds.
  public init(parsing text: String) throws(QuantityError) {
    var scanner = try QuantityScanner(text, expected: "a rate, such as 25 Gbit/s or 150 MiB/s")
    if scanner.text == "unlimited" {
      self = .unlimited
      return
    }
    let number = try scanner.number()
    let name = scanner.remainder()
    guard name.hasSuffix("/s"), let unit = DataUnit.named(String(name.dropLast(2)), among: ByteRate.units)
    else {
      throw ByteRate.wrongUnit(name, scanner)
    }
    // A power of two scales exactly, so there is one rounding, that of the decimal number.
    let value = Double(
      sign: .plus, exponent: unit.power2, significand: number.value(timesTenTo: unit.power10))
    guard value.isFinite else {
      throw scanner.error("is too large", hint: "write unlimited if nothing holds it back")
    }
    guard value > 0 || number.digits == 0 else {
      throw scanner.error("is too small", hint: "write 0 B/s if nothing passes")
    }
    self.init(bytesPerSecond: value)
  }

  private static let units = DataUnit.bytesOnly + DataUnit.bits

  private static func wrongUnit(_ name: String, _ scanner: QuantityScanner) -> QuantityError {
    let known = "write one of B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s, kbit/s, Mbit/s, Gbit/s"
    if name.isEmpty { return scanner.error("has no unit", hint: known) }
    let lowercase = name.lowercased()
    for suffix in ["bps", "b/s", "b/sec"] where lowercase.hasSuffix(suffix) {
      let prefix = String(lowercase.dropLast(suffix.count))
      let stem = String(name.dropLast(suffix.count))
      let isBytes = name.dropFirst(stem.count).first == "B"
      guard let index = ["", "k", "m", "g", "t"].firstIndex(of: prefix) else { continue }
      let (bits, bytes) = (DataUnit.bits[index].name, DataUnit.decimal[index].name)
      if isBytes, stem == "K" { break }
      return scanner.error(
        "has the unit in the wrong spelling",
        hint: isBytes ? "write \(bytes)/s" : "write \(bits)/s for bits or \(bytes)/s for bytes")
    }
    // `10 Gb` of a network card can only mean bits.
    if name.hasSuffix("b"), let index = ["b", "kb", "mb", "gb", "tb"].firstIndex(of: lowercase) {
      return scanner.error(
        "is an amount, not a rate",
        hint: "write \(DataUnit.bits[index].name)/s for bits or \(DataUnit.decimal[index].name)/s for bytes")
    }
    for suffix in ["/s", "/S", "ps", "/sec", ""] where name.hasSuffix(suffix) {
      let stem = String(name.dropLast(suffix.count))
      if let choice = DataUnit.ambiguity(stem, per: "/s") {
        return scanner.error("is ambiguous", hint: choice)
      }
      guard let unit = DataUnit.similar(to: stem, among: units) else { continue }
      let fault = suffix.isEmpty ? "is an amount, not a rate" : "has the unit in the wrong spelling"
      return scanner.error(fault, hint: "write \(unit.name)/s")
    }
    if name.contains("/") { return scanner.error("is not a rate per second", hint: known) }
    return scanner.error("has the unknown unit '\(name)'", hint: known)
  }
}
