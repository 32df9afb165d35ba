/// A piece of an `expect:` clause, and where it begins.
struct ExpectationToken: Hashable {
  enum Kind: Hashable {
    /// A name, a function, a unit: letters, digits, `_`, and `-` or `.` between them.
    case word(String)
    /// A name in double quotes.
    case quoted(String)
    case number(String)
    /// One of `( ) % < <= > >= + - * / : =`; the last only of equations, `:` only behind `by class`.
    case symbol(String)
    case end
  }

  var kind: Kind
  /// The number of characters before it.
  var position: Int
  /// The position behind its last character.
  var end: Int

  /// As it is quoted in messages.
  var words: String {
    switch kind {
    case .word(let text), .number(let text), .symbol(let text): "'\(text)'"
    case .quoted(let text): "\"\(text)\""
    case .end: "the end"
    }
  }
}

extension ExpectationToken {
  /// Clauses are read and reckoned by recursion, so they have an end: several times what anybody writes.
  private static let most = 256

  /// All the tokens of a clause, the end last.
  static func tokens(of text: String) throws(ExpectationError) -> [ExpectationToken] {
    var scanner = Scanner(characters: Array(text))
    var tokens: [ExpectationToken] = []
    while true {
      let token = try scanner.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
      guard tokens.count < most else {
        throw ExpectationError(
          position: token.position, message: "the clause has more than \(most) words and signs",
          remedy: "write several clauses")
      }
    }
  }

  private struct Scanner {
    let characters: [Character]
    var index = 0

    var current: Character? { index < characters.count ? characters[index] : nil }
    var following: Character? { index + 1 < characters.count ? characters[index + 1] : nil }

    mutating func next() throws(ExpectationError) -> ExpectationToken {
      while current?.isWhitespace == true { index += 1 }
      let start = index
      let kind = try kind()
      return ExpectationToken(kind: kind, position: start, end: index)
    }

    private mutating func kind() throws(ExpectationError) -> Kind {
      guard let character = current else { return .end }
      if character.isLetter { return .word(word()) }
      if character.isASCII, character.isNumber { return .number(try number()) }
      switch character {
      case "\"": return .quoted(try quoted())
      case "(", ")", "%", "+", "-", "*", "/", "=", ":":
        index += 1
        return .symbol(String(character))
      case "<", ">":
        index += 1
        guard current == "=" else { return .symbol(String(character)) }
        index += 1
        return .symbol("\(character)=")
      default: throw unexpected(character)
      }
    }

    private mutating func word() -> String {
      let start = index
      while let character = current {
        let joins = character == "-" || character == "."
        let isInside = joins && (following?.isLetter == true || following?.isNumber == true)
        guard character.isLetter || character.isNumber || character == "_" || isInside else { break }
        index += 1
      }
      return String(characters[start..<index])
    }

    private mutating func number() throws(ExpectationError) -> String {
      let start = index
      while let character = current {
        let isPoint = character == "." && following?.isNumber == true
        guard character.isNumber || isPoint else { break }
        index += 1
      }
      if current == ",", following?.isNumber == true {
        throw ExpectationError(
          position: index, message: "there is a comma in a number",
          remedy: "write it without, such as 57000, and a point before decimals")
      }
      return String(characters[start..<index])
    }

    private mutating func quoted() throws(ExpectationError) -> String {
      let start = index
      index += 1
      while let character = current, character != "\"" { index += 1 }
      guard current == "\"" else {
        throw ExpectationError(
          position: start, message: "a name begins with a quotation mark and never ends",
          remedy: "close it with another one")
      }
      index += 1
      return String(characters[(start + 1)..<(index - 1)])
    }

    private func unexpected(_ character: Character) -> ExpectationError {
      let remedy =
        switch character {
        case "≤": "write <="
        case "≥": "write >="
        case "−", "–": "write - with a space on either side"
        case "×": "write *"
        case "÷": "write /"
        case "'", "“", "”", "‘", "’": "put names with spaces in straight double quotes"
        default: "a clause reads like p95(service-gap of reboot) <= 30 min"
        }
      return ExpectationError(position: index, message: "'\(character)' has no meaning here", remedy: remedy)
    }
  }
}
