public import FleetExperiments

/// What baselines there are.
public enum BaselineReport {
  public static func text(
    _ entries: [(name: String, result: StudyResult)], style: TerminalStyle = .plain
  ) -> String { document(entries).text(style) }

  public static func markdown(_ entries: [(name: String, result: StudyResult)]) -> String {
    document(entries).markdown()
  }

  public static func json(_ entries: [(name: String, result: StudyResult)]) throws -> String {
    try JSONReport.encode(entries.map { Entry($0.name, $0.result) })
  }

  private struct Entry: Encodable {
    var name: String
    var scenario: String
    var variant: String?
    var seed: UInt64
    var replications: Int
    var vms: Int
    var brokenExpectations: Int

    init(_ name: String, _ result: StudyResult) {
      self.name = name
      (scenario, variant, seed) = (result.scenario, result.variant, result.seed)
      (replications, vms) = (result.replications, result.guests)
      brokenExpectations = result.expectations.count { !$0.held }
    }

    enum CodingKeys: String, CodingKey {
      case name, scenario, variant, seed, replications, vms
      case brokenExpectations = "broken_expectations"
    }
  }

  private static func document(_ entries: [(name: String, result: StudyResult)]) -> Document {
    var document = Document()
    var table = Table([
      .text("baseline"), .number("seed"), .number("replications"), .number("VMs"), .number("moves"),
      .number("downtime"), .text("expectations"),
    ])
    for (name, result) in entries {
      let broken = result.expectations.count { !$0.held }
      table.add([
        name, "\(result.seed)", "\(result.replications)", Figure.text(Double(result.guests), .count),
        Figure.count(result.totals.completed.mean), Figure.text(result.totals.downtimeTotal.mean, .seconds),
        result.expectations.isEmpty
          ? "none" : broken == 0 ? "all \(result.expectations.count) hold" : "\(broken) broken",
      ])
    }
    if !table.rows.isEmpty { document.add(.table(table)) }
    return document
  }
}
