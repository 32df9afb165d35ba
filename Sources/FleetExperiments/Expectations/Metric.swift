/// Something that results know, by the name that clauses call it.
struct Metric: Sendable {
  let name: String
  let kind: FigureKind
  /// Whether `of NAME` makes sense.
  var isOfGroups = true
  /// It is asked of a campaign, whose name may stand for `of NAME`: `end(host-upgrade)`.
  var isOfOneCampaign = false
  /// Of a replication, on average.
  let total: @Sendable (MetricSubject) -> Double?
  /// Over single moves or attempts, where it has one.
  var spread: (@Sendable (MetricSubject) -> Spread?)?
  /// What it is a part of, where that has a meaning.
  var whole: (@Sendable (MetricSubject) -> Double)?
  /// The least or the greatest of any replication, by whichever function that goes.
  var extreme: (@Sendable (MetricSubject) -> Double?)?
  var extremeFunction: MetricFunction?
}

/// What a metric is asked of.
struct MetricSubject: Sendable {
  let result: StudyResult
  let group: GroupResult
  /// A strategy's moves are those that it carried to their end, so its success is counted in attempts.
  let isStrategy: Bool
  /// What it is called, if it is a group.
  var name: String?

  /// Attempts that were made and those refused before they began.
  var tries: Double { group.completed.mean + group.failedAttempts.mean }
  var refused: Double { max(0, tries - group.attempts.mean) }
}

extension Metric {
  /// Metrics by name, in the order in which messages list them.
  static let all: [Metric] = moves + data + times + drains + tickets + fleet + courses + outages

  /// The metric of that name, `failures.<code>` among them.
  static func named(_ name: String) -> Metric? {
    if let blocked = blocked(name) { return blocked }
    guard name.hasPrefix("failures."), name.count > "failures.".count else {
      return all.first { $0.name == name }
    }
    let code = String(name.dropFirst("failures.".count))
    return Metric(
      name: name, kind: .count, total: { $0.group.failures[code]?.mean ?? 0 }, whole: { $0.tries })
  }

  static var names: [String] { all.map(\.name) + ["failures.<code>", "blocked.<reason>"] }

  private static let moves = [
    Metric(
      name: "moves", kind: .count, total: { $0.group.moves.mean }, whole: { $0.result.totals.moves.mean }),
    Metric(
      name: "completed", kind: .count, total: { $0.group.completed.mean },
      whole: { $0.isStrategy ? $0.group.attempts.mean : $0.group.moves.mean }),
    Metric(
      name: "abandoned", kind: .count, total: { $0.group.abandoned.mean },
      whole: { $0.isStrategy ? $0.group.attempts.mean : $0.group.moves.mean }),
    Metric(name: "attempts", kind: .count, total: { $0.group.attempts.mean }),
    Metric(name: "failed", kind: .count, total: { $0.group.failedAttempts.mean }, whole: { $0.tries }),
    Metric(name: "refused", kind: .count, total: { $0.refused }, whole: { $0.tries }),
  ]

  private static func bytes(_ name: String, _ value: @escaping @Sendable (GroupResult) -> Estimate) -> Metric
  {
    Metric(
      name: name, kind: .bytes, total: { value($0.group).mean }, whole: { $0.group.transferredBytes.mean })
  }

  private static let data = [
    Metric(
      name: "transferred", kind: .bytes, total: { $0.group.transferredBytes.mean },
      whole: { $0.result.totals.transferredBytes.mean }),
    bytes("disk", \.diskBytes), bytes("memory", \.memoryBytes), bytes("repeated", \.repeatedBytes),
    bytes("outage", \.outageBytes), bytes("wasted", \.wastedBytes),
  ]

  private static func span(_ name: String, _ value: @escaping @Sendable (GroupResult) -> Spread?) -> Metric {
    Metric(
      name: name, kind: .seconds,
      total: { subject in value(subject.group).map { $0.total(over: subject.result.replications) } },
      spread: { value($0.group) })
  }

  private static let times = [
    Metric(
      name: "downtime", kind: .seconds, total: { $0.group.downtimeTotal.mean }, spread: { $0.group.downtime },
      whole: { $0.group.baselineDowntime.mean }),
    Metric(
      name: "saved", kind: .seconds, total: { $0.group.downtimeSaved.mean },
      whole: { $0.group.baselineDowntime.mean }),
    Metric(name: "baseline", kind: .seconds, total: { $0.group.baselineDowntime.mean }),
    Metric(name: "brownout", kind: .seconds, total: { $0.group.brownout.mean }),
    span("pause", \.pause), span("network-gap", \.networkGap), span("service-gap", \.serviceGap),
    span("total-time", \.totalTime), span("wait", \.wait),
  ]

  private static func whole(
    _ name: String, _ value: @escaping @Sendable (StudyResult) -> Estimate,
    of all: (@Sendable (StudyResult) -> Estimate)? = nil
  ) -> Metric {
    var metric = Metric(name: name, kind: .count, isOfGroups: false, total: { value($0.result).mean })
    if let all { metric.whole = { all($0.result).mean } }
    return metric
  }

  private static let drains = [
    whole("drains.started", { $0.drains.started }),
    whole("drains.not-begun", { $0.drains.notBegun }, of: { $0.drains.asked }),
    whole("drains.finished", { $0.drains.finished }, of: { $0.drains.asked }),
    whole("drains.gave-up", { $0.drains.gaveUp }, of: { $0.drains.asked }),
    whole("drains.guests-left", { $0.drains.guestsLeft }),
    whole("drains.in-place", { $0.drains.inPlace ?? Estimate([0]) }, of: { $0.drains.asked }),
    drainTime("drains.time"), drainTime("drain-time"),
  ]

  private static func drainTime(_ name: String) -> Metric {
    Metric(
      name: name, kind: .seconds, isOfGroups: false,
      total: { subject in subject.result.drains.time.map { $0.total(over: subject.result.replications) } },
      spread: { $0.result.drains.time })
  }

  private static let tickets = [
    whole("tickets.opened", { $0.tickets.opened }),
    whole("tickets.started-by-customer", { $0.tickets.startedByCustomer }, of: { $0.tickets.opened }),
    whole("tickets.moved", { $0.tickets.moved }, of: { $0.tickets.opened }),
    whole("tickets.kept", { $0.tickets.kept }, of: { $0.tickets.opened }),
    whole("tickets.late", { $0.tickets.late }, of: { $0.tickets.opened }),
  ]

  private static let fleet = [
    whole("unfinished", { $0.unfinished }, of: { $0.totals.moves }), whole("busy", { $0.busy }),
    whole("host-failures", { $0.hostFailures }), whole("link-failures", { $0.linkFailures }),
    whole("incidents", { $0.incidents }),
  ]
}

extension Spread {
  /// The sum of all values, for each replication on average.
  package func total(over replications: Int) -> Double {
    mean * Double(count) / Double(Swift.max(1, replications))
  }

  func value(of function: MetricFunction) -> Double? {
    switch function {
    case .mean: mean
    case .p50: p50
    case .p95: p95
    case .p99: p99
    case .max: max
    case .min, .total, .share: nil
    }
  }
}
