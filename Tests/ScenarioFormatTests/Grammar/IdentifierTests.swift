import Testing

@testable import ScenarioFormat

@Suite struct IdentifierTests {
  @Test("the quick check of names says what their pattern says")
  func agreesWithThePattern() throws {
    guard case .text(_, let pattern?, _) = Shape<String>.identifier.description else {
      Issue.record("names have no pattern")
      return
    }
    let regex = try Regex(pattern)
    let pieces = [
      "", "a", "Z", "0", "9", "-", "_", ".", "@", "[", "`", "{", "/", ":", "é", "\n", "\0", " ", "ſ", "１",
    ]
    var texts = pieces.flatMap { first in pieces.flatMap { second in pieces.map { first + second + $0 } } }
    texts += [127, 128, 129].map { String(repeating: "x", count: $0) }
    var taken = 0
    for text in texts {
      let isRight = text.wholeMatch(of: regex) != nil
      #expect(Shape.isIdentifier(text) == isRight, "\(text.debugDescription)")
      taken += isRight ? 1 : 0
    }
    #expect(taken > 100 && taken < texts.count / 2)
  }
}
