/// Reads a number and then a unit from a text, and says in plain words what is wrong with it.
struct QuantityScanner {
  /// The whole text, trimmed.
  let text: String
  /// What is expected, with an example: "an amount of data, such as 4 GiB".
  let expected: String
  private var rest: Substring

  init(_ text: String, expected: String) throws(QuantityError) {
    self.text = trimmed(text[...])
    self.expected = expected
    rest = self.text[...]
    guard !rest.isEmpty else { throw QuantityError("nothing is written", hint: "write \(expected)") }
  }

  var isAtEnd: Bool { rest.isEmpty }

  func error(_ message: String, hint: String) -> QuantityError {
    QuantityError("'\(text)' \(message)", hint: hint)
  }

  // MARK: - Number

  /// A number such as `12`, `1.5` or `6.02e23`, and the spaces behind it.
  mutating func number() throws(QuantityError) -> DecimalLiteral {
    try checkStart()
    var digits: UInt128 = 0
    var significant = 0
    var exponent = 0
    func take(_ digit: UInt128) throws(QuantityError) {
      digits = digits * 10 + digit
      if digits > 0 { significant += 1 }
      guard significant <= DecimalLiteral.digitLimit else {
        throw error("has too many digits", hint: "\(DecimalLiteral.digitLimit) are enough for anything")
      }
    }
    while let digit = nextDigit() { try take(digit) }
    if rest.first == "." {
      rest.removeFirst()
      guard rest.first?.isASCIIDigit == true else {
        throw error("has a point without digits behind it", hint: "write \(expected)")
      }
      while let digit = nextDigit() {
        try take(digit)
        exponent -= 1
      }
    }
    exponent += try scientificExponent()
    if let next = rest.first, ",_'".contains(next) {
      throw error(
        "has digits in groups", hint: "write the number without separators, with a point for fractions")
    }
    skipSpaces()
    return DecimalLiteral(digits: digits, exponent: exponent)
  }

  private func checkStart() throws(QuantityError) {
    guard let first = rest.first else { throw error("lacks a number", hint: "write \(expected)") }
    if first.isASCIIDigit { return }
    if first == "-" || first == "\u{2212}" { throw error("is negative", hint: "write \(expected)") }
    if first == "." { throw error("begins with a point", hint: "write a digit before it, such as 0.5") }
    let lowercase = rest.lowercased()
    if ["nan", "inf", "+inf"].contains(where: lowercase.hasPrefix) {
      throw error("is not a number that can be counted with", hint: "write \(expected)")
    }
    throw error("does not begin with a number", hint: "write \(expected)")
  }

  /// The number behind an `e`, where digits follow it (in `5 EB` none do); zero otherwise.
  private mutating func scientificExponent() throws(QuantityError) -> Int {
    var after = rest
    guard let e = after.popFirst(), e == "e" || e == "E" else { return 0 }
    let negative = after.first == "-"
    if after.first == "-" || after.first == "+" { after.removeFirst() }
    let digits = after.prefix(while: \.isASCIIDigit)
    guard !digits.isEmpty else { return 0 }
    guard digits.count <= 4, let exponent = Int(digits) else {
      throw error("has an exponent beyond all bounds", hint: "write \(expected)")
    }
    rest = after.dropFirst(digits.count)
    return negative ? -exponent : exponent
  }

  private mutating func nextDigit() -> UInt128? {
    guard let first = rest.first, first.isASCIIDigit, let digit = first.wholeNumberValue else { return nil }
    rest.removeFirst()
    return UInt128(digit)
  }

  // MARK: - Unit

  /// What is left of the text.
  mutating func remainder() -> String {
    defer { rest = rest[rest.endIndex...] }
    return String(rest)
  }

  /// The text up to the next space or digit, and the spaces behind it.
  mutating func word() -> String {
    let word = rest.prefix { !$0.isBlank && !$0.isASCIIDigit }
    rest = rest.dropFirst(word.count)
    skipSpaces()
    return String(word)
  }

  /// Skips a slash and the spaces behind it.
  mutating func slash() -> Bool {
    guard rest.first == "/" else { return false }
    rest.removeFirst()
    skipSpaces()
    return true
  }

  private mutating func skipSpaces() { rest = rest.drop(while: \.isBlank) }
}

func trimmed(_ text: Substring) -> String {
  var text = text.drop(while: \.isBlank)
  while text.last?.isBlank == true { text.removeLast() }
  return String(text)
}

extension Character {
  /// A space, tab or no-break space.
  var isBlank: Bool { self == " " || self == "\t" || self == "\u{a0}" || self == "\u{202f}" }
  var isASCIIDigit: Bool { self >= "0" && self <= "9" }
}
