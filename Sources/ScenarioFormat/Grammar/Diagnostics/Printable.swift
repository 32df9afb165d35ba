/// Text from a file made safe for a message: control characters shown as escapes, and cut after `limit` characters.
func printable(_ text: some StringProtocol, limit: Int = 60) -> String {
  var result = ""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < limit else { return result + "…" }
    count += 1
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// The text in single quotes, fit for a message.
func quoted(_ text: some StringProtocol) -> String { "'\(printable(text))'" }

/// The first names of a list, quoted: `'a', 'b' and 3 more`.
func listed(_ names: [String], limit: Int = 20) -> String {
  let shown = names.prefix(limit).map { quoted($0) }.joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
