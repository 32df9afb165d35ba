extension CaseValue {
  /// Units as the names of keys end with them; MB are 10^6, MiB 2^20.
  private static let byteUnits: [(suffix: String, size: Double)] = [
    ("MiB", 0x1p20), ("GiB", 0x1p30), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("bytes", 1),
    // QEMU's "kbytes" are 1024 bytes.
    ("kB", 1024),
  ]
  private static let rateUnits: [(suffix: String, size: Double)] = [
    ("MiB_s", 0x1p20), ("MB_s", 1e6), ("Mbit_s", 1e6 / 8), ("Gbit_s", 1e9 / 8),
  ]
  private static let timeUnits: [(suffix: String, size: Double)] = [
    ("s", 1), ("ms", 1e-3), ("min", 60), ("h", 3600),
  ]

  /// The amounts under a key such as `vm_memory_GiB`, whatever its unit, in bytes.
  func bytes(_ name: String) -> [Double]? { quantities(name, Self.byteUnits) }
  /// The rates under a key such as `bandwidth_Mbit_s`, in bytes per second.
  func rates(_ name: String) -> [Double]? { quantities(name, Self.rateUnits) }
  /// The times under a key such as `total_time_ms`, in seconds.
  func seconds(_ name: String) -> [Double]? { quantities(name, Self.timeUnits) }

  private func quantities(_ name: String, _ units: [(suffix: String, size: Double)]) -> [Double]? {
    for unit in units {
      if let values = self[name + "_" + unit.suffix]?.numbers, !values.isEmpty {
        return values.map { $0 * unit.size }
      }
    }
    return nil
  }

  /// A rate written as text: `100 Mbit/s`, `10 GbE`.
  static func rate(text: String) -> Double? {
    let words = text.split(separator: " ")
    guard words.count >= 2, let number = Double(words[0]) else { return nil }
    switch words[1].prefix(while: { $0 != "," }) {
    case "Mbit/s": return number * 1e6 / 8
    case "Gbit/s", "GbE": return number * 1e9 / 8
    default: return nil
    }
  }
}
