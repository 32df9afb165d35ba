internal import Quantities

/// The size of a factor's values as they are written, whatever their units: `100 Mbit/s` is less than `1 Gbit/s`.
enum LevelScale {
  /// In the order given.
  ///
  /// - Returns: `nil` where they are not all quantities of one kind: those have no order but that in which they were
  ///   written.
  static func values(of texts: [String]) -> [Double]? {
    for read in kinds {
      let values = texts.compactMap(read)
      if values.count == texts.count { return values }
    }
    return nil
  }

  /// Numbers first: a number alone is a quantity of no kind.
  private static let kinds: [@Sendable (String) -> Double?] = [
    { Double($0).flatMap { $0.isFinite ? $0 : nil } },
    { try? Fraction(parsing: $0, upTo: .infinity).value },
    { text in (try? Bytes(parsing: text)).map { Double($0.count) } },
    { try? ByteRate(parsing: $0).bytesPerSecond },
    { try? Duration(parsing: $0).seconds },
    { try? EventRate(parsing: $0).perSecond },
  ]
}
