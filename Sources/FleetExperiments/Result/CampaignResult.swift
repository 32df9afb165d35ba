internal import FleetSimulation

/// How a campaign went. Times in seconds from the start of the simulation.
public struct CampaignResult: Codable, Hashable, Sendable {
  public var name: String
  /// Replications by how it ended: `finished`, `stopped`, `under_way` or `not_begun` at the horizon.
  public var outcomes: [String: Int]
  /// Of the replications in which it finished, those in which hosts were left that it had not done; `nil`: none, or a
  /// result of an older version, which does not tell.
  public var notDone: Int?
  /// Replications by the condition or the deadline that made it pause.
  public var stoppedBy: [String: Int]
  /// Over the replications in which it began; `nil` if it never did.
  public var began: Estimate?
  /// Over the replications in which it finished; `nil` if it never did.
  public var ended: Estimate?
  /// From its beginning to its end, over the same.
  public var makespan: Estimate?
  /// The end of the last replication to finish.
  public var latestEnd: Double?
  /// Hosts that were to be drained, and what became of them.
  public var hosts: Estimate
  public var hostsDone: Estimate
  public var hostsRetired: Estimate
  public var hostsDied: Estimate
  /// Hosts, or guests where no host is drained, that were not done at the deadline.
  public var deadlineMisses: Estimate
  /// Guests that were to go home, did, and could not.
  public var toReturn: Estimate
  public var returned: Estimate
  public var returnMisses: Estimate
  /// Guests whose host died before they were out; of these, started elsewhere with their disks, or made anew without.
  public var lost: Estimate
  public var rebuilt: Estimate
  public var rebuiltFromImage: Estimate
  /// How long it took, replication by replication, for whoever pairs them; results of older versions have none.
  public var series: CampaignSeries?

  enum CodingKeys: String, CodingKey {
    case name, outcomes, hosts, returned, lost, rebuilt
    case series = "per_replication"
    case notDone = "finished_not_done"
    case stoppedBy = "stopped_by"
    case began = "began_seconds"
    case ended = "end_seconds"
    case makespan = "makespan_seconds"
    case latestEnd = "latest_end_seconds"
    case hostsDone = "hosts_done"
    case hostsRetired = "hosts_retired"
    case hostsDied = "hosts_died"
    case deadlineMisses = "deadline_misses"
    case toReturn = "to_return"
    case returnMisses = "return_misses"
    case rebuiltFromImage = "rebuilt_from_image"
  }

  /// In how many replications it finished, as a share of all.
  public var finishedShare: Double {
    let all = outcomes.values.reduce(0.0) { $0 + Double($1) }
    return all == 0 ? 0 : Double(outcomes[CampaignOutcome.finished.rawValue] ?? 0) / all
  }
}

extension CampaignResult {
  init(_ name: String, _ tallies: [CampaignTally]) {
    self.name = name
    func counts(_ words: [String]) -> [String: Int] { words.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    func estimate(_ value: (CampaignTally) -> Int) -> Estimate { Estimate(tallies.map { Double(value($0)) }) }
    func some(_ values: [Double]) -> Estimate? { values.isEmpty ? nil : Estimate(values) }
    outcomes = counts(tallies.map(\.outcome.rawValue))
    let left = tallies.count { $0.outcome == .finished && $0.hostsDone < $0.hosts }
    notDone = left == 0 ? nil : left
    stoppedBy = counts(tallies.compactMap(\.stoppedBy))
    began = some(tallies.compactMap(\.began))
    let ends = tallies.compactMap(\.ended)
    ended = some(ends)
    makespan = some(tallies.compactMap(\.makespan))
    series = CampaignSeries(
      makespanSeconds: tallies.map(\.makespan), hostsDone: tallies.map { Double($0.hostsDone) })
    latestEnd = ends.max()
    hosts = estimate(\.hosts)
    hostsDone = estimate(\.hostsDone)
    hostsRetired = estimate(\.hostsRetired)
    hostsDied = estimate(\.hostsDied)
    deadlineMisses = estimate(\.deadlineMisses)
    toReturn = estimate(\.toReturn)
    returned = estimate(\.returned)
    returnMisses = estimate(\.returnMisses)
    lost = estimate(\.lost)
    rebuilt = estimate(\.rebuilt)
    rebuiltFromImage = estimate(\.rebuiltFromImage)
  }
}

/// How long a campaign took in each replication, in their order.
public struct CampaignSeries: Codable, Hashable, Sendable {
  /// Seconds from its beginning to its end; `nil` where it was not over at the horizon.
  public var makespanSeconds: [Double?]
  /// Hosts that it had done; results of older versions do not say.
  public var hostsDone: [Double]?

  enum CodingKeys: String, CodingKey {
    case makespanSeconds = "makespan_seconds"
    case hostsDone = "hosts_done"
  }
}

extension CampaignTally {
  /// Seconds from its beginning to its end; `nil` where one of them did not come.
  fileprivate var makespan: Double? { ended.flatMap { end in began.map { end - $0 } } }
}

/// What guests went through beside their moves, because of their hosts.
public struct OutageResult: Codable, Hashable, Sendable {
  /// Guests that went down with a host that failed or died, each time anew.
  public var guests: Estimate
  public var stillDown: Estimate
  public var rebuilt: Estimate
  public var rebuiltFromImage: Estimate
  /// Guests that were not out in time of a host that died under evacuation.
  public var lost: Estimate
  /// Hosts that died under evacuation.
  public var hostsDied: Estimate
  /// How long each was down, in seconds.
  public var time: Spread?
  /// Guests that were down while their host was worked on, and for how long in all.
  public var inPlace: Estimate
  public var inPlaceTime: Estimate

  enum CodingKeys: String, CodingKey {
    case guests, rebuilt, lost
    case stillDown = "still_down"
    case rebuiltFromImage = "rebuilt_from_image"
    case hostsDied = "hosts_died"
    case time = "time_seconds"
    case inPlace = "in_place"
    case inPlaceTime = "in_place_seconds"
  }
}

extension OutageResult {
  init(_ ledgers: [Ledger]) {
    func estimate(_ value: (OutageTally) -> Double) -> Estimate {
      Estimate(ledgers.map { value($0.outages) })
    }
    guests = estimate { Double($0.guests) }
    stillDown = estimate { Double($0.stillDown) }
    rebuilt = estimate { Double($0.rebuilt) }
    rebuiltFromImage = estimate { Double($0.rebuiltFromImage) }
    lost = estimate { Double($0.lost) }
    hostsDied = estimate { Double($0.hostsDied) }
    time = Spread(ledgers.map(\.outageSeconds))
    inPlace = estimate { Double($0.inPlace) }
    inPlaceTime = estimate(\.inPlaceSeconds)
  }
}

/// The fleet as a whole.
public struct FleetResult: Codable, Hashable, Sendable {
  /// Completed moves of guests that had been moved before.
  public var repeatMoves: Estimate
  /// The least share of memory that the hosts in service of a site had free, in a replication.
  public var leastHeadroom: Estimate
  /// In any replication.
  public var worstHeadroom: Double
  /// The most hosts out of service at once, in a replication.
  public var mostHostsOut: Estimate
  /// In any replication.
  public var worstHostsOut: Double

  enum CodingKeys: String, CodingKey {
    case repeatMoves = "repeat_moves"
    case leastHeadroom = "least_headroom"
    case worstHeadroom = "worst_headroom"
    case mostHostsOut = "most_hosts_out"
    case worstHostsOut = "worst_hosts_out"
  }
}

extension FleetResult {
  init(_ ledgers: [Ledger]) {
    repeatMoves = Estimate(ledgers.map { Double($0.repeatMoves) })
    leastHeadroom = Estimate(ledgers.map(\.headroom))
    worstHeadroom = ledgers.map(\.headroom).min() ?? 1
    mostHostsOut = Estimate(ledgers.map { Double($0.mostHostsOut) })
    worstHostsOut = ledgers.map { Double($0.mostHostsOut) }.max() ?? 0
  }
}
