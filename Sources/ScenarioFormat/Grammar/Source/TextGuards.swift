/// Looks at the text before the parser does, for what the parser would bear badly.
///
/// The parser recurses once for each level of nesting (and stops by itself only at 1,000), spends time in proportion
/// to the number of open brackets on each token, and hashes whole keys, with every alias inside them written out.
/// These checks are deliberately crude: they let through what only looks dangerous in a few more steps, and the
/// conversion that follows counts exactly.
enum TextGuards {
  /// The most brackets that may be open, counting those that some text leaves open, and the deepest indent.
  static let openBrackets = 200
  static let indent = 200

  static func pass(_ source: SourceText, into diagnostics: inout Diagnostics) -> Bool {
    var open = 0
    var hasAlias = false
    var hasQuote = false
    var suspectedKey: Origin?
    for (number, line) in source.lines.enumerated() {
      let scan = LineScan(line, openBefore: open, afterQuote: hasQuote)
      open = scan.open
      hasQuote = scan.hasQuote
      if let column = scan.tooDeepColumn {
        diagnostics.complainTooDeep(
          at: Origin(file: source.file, line: number + 1, column: column), limit: ReadingLimits().depth)
        return false
      }
      if scan.hasAlias { hasAlias = true }
      if suspectedKey == nil, let column = scan.complexKeyColumn {
        suspectedKey = Origin(file: source.file, line: number + 1, column: column)
      }
      // Either alone is harmless. Together, a key may hold an alias of aliases of aliases.
      if hasAlias, let suspectedKey {
        diagnostics.add(
          .unusedFeature, at: suspectedKey,
          "a key that is a list, a mapping or an alias is not used in scenarios",
          remedy: "use plain text as the key, or put the text in quotes")
        return false
      }
    }
    return true
  }
}

/// What one line shows of brackets, aliases and keys that are not plain text.
///
/// Quotes are not understood. So comments are left out only up to the first quote of the file: after it, what looks
/// like a comment may stand in quotes and hide what follows them.
private struct LineScan {
  var open: Int
  var tooDeepColumn: Int?
  var hasAlias = false
  var complexKeyColumn: Int?
  var hasQuote: Bool

  init(_ line: Substring, openBefore: Int, afterQuote: Bool) {
    let bytes = line.utf8
    open = openBefore
    hasQuote = afterQuote
    var column = 0
    var previous = UInt8(ascii: " ")
    var aliasEnds = false
    var aliasBegins = false
    var inName = false
    var isIndent = true
    // For each bracket open on this line, whether it is one, or a letter of some text as in `sites[2]`.
    var brackets: [Bool] = []
    var closesCollection = false
    for byte in bytes {
      column += 1
      if aliasBegins, byte.isNameByte {
        hasAlias = true
        aliasEnds = true
      }
      aliasBegins = false
      let endsName = inName && !byte.isNameByte
      if endsName { inName = false }
      if byte == UInt8(ascii: "#"), previous.isBlank, !hasQuote { break }
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        open += 1
        brackets.append(previous.opensToken)
        if open > TextGuards.openBrackets, tooDeepColumn == nil { tooDeepColumn = column }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        open = max(0, open - 1)
        closesCollection = brackets.popLast() ?? true
      case UInt8(ascii: "\""), UInt8(ascii: "'"): hasQuote = true
      case UInt8(ascii: "*") where previous.opensToken:
        aliasBegins = true
        inName = true
      case UInt8(ascii: "&") where previous.opensToken: inName = true
      case UInt8(ascii: "?") where previous.opensToken || endsName:
        complexKeyColumn = complexKeyColumn ?? column
      case UInt8(ascii: ":") where aliasEnds || closesCollection:
        complexKeyColumn = complexKeyColumn ?? column
      case UInt8(ascii: ","): aliasEnds = false
      default: break
      }
      if !byte.isBlank, byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}") { closesCollection = false }
      let mayIndent = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: ":")
      if !byte.isBlank, !mayIndent { isIndent = false }
      if isIndent, column > TextGuards.indent, tooDeepColumn == nil { tooDeepColumn = column }
      previous = byte
    }
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  /// Whether the byte may be part of the name of an alias.
  fileprivate var isNameByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Whether a token may begin right after this byte.
  fileprivate var opensToken: Bool {
    switch self {
    case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "?"): true
    case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
    default: isBlank
    }
  }
}
