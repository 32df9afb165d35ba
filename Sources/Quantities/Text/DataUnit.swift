/// A unit of data, `2^power2 * 10^power10` bytes (IEC 80000-13: `kB` is 1000 bytes, `KiB` is 1024).
struct DataUnit {
  let name: String
  var power10 = 0
  var power2 = 0

  /// The number of bytes; only for whole ones, not for bits.
  var bytes: UInt128 { powerOfTen(power10) << UInt128(power2) }

  static let byte = DataUnit(name: "B")

  /// Ascending.
  static let decimal =
    [byte] + zip(["kB", "MB", "GB", "TB", "PB", "EB"], 1...).map { DataUnit(name: $0, power10: 3 * $1) }

  /// Ascending.
  static let binary =
    [byte]
    + zip(["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"], 1...).map { DataUnit(name: $0, power2: 10 * $1) }

  /// Ascending; for rates only.
  static let bits = zip(["bit", "kbit", "Mbit", "Gbit", "Tbit"], 0...).map {
    DataUnit(name: $0, power10: 3 * $1, power2: -3)
  }

  static let bytesOnly = decimal + binary.dropFirst()

  static func named(_ name: String, among units: [DataUnit]) -> DataUnit? { units.first { $0.name == name } }

  // MARK: - Hints

  /// "write GB (10^9) or GiB (2^30)" for a bare prefix or `KB`, which some read as 1000 and some as 1024.
  static func ambiguity(_ name: String, per suffix: String = "") -> String? {
    let bare = name.lowercased()
    guard bare.count == 1 || name == "KB" else { return nil }
    guard let index = Array("kmgtpe").firstIndex(where: { String($0) == bare.prefix(1) }) else { return nil }
    let (ten, two) = (decimal[index + 1], binary[index + 1])
    return "write \(ten.name)\(suffix) (10^\(ten.power10)) or \(two.name)\(suffix) (2^\(two.power2))"
  }

  /// The unit that differs from `name` only in its case or in a missing B (as in `Gi`).
  static func similar(to name: String, among units: [DataUnit]) -> DataUnit? {
    let lowercase = name.lowercased()
    return units.first { $0.name.lowercased() == lowercase || $0.name.lowercased() == lowercase + "b" }
  }
}
