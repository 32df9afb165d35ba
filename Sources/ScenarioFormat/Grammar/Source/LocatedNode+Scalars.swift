/// What a plain scalar means, by the rules of YAML's core schema without its surprises: `yes` is text, `010` is text
/// that no number accepts.
enum ScalarMeaning: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(String)
  case number(Double)
  case notFinite
  case text(String)

  init(_ text: String, _ style: LocatedNode.Style) {
    guard style == .plain else {
      self = .text(text)
      return
    }
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .boolean(true)
    case "false", "False", "FALSE": self = .boolean(false)
    case ".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN": self = .notFinite
    default: self = Self.numeric(text) ?? .text(text)
    }
  }

  private static func numeric(_ text: String) -> ScalarMeaning? {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard let first = digits.first, text.utf8.count - digits.count <= 1, text.utf8.count <= 400 else {
      return nil
    }
    let isDecimal = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
        UInt8(ascii: "+"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isDecimal, first != UInt8(ascii: "e"), first != UInt8(ascii: "E") else { return nil }
    if digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) {
      let hasLeadingZero = digits.count > 1 && first == UInt8(ascii: "0")
      return hasLeadingZero ? nil : .integer(text.first == "+" ? String(text.dropFirst()) : text)
    }
    guard let value = Double(text) else { return nil }
    return value.isFinite ? .number(value) : .notFinite
  }
}

extension LocatedNode {
  /// What the scalar means; nothing for a list or a mapping.
  var meaning: ScalarMeaning? {
    if case .scalar(let text, let style) = content { ScalarMeaning(text, style) } else { nil }
  }

  /// Whether nothing was written here (`key:`), or `~` or `null`.
  var isNull: Bool { meaning == .null }

  /// What was found, in words that fit after "found".
  var words: String {
    switch content {
    case .sequence(let elements): elements.isEmpty ? "an empty list" : "a list"
    case .mapping(let entries):
      entries.isEmpty ? "an empty mapping" : "a mapping with the key \(quoted(entries[0].key))"
    case .scalar(let text, let style):
      switch ScalarMeaning(text, style) {
      case .null: "nothing"
      case .boolean(let value): "\(value)"
      case .integer, .number, .notFinite: "the number \(printable(text))"
      case .text: "the text \(quoted(text))"
      }
    }
  }
}
