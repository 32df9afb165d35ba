extension Bytes {
  /// Reads an amount such as `64 KiB`, `1.5 GiB` or `200 GB`, in exact arithmetic.
  ///
  /// Units: `B`; `kB MB GB TB PB EB` (powers of 1000); `KiB MiB GiB TiB PiB EiB` (powers of 1024). Refused with a hint:
  /// a number without a unit, other spellings, amounts that are negative, beyond 2^63 - 1 bytes, or no whole number of
  /// bytes.
  public init(parsing text: String) throws(QuantityError) {
    var scanner = try QuantityScanner(text, expected: "an amount of data, such as 4 GiB or 200 GB")
    let number = try scanner.number()
    let name = scanner.remainder()
    guard let unit = DataUnit.named(name, among: DataUnit.bytesOnly) else {
      throw Bytes.wrongUnit(name, scanner)
    }
    switch number.whole(times: unit.bytes) {
    case .number(let count): self.init(count)
    case .notWhole:
      throw scanner.error("is no whole number of bytes", hint: "write one that is, if need be in B")
    case .tooLarge:
      throw scanner.error("is too large", hint: "amounts go up to 9.22 EB (2^63 - 1 bytes)")
    }
  }

  private static func wrongUnit(_ name: String, _ scanner: QuantityScanner) -> QuantityError {
    if name.isEmpty {
      return scanner.error("has no unit", hint: "write one of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB")
    }
    if let choice = DataUnit.ambiguity(name) { return scanner.error("is ambiguous", hint: choice) }
    if let unit = DataUnit.similar(to: name, among: DataUnit.bytesOnly) {
      return scanner.error("has the unit in the wrong spelling", hint: "write \(unit.name)")
    }
    if ["byte", "bytes"].contains(name.lowercased()) {
      return scanner.error("has the unit in the wrong spelling", hint: "write B")
    }
    if name.lowercased().contains("bit") {
      return scanner.error(
        "is in bits", hint: "write an amount in bytes, such as MB or MiB; bits are for rates")
    }
    if name.hasSuffix("/s") {
      return scanner.error("is a rate", hint: "write an amount, without /s")
    }
    return scanner.error(
      "has the unknown unit '\(name)'", hint: "write one of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB")
  }
}
