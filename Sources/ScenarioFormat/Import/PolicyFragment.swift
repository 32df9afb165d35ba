/// A part of a scenario that stands for another system's configuration: each line with the setting it came from, and
/// what could not be expressed.
struct PolicyFragment: Sendable {
  private struct Line: Sendable {
    var path: [String]
    var value: String
    var comment: String
  }

  /// The last part of the path of an item of a list.
  private static let itemKey = "-"

  let title: String
  private var lines: [Line] = []
  private var missing: [(setting: String, why: String)] = []

  init(title: String) { self.title = title }

  /// A line that a setting became.
  mutating func set(
    _ path: String, to value: String, from setting: ForeignSetting, _ remark: String? = nil
  ) {
    add(path, value, "\(Self.words(setting))\(remark.map { "; \($0)" } ?? "")")
  }

  /// A line that no setting asked for: what the other system does anyway.
  mutating func assume(_ path: String, _ value: String, because why: String) { add(path, value, why) }

  mutating func leaveOut(_ setting: ForeignSetting, because why: String) {
    missing.append((Self.words(setting), why))
  }

  private mutating func add(_ path: String, _ value: String, _ comment: String) {
    lines.append(Line(path: path.split(separator: "/").map(String.init), value: value, comment: comment))
  }

  private static func words(_ setting: ForeignSetting) -> String {
    "\(setting.origin.line): \(setting.name) = \(printable(setting.text, limit: 60))"
  }

  // MARK: - As text

  /// The fragment in YAML.
  var text: String {
    var text = "# \(title)\n# Behind each line: the line and the setting it came from, or why it is there.\n"
    text += Self.block(lines[...], depth: 0, width: width)
    if !missing.isEmpty {
      text += "\n# What could not be expressed:\n"
      for (setting, why) in missing { text += "# - \(setting): \(why)\n" }
    }
    return text
  }

  /// Where the comments begin; a long line's begins behind it.
  private var width: Int {
    min(
      lines.map { 2 * ($0.path.count - 1) + ($0.path.last?.count ?? 0) + 2 + $0.value.count }.max() ?? 0, 40)
  }

  /// Lines of one key together, in the order in which the keys first came.
  private static func block(_ lines: ArraySlice<Line>, depth: Int, width: Int) -> String {
    let indent = String(repeating: "  ", count: depth)
    var text = ""
    var keys: [String] = []
    for line in lines where !keys.contains(line.path[depth]) { keys.append(line.path[depth]) }
    for key in keys {
      let own = lines.filter { $0.path[depth] == key }
      let leaves = own.filter { $0.path.count == depth + 1 }
      // Of one key the last value counts; items of a list all do.
      for leaf in key == itemKey ? leaves : leaves.suffix(1) {
        let head = "\(indent)\(key == itemKey ? "-" : "\(key):") \(leaf.value)"
        text += head + String(repeating: " ", count: max(0, width - head.count)) + "  # \(leaf.comment)\n"
      }
      if leaves.isEmpty {
        text += "\(indent)\(key):\n" + block(own[...], depth: depth + 1, width: width)
      }
    }
    return text
  }
}
