internal import ArgumentParser
internal import FleetExperiments
internal import FleetSimulation
internal import RunStore
internal import ScenarioFormat

/// Replications are added until the result is sure enough.
struct StoppingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Add replications until this holds, such as 'ci(total(downtime)) < 2 %': the half width of the 95 % interval, here as \
      a part of the mean. May be given several times: all have to hold.
      """, valueName: "clause"))
  var until: [String] = []

  @Option(
    parsing: .unconditional,
    help:
      "With --until: the most replications there may be (default: 1,000). Ends with 2 if they are not enough.",
    transform: WholeNumber(StoppingRule.fewest...WholeNumber.replications.range.upperBound).read)
  var maxReplications: Int?

  func validate() throws {
    if maxReplications != nil, until.isEmpty {
      throw ValidationError("--max-replications goes with --until.")
    }
  }

  /// - Parameter replications: what was asked for on the command line: the first look is there.
  func rule(replications: Int?) throws -> StoppingRule? {
    guard !until.isEmpty else { return nil }
    let clauses = try Clauses.read(until, option: "--until") { text throws(ExpectationError) in
      try StoppingRule.clause(parsing: text)
    }
    let first = replications ?? StoppingRule.fewest
    let most = maxReplications ?? max(StoppingRule.usualMost, first)
    guard first >= StoppingRule.fewest, first <= most else {
      throw Streams.refusal(
        "--until looks for the first time after \(first) replications, which is "
          + (first > most ? "more than there may be" : "too few to know how far chance goes"),
        "say --replications from \(StoppingRule.fewest) to \(most), or leave it out")
    }
    return StoppingRule(clauses, first: first, most: most)
  }
}

extension ScenarioOptions {
  /// Simulates until the rule holds, or as often as there may be.
  ///
  /// - Returns: the ledgers of the scenario and of the variants that the rule names.
  func simulate(
    _ scenario: Scenario, among others: [Scenario], until rule: StoppingRule,
    attempts: (any AttemptSink)? = nil
  ) async throws -> (ledgers: [[Ledger]], stopping: StoppingResult) {
    let variants = [scenario] + others
    var ledgers: [[Ledger]] = Array(repeating: [], count: variants.count)
    var verdicts: [ExpectationResult] = []
    for look in rule.looks {
      let done = ledgers[0].count
      // Attempts are those of the scenario; a variant that the rule names has none to give.
      let own = try await simulate([scenario], first: done, count: look - done, attempts: attempts)
      let rest = others.isEmpty ? [] : try await simulate(others, first: done, count: look - done)
      for (index, more) in (own + rest).enumerated() { ledgers[index] += more }
      verdicts = try rule.verdicts(
        scenario, ledgers[0], among: Array(zip(others, ledgers.dropFirst())))
      if verdicts.allSatisfy(\.held) { break }
    }
    return (ledgers, StoppingResult(verdicts, of: rule, at: ledgers[0].count))
  }
}

extension RunFolders {
  /// The same in a folder: what is there is not simulated again, and the looks are at the same places.
  static func run(
    _ folder: inout RunFolder, until rule: StoppingRule, among others: [Scenario], _ options: ScenarioOptions,
    resume: String
  ) async throws -> StoppingResult {
    var verdicts: [ExpectationResult] = []
    var (done, ledgers) = (0, Array(repeating: [Ledger](), count: others.count))
    for look in rule.looks where look <= folder.manifest.replications {
      try await run(
        (done..<look).map { $0..<($0 + 1) }, of: folder, threads: options.threads, options.watch.progress,
        resume: resume)
      if !others.isEmpty {
        let more = try await options.simulate(others, first: done, count: look - done)
        for index in others.indices { ledgers[index] += more[index] }
      }
      done = look
      let whole = try orExit { try folder.run(first: look) }
      verdicts = try rule.verdicts(whole.scenario, whole.ledgers, among: Array(zip(others, ledgers)))
      if verdicts.allSatisfy(\.held) { break }
    }
    if folder.manifest.replications != done {
      do { try folder.settle(at: done) } catch { throw exit(for: error) }
    }
    return StoppingResult(verdicts, of: rule, at: done)
  }
}
