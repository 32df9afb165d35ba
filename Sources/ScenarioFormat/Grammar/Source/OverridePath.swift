/// A way into a document, such as `fleet.sites.newark.hosts[0].count` or `demand.*.chain`.
///
/// Steps are parted by dots. A step is a key, the `name` or the tag of a list item, `*` for every item or value, or
/// `[2]` for the third item. A key that contains a dot or a bracket is written in double quotes.
struct OverridePath: Sendable, Equatable {
  enum Step: Sendable, Hashable {
    case every
    case key(String)
    case index(Int)
  }

  let steps: [Step]

  /// Takes a path apart; the error says what is wrong with it.
  init(parsing text: String) throws(PathError) {
    var parser = PathParser(rest: Substring(text))
    steps = try parser.parse()
  }

  init(_ steps: [Step]) { self.steps = steps }
}

/// Why a path cannot be read.
struct PathError: HintedError {
  let message: String
  var remedy: String? { "a path reads like fleet.sites.newark.hosts[0].count or demand.*.chain" }
}

extension OverridePath: CustomStringConvertible {
  var description: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .every: text += text.isEmpty ? "*" : ".*"
      case .key(let key):
        text += (text.isEmpty ? "" : ".") + (key.contains { ".[]\"".contains($0) } ? "\"\(key)\"" : key)
      case .index(let index): text += "[\(index)]"
      }
    }
  }
}

private struct PathParser {
  var rest: Substring

  mutating func parse() throws(PathError) -> [OverridePath.Step] {
    var steps: [OverridePath.Step] = []
    guard !rest.isEmpty else { throw PathError(message: "the path is empty") }
    while true {
      if rest.first != "[" || steps.isEmpty { steps.append(try step()) }
      while rest.first == "[" { steps.append(try index()) }
      guard let next = rest.first else { return steps }
      guard next == "." else { throw PathError(message: "expected a '.' before \(quoted(rest))") }
      rest.removeFirst()
      guard !rest.isEmpty else { throw PathError(message: "the path ends with a '.'") }
    }
  }

  private mutating func step() throws(PathError) -> OverridePath.Step {
    if rest.first == "[" { return try index() }
    if rest.first == "\"" {
      rest.removeFirst()
      guard let end = rest.firstIndex(of: "\"") else {
        throw PathError(message: "a quote in the path is not closed")
      }
      defer { rest = rest[rest.index(after: end)...] }
      return .key(String(rest[..<end]))
    }
    let word = rest.prefix { $0 != "." && $0 != "[" }
    guard !word.isEmpty else { throw PathError(message: "a step of the path is empty") }
    rest = rest.dropFirst(word.count)
    return word == "*" ? .every : .key(String(word))
  }

  private mutating func index() throws(PathError) -> OverridePath.Step {
    guard let end = rest.firstIndex(of: "]") else {
      throw PathError(message: "a '[' in the path is not closed")
    }
    let digits = rest[rest.index(after: rest.startIndex)..<end]
    rest = rest[rest.index(after: end)...]
    if digits == "*" { return .every }
    guard let index = Int(digits), index >= 0 else {
      throw PathError(message: "expected a number in brackets, found \(quoted(digits))")
    }
    return .index(index)
  }
}
