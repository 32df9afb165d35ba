internal import Foundation

/// A table of a run as text for other programs.
public enum RunExport {
  public enum Format: Sendable {
    /// RFC 4180, with lines that end in a line feed alone, as Unix tools expect; nothing for what is not known.
    case csv
    /// A JSON object a line.
    case jsonLines
  }

  /// What can be exported: the tables, and the points of a sweep with a column for each path.
  public static var tables: [String] { IndexTable.all.map(\.name) + ["points"] }

  /// Gives the table piece by piece.
  public static func write(
    _ table: String, of folder: RunFolder, as format: Format, to output: (String) throws -> Void
  ) throws {
    if folder.manifest.record == .totals, IndexTable.named(table)?.isOfAttempts == true {
      throw RunStoreError(
        .missing, "'\(folder.path)' holds no attempts, of which the table '\(table)' is made",
        remedy: folder.manifest.isSweep
          ? "a sweep keeps totals only: `fleetshift run` the point that is asked for, with --set, --record attempts and --out"
          : "run it with --record attempts")
    }
    let index = try RunIndex(of: folder)
    let columns = try index.columns(of: table)
    var text = format == .csv ? columns.map(field).joined(separator: ",") + "\n" : ""
    let keys = columns.map(JSONText.quoted)
    try index.rows(of: table) { values in
      switch format {
      case .csv: text += values.map(cell).joined(separator: ",") + "\n"
      case .jsonLines:
        text += "{" + zip(keys, values).map { "\($0):\(json($1))" }.joined(separator: ",") + "}\n"
      }
      guard text.utf8.count > 1 << 16 else { return }
      try output(text)
      text = ""
    }
    try output(text)
  }

  private static func cell(_ value: IndexValue) -> String {
    switch value {
    case .none: ""
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): field(value)
    }
  }

  /// In quotes where it has a comma, a quote or a line break, with quotes doubled.
  private static func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private static func json(_ value: IndexValue) -> String {
    switch value {
    case .none: "null"
    case .integer(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .text(let value): JSONText.quoted(value)
    }
  }
}

enum JSONText {
  /// A string as JSON.
  static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // A string is always JSON.
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
