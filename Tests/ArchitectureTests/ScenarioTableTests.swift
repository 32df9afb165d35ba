import Foundation
import Testing

/// The table in the README of the scenarios says what shows each thing that the two reference systems do. What it names
/// has to be there: scenarios, what they expect, their variants, test suites and tests.
@Suite struct ScenarioTableTests {
  struct Row {
    var id: String
    var scenarios: String
    var tests: String
  }

  static func rows() throws -> [Row] {
    let page = try text("Scenarios/README.md")
    return page.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 4, cells[0].wholeMatch(of: /[RA][0-9]+/) != nil else { return nil }
      return Row(id: cells[0], scenarios: cells[2], tests: cells[3])
    }
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: FloorsTests.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The texts of all test files, by their names without `.swift`.
  static func testFiles() throws -> [String: String] {
    let folder = FloorsTests.root.appendingPathComponent("Tests")
    let all = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL])
    var files: [String: String] = [:]
    for file in all where file.pathExtension == "swift" {
      files[file.deletingPathExtension().lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
    }
    return files
  }

  /// What of a row is not there.
  static func faults(of row: Row, _ tests: [String: String]) -> [String] {
    scenarioFaults(of: row) + testFaults(of: row, tests)
  }

  private static func scenarioFaults(of row: Row) -> [String] {
    var faults: [String] = []
    let names = row.scenarios.replacing(/\([^()]*(\([^()]*\)[^()]*)*\)/, with: "").split(separator: ",")
      .map { $0.trimmingCharacters(in: .whitespaces) }
    if names.isEmpty { faults.append("\(row.id) names no scenario") }
    var together = ""
    for name in names {
      guard let text = try? text("Scenarios/\(name).yaml") else {
        faults.append("\(row.id): there is no Scenarios/\(name).yaml")
        continue
      }
      if !text.contains("\nexpect:") { faults.append("\(row.id): \(name) expects nothing") }
      together += text
    }
    for code in row.scenarios.matches(of: /`([^`]+)`/) where !code.1.hasPrefix("explain") {
      if !together.contains(code.1) { faults.append("\(row.id): no scenario of it says \(code.1)") }
    }
    return faults
  }

  private static func testFaults(of row: Row, _ tests: [String: String]) -> [String] {
    var faults: [String] = []
    var count = 0
    // A suite, and the tests of it up to the next suite.
    let parts = row.tests.split(separator: "; `").map { $0.drop { $0 == "`" } }
    for part in parts {
      guard let mark = part.firstRange(of: "`: ") else { continue }
      let (suite, name) = (String(part[..<mark.lowerBound]), String(part[mark.upperBound...]))
      count += 1
      if suite == "BadScenarios" {
        if (try? text("Tests/BadScenarios/\(name)")) == nil {
          faults.append("\(row.id): there is no \(name)")
        }
      } else if let file = tests[suite] {
        let stands = file.contains("func `\(name)`") || file.contains("@Test(\"\(name)\"")
        if !stands { faults.append("\(row.id): \(suite) has no test '\(name)'") }
      } else {
        faults.append("\(row.id): there is no suite \(suite)")
      }
    }
    // Only a year of 33,000 VMs shows the totals of that year.
    if count == 0, row.id != "A8" { faults.append("\(row.id) names no test") }
    return faults
  }

  @Test func `every row names scenarios and tests that exist`() throws {
    let (rows, tests) = (try Self.rows(), try Self.testFiles())
    #expect(rows.map(\.id) == (1...11).map { "R\($0)" } + (1...9).map { "A\($0)" })
    #expect(rows.flatMap { Self.faults(of: $0, tests) } == [])
  }

  @Test func `names that stand for nothing are found`() throws {
    let tests = try Self.testFiles()
    func faults(_ scenarios: String, _ names: String) -> [String] {
      Self.faults(of: Row(id: "R1", scenarios: scenarios, tests: names), tests)
    }
    let good = "`FloorsTests`: no arrow points up"
    #expect(faults("no-such-scenario", good).contains("R1: there is no Scenarios/no-such-scenario.yaml"))
    #expect(
      faults("kernel-floor (`p95(pause) < 1 s`)", good).contains(
        "R1: no scenario of it says p95(pause) < 1 s"))
    #expect(faults("kernel-floor", "`NoTests`: a") == ["R1: there is no suite NoTests"])
    #expect(faults("kernel-floor", "`FloorsTests`: that") == ["R1: FloorsTests has no test 'that'"])
    #expect(faults("kernel-floor", "`BadScenarios`: none.yaml") == ["R1: there is no none.yaml"])
    #expect(faults("kernel-floor", "the expectations") == ["R1 names no test"])
  }
}
