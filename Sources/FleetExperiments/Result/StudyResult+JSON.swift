// The JSON form names the totals over all moves twice: as a group like any other (`all`, with spreads and failures),
// and as a flat object of estimates (`totals`), which is what other programs read first.

extension StudyResult {
  private enum FlatKeys: String, CodingKey {
    case totals
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(scenario, forKey: .scenario)
    try container.encode(variant, forKey: .variant)
    try container.encodeIfPresent(settings, forKey: .settings)
    try container.encodeIfPresent(question, forKey: .question)
    try container.encode(seed, forKey: .seed)
    try container.encode(replications, forKey: .replications)
    try container.encode(horizonSeconds, forKey: .horizonSeconds)
    try container.encode(guests, forKey: .guests)
    try container.encode(hosts, forKey: .hosts)
    try container.encode(baseline, forKey: .baseline)
    try container.encode(totals, forKey: .totals)
    try container.encode(byStrategy, forKey: .byStrategy)
    try container.encode(byClass, forKey: .byClass)
    try container.encode(byCampaign, forKey: .byCampaign)
    try container.encode(drains, forKey: .drains)
    try container.encode(tickets, forKey: .tickets)
    try container.encodeIfPresent(policy, forKey: .policy)
    try container.encode(unfinished, forKey: .unfinished)
    try container.encode(busy, forKey: .busy)
    try container.encode(hostFailures, forKey: .hostFailures)
    try container.encode(linkFailures, forKey: .linkFailures)
    try container.encode(incidents, forKey: .incidents)
    try container.encodeIfPresent(courses, forKey: .courses)
    try container.encodeIfPresent(outages, forKey: .outages)
    try container.encodeIfPresent(fleet, forKey: .fleet)
    try container.encode(expectations, forKey: .expectations)
    try container.encodeIfPresent(answers, forKey: .answers)
    try container.encodeIfPresent(stopping, forKey: .stopping)
    var flat = encoder.container(keyedBy: FlatKeys.self)
    try flat.encode(FlatTotals(totals), forKey: .totals)
  }
}

/// Estimates of totals per replication, and nothing else.
private struct FlatTotals: Encodable {
  private let values: [(Key, Estimate)]

  private enum Key: String, CodingKey {
    case moves, completed, abandoned, attempts
    case failedAttempts = "failed_attempts"
    case transferred = "transferred_bytes"
    case wasted = "wasted_bytes"
    case downtime = "downtime_seconds"
    case baseline = "baseline_downtime_seconds"
    case saved = "downtime_saved_seconds"
    case brownout = "brownout_seconds"
  }

  init(_ all: GroupResult) {
    values = [
      (.moves, all.moves), (.completed, all.completed), (.abandoned, all.abandoned),
      (.attempts, all.attempts), (.failedAttempts, all.failedAttempts),
      (.transferred, all.transferredBytes), (.wasted, all.wastedBytes), (.downtime, all.downtimeTotal),
      (.baseline, all.baselineDowntime), (.saved, all.downtimeSaved), (.brownout, all.brownout),
    ]
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (key, value) in values { try container.encode(value, forKey: key) }
  }
}
