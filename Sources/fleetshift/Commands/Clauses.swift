internal import ArgumentParser
internal import FleetExperiments
internal import FleetSimulation

/// Clauses on the command line: those of `expect:`, read by the same parser and judged by the same evaluator.
enum Clauses {
  /// Reads them, and shows what is wrong with one.
  static func read(
    _ texts: [String], option: String,
    _ parse: (String) throws(ExpectationError) -> Expectation = { text throws(ExpectationError) in
      try Expectation.parse(text)
    }
  ) throws -> [Expectation] {
    try texts.map { text in
      do { return try parse(text) } catch let error as ExpectationError {
        throw refusal(error, in: text, option: option)
      }
    }
  }

  /// Looks whether a scenario knows the names in them, before it is simulated for hours.
  static func check(
    _ clauses: [Expectation], of scenario: Scenario, among others: [Scenario] = [], option: String
  ) throws {
    guard !clauses.isEmpty else { return }
    let results = try ([scenario] + others).map { scenario in
      StudyResult(scenario, [Ledger(try Simulation(scenario, replication: 0).names)])
    }
    for clause in clauses {
      do {
        _ = try clause.evaluate(
          VariantResults(results[0], among: Array(results.dropFirst())), names: ExpectationNames(of: scenario)
        )
      } catch { throw refusal(error, in: clause.text, option: option) }
    }
  }

  /// The clause with a caret below the place, and what would be right.
  static func refusal(_ error: ExpectationError, in text: String, option: String) -> ExitCode {
    let shown = text.map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
    let lead = "  \(option) "
    Streams.say(
      "fleetshift: \(error.message)\n\(lead)\(shown)\n"
        + String(repeating: " ", count: lead.count + error.position) + "^\n  help: \(error.remedy)")
    return ExitStatus.usage.exit
  }
}
