internal import FleetModel
public import FleetSimulation
internal import Quantities

extension StudyResult {
  /// Sums up the replications of one variant; there must be at least one.
  public init(_ scenario: Scenario, _ ledgers: [Ledger]) {
    self.scenario = scenario.name
    variant = scenario.variant
    question = scenario.question.isEmpty ? nil : scenario.question
    seed = scenario.seed
    replications = ledgers.count
    horizonSeconds = scenario.horizon.seconds
    guests = scenario.fleet.guests.reduce(0) { $0 + $1.count }
    hosts = scenario.fleet.sites.reduce(0) { $0 + $1.hostGroups.reduce(0) { $0 + $1.count } }
    baseline = scenario.baseline
    let codes = Set(ledgers.flatMap(\.codes)).sorted()
    totals = GroupResult(ledgers.map { ($0, $0.total) }, codes)
    byStrategy = StudyResult.groups(ledgers.first?.strategies ?? [], ledgers, codes, \.byStrategy)
    byClass = StudyResult.groups(ledgers.first?.classes ?? [], ledgers, codes, \.byClass)
    byCampaign = StudyResult.groups(ledgers.first?.campaigns ?? [], ledgers, codes, \.byCampaign)
    // A strategy's moves are those that it carried to their end, whoever began them.
    for index in byStrategy.groups.indices {
      byStrategy.groups[index].result.moves = byStrategy.groups[index].result.completed
    }
    byStrategy.groups.removeAll { $0.result.attempts.mean == 0 && $0.result.failedAttempts.mean == 0 }
    drains = DrainResult(ledgers.map(\.drains))
    tickets = TicketResult(ledgers.map(\.tickets))
    policy = PolicyResult(scenario, ledgers)
    unfinished = Estimate(ledgers.map { Double($0.unfinished) })
    busy = Estimate(ledgers.map { Double($0.busy) })
    hostFailures = Estimate(ledgers.map { Double($0.hostFailures) })
    linkFailures = Estimate(ledgers.map { Double($0.linkFailures) })
    incidents = Estimate(ledgers.map { Double($0.incidents) })
    courses = (ledgers.first?.campaigns ?? []).enumerated().map { index, name in
      CampaignResult(name, ledgers.map { $0.courses[index] })
    }
    outages = OutageResult(ledgers)
    fleet = FleetResult(ledgers)
  }

  /// The classes of a fleet can differ between replications by those that no guest happens to be in; names decide.
  private static func groups(
    _ names: [String], _ ledgers: [Ledger], _ codes: [String], _ cells: KeyPath<Ledger, [Cell]>
  ) -> NamedGroups {
    let namesOf: (Ledger) -> [String] = { ledger in
      switch cells {
      case \Ledger.byStrategy: ledger.strategies
      case \Ledger.byClass: ledger.classes
      default: ledger.campaigns
      }
    }
    var all = names
    for ledger in ledgers.dropFirst() { all += namesOf(ledger).filter { !all.contains($0) } }
    return NamedGroups(
      all.map { name in
        let parts = ledgers.map { ledger in
          (ledger, namesOf(ledger).firstIndex(of: name).map { ledger[keyPath: cells][$0] } ?? Cell())
        }
        return (name: name, result: GroupResult(parts, codes))
      })
  }
}

extension GroupResult {
  /// From the cells of one group, replication by replication, each with the ledger that knows its codes.
  init(_ cells: [(ledger: Ledger, cell: Cell)], _ codes: [String]) {
    func estimate(_ value: (Cell) -> Double) -> Estimate { Estimate(cells.map { value($0.cell) }) }
    func spread(_ samples: (Cell) -> Samples) -> Spread? { Spread(cells.map { samples($0.cell) }) }
    moves = estimate { Double($0.requested) }
    completed = estimate { Double($0.completed) }
    abandoned = estimate { Double($0.abandoned) }
    attempts = estimate { Double($0.attempts) }
    failedAttempts = Estimate(rare: cells.map { Double($0.cell.failedAttempts) })
    failures = [:]
    for code in codes {
      let counts = cells.map { part in
        part.ledger.failures(of: part.cell).first { $0.code == code }.map { Double($0.count) } ?? 0
      }
      if counts.contains(where: { $0 > 0 }) { failures[code] = Estimate(rare: counts) }
    }
    transferredBytes = estimate(\.transferredBytes)
    diskBytes = estimate(\.diskBytes)
    memoryBytes = estimate(\.memoryBytes)
    repeatedBytes = estimate(\.repeatedBytes)
    outageBytes = estimate(\.outageBytes)
    wastedBytes = estimate(\.wastedBytes)
    downtime = spread(\.downtime)
    pause = spread(\.pause)
    networkGap = spread(\.networkGap)
    serviceGap = spread(\.serviceGap)
    totalTime = spread(\.totalTime)
    downtimeTotal = estimate(\.downtimeSeconds)
    baselineDowntime = estimate(\.baselineSeconds)
    downtimeSaved = estimate(\.savedSeconds)
    brownout = estimate(\.brownoutSeconds)
    series = GroupSeries(cells.map(\.cell))
    slotWaste = estimate(\.slotWasteSeconds)
    wait = spread(\.wait)
  }
}

extension Spread {
  /// Over all the samples together; `nil` where there are none.
  init?(_ parts: [Samples]) {
    var all = Samples()
    for part in parts { all.merge(part) }
    guard let mean = all.mean, let quantiles = all.quantiles([0.5, 0.95, 0.99, 1]) else { return nil }
    self.init(
      count: all.count, mean: mean, p50: quantiles[0], p95: quantiles[1], p99: quantiles[2], max: quantiles[3]
    )
  }
}

extension DrainResult {
  init(_ tallies: [DrainTally]) {
    started = Estimate(tallies.map { Double($0.started) })
    notBegun = Estimate(tallies.map { Double($0.notBegun) })
    finished = Estimate(tallies.map { Double($0.finished) })
    gaveUp = Estimate(tallies.map { Double($0.gaveUp) })
    guestsLeft = Estimate(tallies.map { Double($0.guestsLeft) })
    time = Spread(tallies.map(\.time))
    series = DrainSeries(tallies)
    inPlace = Estimate(tallies.map { Double($0.inPlace) })
    blocked = DrainResult.byReason(tallies.map(\.blocked))
    waiting = DrainResult.byReason(tallies.map(\.waiting))
  }
}

extension DrainResult {
  fileprivate static func byReason(_ counts: [[String: Int]]) -> [String: Estimate] {
    var result: [String: Estimate] = [:]
    for code in Set(counts.flatMap(\.keys)) { result[code] = Estimate(counts.map { Double($0[code] ?? 0) }) }
    return result
  }
}

extension TicketResult {
  init(_ tallies: [TicketTally]) {
    opened = Estimate(tallies.map { Double($0.opened) })
    startedByCustomer = Estimate(tallies.map { Double($0.startedByCustomer) })
    moved = Estimate(tallies.map { Double($0.moved) })
    kept = Estimate(tallies.map { Double($0.kept) })
    late = Estimate(tallies.map { Double($0.late) })
  }
}
