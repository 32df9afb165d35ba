internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import RunStore
internal import ScenarioFormat

/// One kind of file that people hand to the program: whatever its bytes are, it is read or refused, with words.
///
/// A case that traps, hangs or takes memory without bound is a bug of the reader.
package enum TextCase: String, CaseIterable, Sendable {
  case scenario, migration, gate, profile
  case kubevirt, nova, ovirt
  case dataset, cases, rounds
  case result, sweep, course, replication

  package enum Outcome: Hashable, Sendable {
    case read, refused
  }

  package struct Wordless: Error {}

  /// Reads the bytes as such a file, and prints what was read as commands would.
  package func run(_ bytes: [UInt8]) throws -> Outcome {
    let text = String(decoding: bytes, as: UTF8.self)
    switch self {
    case .scenario:
      let file = ScenarioFile(text: text, name: "fuzz.yaml")
      return try outcome(file.hasErrors, file.problems, file.problemsAsAnnotations)
    case .migration: return try outcome(MigrationFile(text: text, name: "fuzz.yaml"))
    case .gate:
      let file = GateFile(text: text, name: "fuzz.yaml")
      return try outcome(file.hasErrors, file.problems)
    case .profile: return try outcome(ProfileFile(text: text, name: "fuzz.yaml"))
    case .kubevirt: return try outcome(PolicyImport(.kubevirt, text: text, name: "fuzz.yaml"))
    case .nova: return try outcome(PolicyImport(.nova, text: text, name: "fuzz.conf"))
    case .ovirt: return try outcome(PolicyImport(.ovirt, text: text, name: "fuzz.json"))
    case .dataset: return try outcome(DatasetFile(text: text, name: "fuzz.csv"))
    case .cases:
      let file = CaseFile(text: text, name: "fuzz.yaml")
      // What was read is predicted, too: a few of them, for one takes a while.
      let validation = CaseValidation(ProfileCatalog())
      let verdicts = file.cases.prefix(6).map(validation.verdict)
      _ = ValidationReport.text(verdicts, dataset: "fuzz.yaml")
      return try outcome(file)
    case .rounds: return try outcome(RoundsFile(text: text, name: "fuzz.csv"))
    case .result:
      guard let result = try? JSONDecoder().decode(BoundedResult<StudyResult>.self, from: Data(bytes)).result
      else {
        return .refused
      }
      _ = TextReport.render(result)
      _ = MarkdownReport.render(result)
      _ = try? page(of: result, course: nil)
      if let comparison = try? Comparison([
        .init(name: "a", result: result), .init(name: "b", result: result),
      ]) {
        _ = ComparisonReport.text(comparison)
      }
      return .read
    case .sweep:
      guard let result = try? JSONDecoder().decode(BoundedResult<SweepResult>.self, from: Data(bytes)).result
      else {
        return .refused
      }
      _ = SweepResultReport.text(result)
      _ = SweepResultReport.markdown(result)
      _ = SweepResultReport.csv(result)
      _ = SweepResultReport.replications(result)
      _ = try? SweepHTMLReport(result, version: "0", bundle: nil).render()
      return .read
    case .course:
      guard let course = try? JSONDecoder().decode(BoundedResult<StudyCourse>.self, from: Data(bytes)).result,
        let result = Self.soundResult
      else { return .refused }
      _ = try? page(of: result, course: course)
      return .read
    case .replication:
      // Of a shard, behind its checksum.
      guard let scenario = Self.soundScenario,
        let unit = try? ShardLine.Replication.read(
          Data(bytes), asReplication: 0, ofPoint: 0, in: scenario)
      else { return .refused }
      let result = StudyResult(scenario, [unit.ledger, unit.ledger])
      _ = TextReport.render(result)
      let course = StudyCourse([unit.course, unit.course].compactMap(\.self), of: scenario)
      _ = try page(of: result, course: course)
      _ = try JSONReport.render([result])
      return .read
    }
  }

  /// Of which a replication is.
  private static let soundScenario: Scenario? = {
    let path = root.appendingPathComponent("Scenarios/warm-start.yaml")
    guard let text = try? String(contentsOf: path, encoding: .utf8) else { return nil }
    return ScenarioFile(text: text, name: "warm-start.yaml").scenarios.first
  }()

  private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized

  private func page(of result: StudyResult, course: StudyCourse?) throws -> String {
    try HTMLReport(result, course: course, question: "", command: "", version: "0", bundle: nil).render()
  }

  /// Beside whose figures a course is shown.
  private static let soundResult: StudyResult? = {
    (try? Data(contentsOf: root.appendingPathComponent("Reports/warm-start/summary.json")))
      .flatMap { try? JSONDecoder().decode(StudyResult.self, from: $0) }
  }()

  private func outcome(_ file: some CheckedFile) throws -> Outcome {
    try outcome(file.hasErrors, file.problems)
  }

  /// A file that is refused is refused with words.
  private func outcome(_ isRefused: Bool, _ words: String...) throws -> Outcome {
    if isRefused, words.contains("") { throw Wordless() }
    return isRefused ? .refused : .read
  }
}
