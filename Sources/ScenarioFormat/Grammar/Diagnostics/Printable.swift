/// Text from a file made safe for a message: control characters shown as escapes, and cut after `limit` characters.
func printable(_ text: some StringProtocol, limit: Int = 60) -> String {
  var result = ""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < limit else { return result + "…" }
    count += 1
    result.append(printable: scalar)
  }
  return result
}

/// Lines in which names from files occur, made safe for a terminal: what would command it is shown as escapes.
package func printableLines(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar == "\n" { result.append("\n") } else { result.append(printable: scalar) }
  }
  return result
}

extension String {
  fileprivate mutating func append(printable scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      self += "\\u{\(String(scalar.value, radix: 16))}"
    default: unicodeScalars.append(scalar)
    }
  }
}

/// The text in single quotes, fit for a message.
func quoted(_ text: some StringProtocol) -> String { "'\(printable(text))'" }

/// The first names of a list, quoted: `'a', 'b' and 3 more`.
func listed(_ names: [String], limit: Int = 20) -> String {
  let shown = names.prefix(limit).map { quoted($0) }.joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
