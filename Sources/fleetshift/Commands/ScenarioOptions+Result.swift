internal import FleetExperiments
internal import FleetSimulation
internal import ScenarioFormat

extension ScenarioOptions {
  /// Simulates a scenario, and what else its expectations and answers name; judged and answered.
  func result(
    of scenario: Scenario, from file: ScenarioFile, _ path: String, attempts: (any AttemptSink)? = nil
  ) async throws -> StudyResult {
    let expectations = try scenario.expectations.map { try Expectation.parse($0) }
    // The question is the scenario's; of a variant only the figures are asked.
    let answers = scenario.variant == nil ? try scenario.answers.map { try Answer.parse($0) } : []
    let own = scenario.variant ?? ScenarioFile.baseName
    var wanted = Set(expectations.flatMap(\.variants))
    for answer in answers { wanted.formUnion(answer.variants ?? file.variants) }
    let others = ([ScenarioFile.baseName] + file.variants).filter { wanted.contains($0) && $0 != own }
    let scenarios = try others.map { try pick($0, from: file, path) }

    let results: [StudyResult]
    if let attempts {
      // The rows are of this variant alone.
      let first = try await simulate([scenario], attempts: attempts)
      let rest = scenarios.isEmpty ? [] : try await simulate(scenarios)
      results = zip([scenario] + scenarios, first + rest).map { StudyResult($0, $1) }
    } else {
      results = zip([scenario] + scenarios, try await simulate([scenario] + scenarios)).map {
        StudyResult($0, $1)
      }
    }
    var result = results[0]
    let known = Array(results.dropFirst())
    try result.judge(expectations, of: scenario, among: known)
    if !answers.isEmpty { try result.answer(answers, of: scenario, among: known) }
    return result
  }
}
