/// Takes a line of an answer apart: text, and values in braces.
enum AnswerParser {
  static func pieces(of line: String) throws(ExpectationError) -> [Answer.Piece] {
    let characters = Array(line)
    var (pieces, text, index) = ([Answer.Piece](), "", 0)
    while index < characters.count {
      let character = characters[index]
      if character == "}" {
        throw ExpectationError(
          position: index, message: "a brace is closed that was never opened", remedy: "open it with {")
      }
      guard character == "{" else {
        text.append(character)
        index += 1
        continue
      }
      guard let end = characters[index...].firstIndex(of: "}") else {
        throw ExpectationError(
          position: index, message: "a brace is opened and never closed", remedy: "close it with }")
      }
      if !text.isEmpty { pieces.append(.text(text)) }
      text = ""
      let inner = String(characters[(index + 1)..<end])
      do { pieces.append(.value(try value(inner, offset: index + 1))) } catch {
        throw error.moved(by: index + 1)
      }
      index = end + 1
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    return pieces
  }

  private static func value(_ text: String, offset: Int) throws(ExpectationError) -> AnswerValue {
    var parser = ExpectationParser(text, try ExpectationToken.tokens(of: text))
    for axis in AnswerAxis.allCases {
      if parser.accept(words: [axis.rawValue, "where"]) {
        return .names(axis, .all, try parser.claim(), offset: offset)
      }
      if parser.accept(words: ["first", axis.singular, "where"]) {
        return .names(axis, .first, try parser.claim(), offset: offset)
      }
      if parser.accept(words: ["last", axis.singular, "where"]) {
        return .names(axis, .last, try parser.claim(), offset: offset)
      }
    }
    return .expression(try parser.wholeExpression(), offset: offset)
  }
}

extension ExpectationError {
  func moved(by offset: Int) -> ExpectationError {
    ExpectationError(position: position + offset, message: message, remedy: remedy)
  }
}
