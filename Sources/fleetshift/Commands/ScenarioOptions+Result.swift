internal import FleetExperiments
internal import FleetSimulation
internal import ScenarioFormat

extension ScenarioOptions {
  /// Simulates a scenario, and what else its expectations and answers name; judged and answered.
  func result(
    of scenario: Scenario, from file: ScenarioFile, attempts: (any AttemptSink)? = nil
  ) async throws -> StudyResult {
    let ledgers = try await simulate([scenario], attempts: attempts)
    return try await judged(scenario, ledgers[0], from: file)
  }

  /// Judges and answers what a scenario came to, for which the variants that it names are simulated as well.
  func judged(_ scenario: Scenario, _ ledgers: [Ledger], from file: ScenarioFile) async throws -> StudyResult
  {
    let expectations = try scenario.expectations.map { try Expectation.parse($0) }
    // The question is the scenario's; of a variant only the figures are asked.
    let answers = scenario.variant == nil ? try scenario.answers.map { try Answer.parse($0) } : []
    let own = scenario.variant ?? ScenarioFile.baseName
    var wanted = Set(expectations.flatMap(\.variants))
    for answer in answers { wanted.formUnion(answer.variants ?? file.variants) }
    let others = ([ScenarioFile.baseName] + file.variants).filter { wanted.contains($0) && $0 != own }
    let scenarios = others.compactMap { name -> Scenario? in
      guard var other = file.scenario(variant: name == ScenarioFile.baseName ? nil : name) else { return nil }
      (other.seed, other.replications) = (scenario.seed, scenario.replications)
      return other
    }

    let rest = scenarios.isEmpty ? [] : try await simulate(scenarios)
    let known = zip(scenarios, rest).map { StudyResult($0, $1) }
    var result = StudyResult(scenario, ledgers)
    try result.judge(expectations, of: scenario, among: known)
    if !answers.isEmpty { try result.answer(answers, of: scenario, among: known) }
    return result
  }
}
