/// A configuration file of OpenStack: sections, `name = value`, comments (the grammar of oslo.config).
struct ConfigurationFile: Sendable {
  private var settings: [(section: String, setting: ForeignSetting)] = []
  /// Whether any section is named.
  private(set) var hasSections = false

  /// Reads a file; every line that is none of these is complained about.
  init?(_ source: SourceText, into diagnostics: inout Diagnostics) {
    var section = "DEFAULT"
    var hasErrors = false
    func complain(_ line: Int, _ message: String, _ remedy: String) {
      hasErrors = true
      diagnostics.add(
        .syntax, at: Origin(file: source.file, line: line, column: 1), message, remedy: remedy)
    }
    for (index, line) in source.lines.enumerated() {
      let text = Self.trimmed(line)
      guard let first = text.first, first != "#", first != ";" else { continue }
      if first == "[" {
        guard text.last == "]", text.count > 2 else {
          complain(index + 1, "a section that does not end", "write [libvirt], say")
          continue
        }
        section = String(text.dropFirst().dropLast())
        hasSections = true
      } else if line.first == " " || line.first == "\t" {
        // The value of the setting before it goes on; none of those that are looked at does.
        guard !settings.isEmpty else {
          complain(
            index + 1, "an indented line goes on with a value, and there is none", "begin at the margin")
          continue
        }
      } else if let sign = text.firstIndex(where: { $0 == "=" || $0 == ":" }) {
        let name = Self.trimmed(text[..<sign])
        let value = Self.trimmed(text[text.index(after: sign)...])
        let column = line.unicodeScalars.count - Self.trimmed(text[sign...].dropFirst()).unicodeScalars.count
        let origin = Origin(file: source.file, line: index + 1, column: column + 1)
        settings.append((section, ForeignSetting(String(name), String(value), at: origin)))
      } else {
        complain(
          index + 1, "'\(printable(String(text), limit: 60))' is no setting", "name = value, or a # before it"
        )
      }
    }
    if hasErrors { return nil }
  }

  /// The last setting of that name in that section, as oslo.config takes it.
  subscript(section: String, name: String) -> ForeignSetting? {
    settings.last { $0.section == section && $0.setting.name == name }?.setting
  }

  var all: [(setting: ForeignSetting, section: String)] { settings.map { ($0.setting, $0.section) } }

  private static func trimmed(_ text: Substring) -> Substring {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
  }
}
