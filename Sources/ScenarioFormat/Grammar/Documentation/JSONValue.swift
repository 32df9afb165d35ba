/// A JSON value whose objects keep the order in which their members were given, so that output is the same each time.
enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])
}

extension JSONValue {
  /// The value as JSON text with two spaces of indent. A number that is not finite becomes null.
  var text: String {
    var result = ""
    write(to: &result, indent: "", isFlat: false)
    return result
  }

  /// The value as JSON on one line.
  var line: String {
    var result = ""
    write(to: &result, indent: "", isFlat: true)
    return result
  }

  /// The value as one would write it in a scenario: text without quotes, else JSON on one line.
  var plainText: String {
    switch self {
    case .string(let text): return text
    case .array(let items): return "[" + items.map(\.plainText).joined(separator: ", ") + "]"
    case .object(let members):
      guard !members.isEmpty else { return "{}" }
      return "{ " + members.map { "\($0.0): \($0.1.plainText)" }.joined(separator: ", ") + " }"
    case .null, .boolean, .integer, .number: return line
    }
  }

  private func write(to result: inout String, indent: String, isFlat: Bool) {
    switch self {
    case .null: result += "null"
    case .boolean(let value): result += value ? "true" : "false"
    case .integer(let value): result += String(value)
    case .number(let value): result += value.isFinite ? shortest(value) : "null"
    case .string(let value): result += escaped(value)
    case .array(let items):
      let parts = items.map { (label: "", value: $0) }
      Self.write(parts, between: ("[", "]"), to: &result, indent: indent, isFlat: isFlat)
    case .object(let members):
      let parts = members.map { (label: escaped($0.0) + ": ", value: $0.1) }
      Self.write(parts, between: ("{", "}"), to: &result, indent: indent, isFlat: isFlat)
    }
  }

  private static func write(
    _ parts: [(label: String, value: JSONValue)], between brackets: (String, String), to result: inout String,
    indent: String, isFlat: Bool
  ) {
    result += brackets.0
    let inner = indent + "  "
    for (index, part) in parts.enumerated() {
      if index > 0 { result += isFlat ? ", " : "," }
      if !isFlat { result += "\n" + inner }
      result += part.label
      part.value.write(to: &result, indent: inner, isFlat: isFlat)
    }
    if !isFlat, !parts.isEmpty { result += "\n" + indent }
    result += brackets.1
  }
}

/// The shortest decimal that reads back as the same number, without a needless `.0`.
func shortest(_ value: Double) -> String {
  let text = "\(value)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

private func escaped(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
      let hex = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
