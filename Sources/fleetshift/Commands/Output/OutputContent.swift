internal import FleetReports
internal import Foundation
internal import RunStore
internal import ScenarioFormat

/// What a command writes to a file, and how such a file is known by what it holds: only the like is written over.
struct OutputContent: Sendable {
  /// Behind "is no".
  let words: String
  private let isLike: @Sendable (_ path: String) -> Bool

  private init(file words: String, isLike: @escaping @Sendable (_ path: String) -> Bool) {
    (self.words, self.isLike) = (words, isLike)
  }

  private init(words: String, isLike: @escaping @Sendable (_ head: String) -> Bool) {
    self.init(file: words) { path in
      guard let file = FileHandle(forReadingAtPath: path),
        let head = try? file.read(upToCount: OutputContent.headSize)
      else { return false }
      return isLike(String(decoding: head, as: UTF8.self))
    }
  }

  /// A JSON file that says of which schema it is: somewhere, for its keys are in the order of letters.
  private static func json(_ words: String, _ schemas: String...) -> OutputContent {
    OutputContent(file: words) { path in
      struct Head: Decodable { var schema: String }
      guard let data = FileManager.default.contents(atPath: path),
        let head = try? JSONDecoder().decode(Head.self, from: data)
      else { return false }
      return schemas.contains { head.schema.hasPrefix($0 + "/") }
    }
  }

  /// Whether nothing of somebody's is lost with what is there: there is nothing, or the like.
  ///
  /// - Parameter path: of a file, if there is anything.
  func mayReplace(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > 0 else { return true }
    return isLike(path)
  }

  /// A database has its schema on its first pages.
  private static let headSize = 1 << 16

  // MARK: - What there is

  static let page = OutputContent(words: "report of fleetshift") { head in
    head.hasPrefix("<!DOCTYPE html>") && head.contains("<meta name=\"generator\" content=\"fleetshift ")
  }
  static let trace = OutputContent(words: "trace of fleetshift") { $0.hasPrefix(TraceWriter.start) }
  static let attempts = OutputContent(words: "table of attempts") { $0.hasPrefix(AttemptCSV.header) }
  static let jUnit = OutputContent(words: "JUnit file of fleetshift") { $0.hasPrefix(JUnitReport.start) }
  static let check = OutputContent(words: "report of `fleetshift check`") { $0.hasPrefix(CheckReport.mark) }
  static let profile = OutputContent(words: "profile that `fleetshift fit` has written") { head in
    head.hasPrefix("# \(ProfileText.mark)")
  }
  static let index = OutputContent(words: "database of `fleetshift export`") { head in
    head.hasPrefix("SQLite format 3\0") && head.contains(IndexTable.mark)
  }

  /// Of the files that a kept run or sweep replaces.
  static let ofRuns: [(name: String, content: OutputContent)] = [
    ("manifest.json", json("manifest of fleetshift", "fleetshift.run")),
    ("summary.json", json("result of fleetshift", "fleetshift.summary", "fleetshift.sweep")),
    ("summary.md", summary), ("course.json", json("course of a run", "fleetshift.course")),
    ("replications.csv", OutputContent(words: "table of a sweep") { $0.hasPrefix("point,replication,") }),
    ("index.sqlite", index),
    (
      "submission.json",
      OutputContent(words: "note of `fleetshift sweep submit`") { $0.contains("\"shards\"") }
    ),
  ]

  /// Of the files of a baseline.
  static let ofBaselines = ofRuns.filter { ["summary.md", "summary.json"].contains($0.name) }

  private static let summary = OutputContent(words: "summary of fleetshift") { head in
    head.hasPrefix("# ") && (MarkdownReport.marks + SweepResultReport.marks).contains(where: head.contains)
  }

  static func csv(of table: String) -> OutputContent {
    OutputContent(words: "table '\(table)' of `fleetshift export`") { head in
      // A column for each path that was varied.
      guard let known = IndexTable.named(table) else {
        return head.hasPrefix("point,") || head.hasPrefix("point\n")
      }
      return head.hasPrefix(known.columns.map(\.name).joined(separator: ",") + "\n")
    }
  }

  static func jsonLines(of table: String) -> OutputContent {
    OutputContent(words: "table '\(table)' of `fleetshift export`") { head in
      let names = IndexTable.named(table)?.columns.map(\.name) ?? ["point"]
      let line = head.prefix { !$0.isNewline }
      // The names of the columns, in their order.
      return line.hasPrefix("{\"\(names[0])\":") && line.hasSuffix("}")
        && names.allSatisfy { line.contains("\"\($0)\":") }
    }
  }
}
