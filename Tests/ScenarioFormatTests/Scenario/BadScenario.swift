import Foundation
import Testing

/// A scenario with one mistake, and what its first line says must be found: `# expects: LINE:COLUMN CODE words | words`.
struct BadScenario: Sendable, CustomTestStringConvertible {
  let name: String
  let path: String
  let place: String
  let code: String
  let words: [String]

  var testDescription: String { name }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../BadScenarios").standardizedFileURL

  static let all: [BadScenario] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { BadScenario($0) }
  }()

  /// Files whose first line cannot be a comment, or not one in UTF-8.
  private static let unmarked = [
    "empty.yaml": "1:1 E004 empty | start from one of the scenarios",
    "utf16.yaml": "1:1 E003 not UTF-8 | encoding UTF-8",
  ]

  private init(_ name: String) {
    self.name = name
    path = Self.folder.appendingPathComponent(name).path
    let data = FileManager.default.contents(atPath: path) ?? Data()
    let first = String(decoding: data.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let marker = "# expects: "
    let expected =
      Self.unmarked[name] ?? (first.hasPrefix(marker) ? String(first.dropFirst(marker.count)) : "")
    let parts = expected.split(separator: " ", maxSplits: 2).map(String.init)
    place = parts.first ?? ""
    code = parts.count > 1 ? parts[1] : ""
    words = (parts.count > 2 ? parts[2] : "").components(separatedBy: " | ")
  }
}
