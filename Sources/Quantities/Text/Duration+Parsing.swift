extension Duration {
  /// Reads a length of time such as `250 ms`, `1.5 h`, `3 d` or `12 min 5 s`, or the word `never` (``max``), in exact
  /// arithmetic.
  ///
  /// Units: `ns us ms s min h d w y`, where a year is 365 days; `µs` is `us`. Several parts are added, each in a smaller
  /// unit than the one before. Refused with a hint: a number without a unit, other spellings, months, lengths that are
  /// negative, beyond 292 years, or no whole number of nanoseconds.
  public init(parsing text: String) throws(QuantityError) {
    var scanner = try QuantityScanner(text, expected: "a length of time, such as 90 s or 1.5 h")
    if scanner.text == "never" {
      self = .max
      return
    }
    var total: Int64 = 0
    var previous: TimeUnit?
    repeat {
      let number = try scanner.number()
      let name = scanner.word()
      guard let unit = TimeUnit.named(name) else { throw TimeUnit.wrong(name, scanner) }
      if let previous, previous.nanoseconds <= unit.nanoseconds {
        throw scanner.error(
          "has its parts out of order", hint: "write larger units first, each once: 1 h 20 min")
      }
      previous = unit
      switch number.whole(times: UInt128(unit.nanoseconds)) {
      case .number(let nanoseconds):
        let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
        guard !overflow else { throw Duration.tooLong(scanner) }
        total = sum
      case .notWhole:
        throw scanner.error("is no whole number of nanoseconds", hint: "write it in ns, rounded")
      case .tooLarge:
        throw Duration.tooLong(scanner)
      }
    } while !scanner.isAtEnd
    self.init(nanoseconds: total)
  }

  private static func tooLong(_ scanner: QuantityScanner) -> QuantityError {
    scanner.error("is too long", hint: "times go up to 292 y; write never for one that does not end")
  }
}
