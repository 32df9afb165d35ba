public import FleetExperiments
internal import FleetSimulation

extension RunFolder {
  /// What the sweep came to, from all its shards, one point at a time.
  ///
  /// - Parameter metrics: what is asked of each point; those of the plan if it is `nil`.
  /// - Throws: ``RunStoreError`` where shards are missing or damaged; ``ExpectationError`` for a name that no point has.
  public func sweepResult(_ metrics: [String]? = nil) throws -> SweepResult {
    let question = SweepQuestion(
      scenario: manifest.scenario.name, variant: manifest.variant, seed: manifest.seed,
      replications: manifest.replications, design: manifest.design ?? .grid, factors: manifest.factors,
      points: manifest.points,
      metrics: try (metrics ?? manifest.metrics).map { text throws(ExpectationError) in
        try MetricExpression(parsing: text)
      })
    var values: [[[Double?]]] = []
    var ledgers: [Ledger] = []
    try units { unit, scenario in
      ledgers.append(unit.ledger)
      guard ledgers.count == manifest.replications else { return }
      values.append(try question.values(at: scenario, ledgers))
      ledgers.removeAll(keepingCapacity: true)
    }
    return question.result(values)
  }
}
