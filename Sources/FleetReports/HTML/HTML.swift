/// Text that goes into a page.
enum HTML {
  /// Stands for itself, in an element as in an attribute.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// JSON inside a `script` element: nothing in it can end the element.
  static func embedded(json: String) -> String {
    json.replacing("</", with: "<\\/").replacing("<!--", with: "<\\!--")
  }

  /// A name that may stand in `id` and `href`.
  static func anchor(_ text: String) -> String {
    var anchor = ""
    for character in text.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        anchor.append(character)
      } else if !anchor.hasSuffix("-") {
        anchor.append("-")
      }
    }
    return anchor
  }
}
