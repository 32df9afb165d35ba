/// What a shape looks like, as data.
indirect enum ShapeDescription: Sendable {
  /// Text that follows a pattern, called by `noun` in messages.
  case text(noun: String, pattern: String?, examples: [String])
  case boolean
  case integer(min: Int?, max: Int?)
  case number(NumberBounds)
  /// A share from 0 to 1, or a percentage.
  case fraction
  case keyword([NameAndDoc])
  case list(ShapeDescription, items: String?, min: Int, max: Int?)
  case map(keys: ShapeDescription, values: ShapeDescription, min: Int)
  case object([FieldDescription])
  case tagged([TagDescription])
  /// One of several forms that differ in kind (scalar, list, mapping).
  case either([ShapeDescription])
  /// Anything at all: what it may be is said elsewhere.
  case anything
  /// A description under a name: what refers to it need not look inside.
  case named(String, doc: String, @Sendable () -> ShapeDescription)
}

/// A word with its meaning.
struct NameAndDoc: Sendable {
  let name: String
  let doc: String
}

/// One key of an object.
struct FieldDescription: Sendable {
  let name: String
  let doc: String
  let isRequired: Bool
  /// The default as it would be written; nil where there is none.
  let standard: JSONValue?
  /// The default in words, where the value itself does not say it.
  let standardWords: String?
  let formerNames: [String]
  let shape: ShapeDescription
}

/// One form of a tagged union: `name` alone if `isBare`, `name: details` if there are details.
struct TagDescription: Sendable {
  let name: String
  let doc: String
  let isBare: Bool
  let details: ShapeDescription?
}

/// The range of a number. Either end may be open.
struct NumberBounds: Sendable, Equatable {
  var min: Double?
  var max: Double?
  /// Whether `min` itself is not allowed.
  var isAbove = false

  func contains(_ value: Double) -> Bool {
    if let min, isAbove ? value <= min : value < min { return false }
    if let max, value > max { return false }
    return true
  }

  /// " from 0 to 1", " above 0", " of at least 2", or nothing.
  var words: String {
    switch (min, max) {
    case (nil, nil): ""
    case (let min?, nil): isAbove ? " above \(shortest(min))" : " of at least \(shortest(min))"
    case (nil, let max?): " of at most \(shortest(max))"
    case (let min?, let max?):
      isAbove
        ? " above \(shortest(min)) and at most \(shortest(max))"
        : " from \(shortest(min)) to \(shortest(max))"
    }
  }
}

extension ShapeDescription {
  /// What is wanted, in words that fit after "expected".
  var words: String {
    switch self {
    case .text(let noun, _, _): noun
    case .anything: "any value"
    case .boolean: "true or false"
    case .integer(let min, let max): "a whole number" + Self.rangeWords(min, max)
    case .number(let bounds): "a number" + bounds.words
    case .fraction: "a percentage or a number from 0 to 1"
    case .keyword(let words): words.count == 1 ? quoted(words[0].name) : "one of \(listed(words.map(\.name)))"
    case .list(let element, let items, _, _): "a list of \(items ?? element.plural)"
    case .map: "a mapping of names to values"
    case .object: "a mapping"
    case .tagged(let tags): "one of \(listed(tags.map(\.name)))"
    case .either(let forms): forms.map(\.words).joined(separator: ", or ")
    case .named(let name, _, let inner): inner().words(named: name)
    }
  }

  /// What would be right, where an example says more than the words.
  var remedy: String? { unnamed.remedyOfForm }

  private var remedyOfForm: String? {
    switch self {
    case .text(_, _, let examples): examples.first.map { "write it like \(quoted($0))" } ?? "write a text"
    case .fraction: "write it like '60 %' or '0.6'"
    case .named: nil  // Names were taken off.
    case .boolean: "write true or false, without quotes"
    case .integer, .number: "write the number alone: no unit, no quotes"
    case .keyword(let words): "one of \(listed(words.map(\.name)))"
    case .list: "write a list: items in brackets with ',' between them, or one on each line after '- '"
    case .map, .object: "write keys and values below it, each as 'key: value', indented"
    case .tagged(let tags): "one of \(listed(tags.map(\.name)))"
    case .either(let forms): forms.lazy.compactMap(\.remedy).first
    case .anything: "write a value"
    }
  }

  /// The type's name in tables: short, and the name itself where it has one.
  var typeName: String {
    switch self {
    case .text(let noun, _, _): Self.withoutArticle(noun)
    case .anything: "any value"
    case .boolean: "true or false"
    case .integer(let min, let max): "whole number" + Self.rangeWords(min, max)
    case .number(let bounds): "number" + bounds.words
    case .fraction: "share"
    case .keyword(let words): words.map { "`\($0.name)`" }.joined(separator: " or ")
    case .list(let element, _, _, _): "list of " + element.typeName
    case .map(let keys, let values, _): "mapping of \(keys.typeName) to \(values.typeName)"
    case .object: "mapping"
    case .tagged(let tags): tags.map { "`\($0.name)`" }.joined(separator: " or ")
    case .either(let forms): forms.map(\.typeName).joined(separator: ", or ")
    case .named(let name, _, _): name
    }
  }

  /// The description itself, without its names.
  var unnamed: ShapeDescription {
    var current = self
    // Names of names are few; the bound only keeps a name of itself from hanging.
    for _ in 0..<16 {
      guard case .named(_, _, let inner) = current else { break }
      current = inner()
    }
    return current
  }

  /// The description without this name around it, so that a name never stands for itself.
  func without(_ name: String) -> ShapeDescription {
    if case .named(name, _, let inner) = self { inner() } else { self }
  }

  private func words(named name: String) -> String {
    switch self {
    case .object: "a mapping (\(name))"
    case .tagged(let tags): "\(Self.withArticle(name)): one of \(listed(tags.map(\.name)))"
    case .either: Self.withArticle(name)
    case .named(let inner, _, _): Self.withArticle(inner)
    case .anything, .text, .boolean, .integer, .number, .fraction, .keyword, .list, .map: words
    }
  }

  private var plural: String {
    switch self {
    case .named(let name, _, _): "\(name) items"
    case .text(let noun, _, _): Self.withoutArticle(noun) + " items"
    case .integer: "whole numbers"
    case .number: "numbers"
    case .anything, .boolean, .fraction, .keyword, .list, .map, .object, .tagged, .either: "items"
    }
  }

  private static func rangeWords(_ min: Int?, _ max: Int?) -> String {
    switch (min, max) {
    case (nil, nil): ""
    case (let min?, nil): " of at least \(min)"
    case (nil, let max?): " of at most \(max)"
    case (let min?, let max?): " from \(min) to \(max)"
    }
  }

  private static func withArticle(_ noun: String) -> String {
    ("aeiou".contains(noun.first ?? "x") ? "an " : "a ") + noun
  }

  private static func withoutArticle(_ noun: String) -> String {
    for article in ["an ", "a "] where noun.hasPrefix(article) {
      return String(noun.dropFirst(article.count))
    }
    return noun
  }
}
