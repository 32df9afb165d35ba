extension Diagnostics {
  /// The findings as JSON: `{ "diagnostics": [...], "omitted": 0 }`.
  package var json: String {
    let list = sorted.map { diagnostic in
      JSONValue.object([
        ("severity", .string(diagnostic.severity.rawValue)),
        ("code", .string(diagnostic.code.rawValue)),
        ("file", .string(diagnostic.origin.file)),
        ("line", .integer(diagnostic.origin.line)),
        ("column", .integer(diagnostic.origin.column)),
        ("message", .string(diagnostic.message)),
        ("remedy", diagnostic.remedy.map { .string($0) } ?? .null),
      ])
    }
    return JSONValue.object([("diagnostics", .array(list)), ("omitted", .integer(omitted))]).text + "\n"
  }

  /// The findings as workflow commands that GitHub shows beside the lines of a pull request.
  package var gitHubAnnotations: String {
    var result = ""
    for diagnostic in sorted {
      let place =
        "file=\(escapedProperty(diagnostic.origin.file)),line=\(diagnostic.origin.line),"
        + "col=\(diagnostic.origin.column),title=\(diagnostic.code.rawValue)"
      let body = [diagnostic.message, diagnostic.remedy.map { "help: \($0)" }].compactMap { $0 }
      result += "::\(diagnostic.severity.rawValue) \(place)::\(escapedData(body.joined(separator: "\n")))\n"
    }
    if omitted > 0 { result += "::notice::and \(omitted) more findings\n" }
    return result
  }
}

private func escapedData(_ text: String) -> String {
  text.unicodeScalars.reduce(into: "") { result, scalar in
    switch scalar {
    case "%": result += "%25"
    case "\r": result += "%0D"
    case "\n": result += "%0A"
    default: result.unicodeScalars.append(scalar)
    }
  }
}

private func escapedProperty(_ text: String) -> String {
  escapedData(text).unicodeScalars.reduce(into: "") { result, scalar in
    switch scalar {
    case ":": result += "%3A"
    case ",": result += "%2C"
    default: result.unicodeScalars.append(scalar)
    }
  }
}
