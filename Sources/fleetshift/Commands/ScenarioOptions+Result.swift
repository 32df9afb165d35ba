internal import FleetExperiments
internal import FleetSimulation
internal import ScenarioFormat

extension ScenarioOptions {
  /// Simulates a scenario, and what else its expectations and answers name; judged and answered.
  ///
  /// - Parameter rule: by which it ends, where that is not a matter of numbers.
  func result(
    of scenario: Scenario, from file: ScenarioFile, attempts: (any AttemptSink)? = nil,
    until rule: StoppingRule? = nil
  ) async throws -> StudyResult {
    guard let rule else {
      let ledgers = try await simulate([scenario], attempts: attempts)
      return try await judged(scenario, ledgers[0], from: file)
    }
    let others = others(rule.variants, than: scenario, from: file)
    let (ledgers, stopping) = try await simulate(scenario, among: others, until: rule, attempts: attempts)
    let known = Array(zip(others, ledgers.dropFirst()))
    return try await judged(scenario, ledgers[0], from: file, known: known, stopping)
  }

  /// What a scenario comes to, or what is kept of one: a result or its folder.
  ///
  /// - Parameter expect: clauses that it has to hold besides its own.
  func result(ofInput input: String, expect: [Expectation] = [], option: String = "--expect") async throws
    -> StudyResult
  {
    guard ResultFile.isScenario(input) else {
      var result = try ResultFile.read(input)
      for clause in expect {
        do { result.expectations.append(try clause.evaluate(result)) } catch {
          throw Clauses.refusal(error, in: clause.text, option: option)
        }
      }
      return result
    }
    let file = try read(input)
    var scenario = try pick(nil, from: file, input)
    let all = others(expect.flatMap(\.variants), than: scenario, from: file)
    try Clauses.check(expect, of: scenario, among: all, option: option)
    scenario.expectations += expect.map(\.text)
    return try await result(of: scenario, from: file)
  }

  /// The variants of those names that a scenario is not itself, as it is: of its seed.
  func others(_ names: [String], than scenario: Scenario, from file: ScenarioFile) -> [Scenario] {
    let own = scenario.variant ?? ScenarioFile.baseName
    return ([ScenarioFile.baseName] + file.variants).filter { names.contains($0) && $0 != own }
      .compactMap { name in
        guard var other = file.scenario(variant: name == ScenarioFile.baseName ? nil : name) else {
          return nil
        }
        (other.seed, other.replications) = (scenario.seed, scenario.replications)
        return other
      }
  }

  /// Judges and answers what a scenario came to, for which the variants that it names are simulated as well.
  ///
  /// - Parameter known: variants that have been simulated already.
  func judged(
    _ scenario: Scenario, _ ledgers: [Ledger], from file: ScenarioFile,
    known: [(Scenario, [Ledger])] = [], _ stopping: StoppingResult? = nil
  ) async throws -> StudyResult {
    var expectations = try scenario.expectations.map { try Expectation.parse($0) }
    // The question is the scenario's, and so is what holds its variants against each other; of a variant only the
    // figures are asked, and what is expected whichever runs, or of this one, or on the command line.
    if scenario.variant != nil, let inherited = file.scenario(variant: nil)?.expectations,
      scenario.expectations.starts(with: inherited)
    {
      let all = expectations.count
      let own = expectations.dropFirst(inherited.count)
      expectations = expectations.prefix(inherited.count).filter(\.variants.isEmpty) + own
      if expectations.count < all {
        Streams.say(
          "fleetshift: \(all - expectations.count) of \(all) expectations name variants, and are judged only where the "
            + "scenario runs as it stands")
      }
    }
    let answers = scenario.variant == nil ? try scenario.answers.map { try Answer.parse($0) } : []
    var wanted = Set(expectations.flatMap(\.variants))
    for answer in answers { wanted.formUnion(answer.variants ?? [ScenarioFile.baseName] + file.variants) }
    let others = others(Array(wanted), than: scenario, from: file)
    let new = others.filter { other in !known.contains { $0.0.variant == other.variant } }
    let rest = new.isEmpty ? [] : try await simulate(new, count: ledgers.count)
    let found = known + Array(zip(new, rest))
    let all = others.compactMap { other in found.first { $0.0.variant == other.variant } }

    var result = StudyResult(scenario, ledgers)
    result.stopping = stopping
    if !file.settings.isEmpty { result.settings = file.settings.map { .init($0.key, $0.text) } }
    let results = all.map { StudyResult($0.0, $0.1) }
    try result.judge(
      expectations, of: scenario, among: results,
      replications: expectations.contains(where: \.asksForPrecision)
        ? VariantResults.replications(of: [(scenario, ledgers)] + all) : [])
    if !answers.isEmpty { try result.answer(answers, of: scenario, among: results) }
    return result
  }
}
