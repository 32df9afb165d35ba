// What campaigns, host failures and the fleet as a whole came to.

extension Metric {
  /// Of a campaign alone, or of all of them together.
  private static func course(
    _ name: String, whole: (@Sendable (CampaignResult) -> Estimate)? = nil,
    _ value: @escaping @Sendable (CampaignResult) -> Estimate
  ) -> Metric {
    @Sendable func sum(
      _ subject: MetricSubject, _ value: @Sendable (CampaignResult) -> Estimate
    ) -> Double? {
      guard subject.name == nil || subject.course != nil else { return nil }
      return (subject.course.map { [$0] } ?? subject.result.courses ?? []).reduce(0) { $0 + value($1).mean }
    }
    var metric = Metric(name: name, kind: .count, total: { sum($0, value) })
    if let whole { metric.whole = { sum($0, whole) ?? 0 } }
    return metric
  }

  /// When a campaign ended, replication by replication; nothing as long as there is one in which it did not.
  private static func date(
    _ name: String, _ value: @escaping @Sendable (CampaignResult) -> Estimate?
  ) -> Metric {
    Metric(
      name: name, kind: .seconds, isOfOneCampaign: true,
      total: { subject in
        guard let course = subject.course, course.finishedShare == 1 else { return nil }
        return value(course)?.mean
      })
  }

  static let courses: [Metric] = [
    date("end", \.ended), date("makespan", \.makespan),
    date("latest-end") { course in course.latestEnd.map { Estimate([$0]) } },
    Metric(
      name: "finished", kind: .share, total: { $0.course?.finishedShare }),
    course("hosts-done", whole: \.hosts, \.hostsDone),
    course("hosts-retired", whole: \.hosts, \.hostsRetired),
    course("deadline-misses", \.deadlineMisses),
    course("returned", whole: \.toReturn, \.returned),
    course("return-misses", whole: \.toReturn, \.returnMisses),
    course("lost", \.lost), course("rebuilt", whole: \.lost, \.rebuilt),
    course("rebuilt-from-image", whole: \.lost, \.rebuiltFromImage),
  ]

  private static func outage(
    _ name: String, _ value: @escaping @Sendable (OutageResult) -> Estimate
  ) -> Metric {
    Metric(name: name, kind: .count, isOfGroups: false, total: { $0.result.outages.map { value($0).mean } })
  }

  static let outages: [Metric] = [
    Metric(
      name: "host-downtime", kind: .seconds, isOfGroups: false,
      total: { subject in
        guard let outages = subject.result.outages else { return nil }
        return outages.time.map { $0.total(over: subject.result.replications) } ?? 0
      },
      spread: { $0.result.outages?.time }),
    outage("host-outages", \.guests), outage("host-outages.rebuilt", \.rebuilt),
    outage("host-outages.rebuilt-from-image", \.rebuiltFromImage),
    outage("host-outages.still-down", \.stillDown),
    outage("in-place", \.inPlace),
    Metric(
      name: "in-place-downtime", kind: .seconds, isOfGroups: false,
      total: { $0.result.outages?.inPlaceTime.mean }),
    Metric(
      name: "repeat-moves", kind: .count, isOfGroups: false,
      total: { $0.result.fleet?.repeatMoves.mean },
      whole: { $0.result.totals.completed.mean }),
    Metric(
      name: "headroom", kind: .share, isOfGroups: false,
      total: { $0.result.fleet?.leastHeadroom.mean }, extreme: { $0.result.fleet?.worstHeadroom },
      extremeFunction: .min),
    Metric(
      name: "hosts-out", kind: .count, isOfGroups: false,
      total: { $0.result.fleet?.mostHostsOut.mean }, extreme: { $0.result.fleet?.worstHostsOut },
      extremeFunction: .max),
    Metric(name: "slot-waste", kind: .seconds, total: { $0.group.slotWaste?.mean }),
  ]

  /// `blocked.<reason>`: guests left on hosts given up, by what held them.
  static func blocked(_ name: String) -> Metric? {
    let prefix = "blocked."
    guard name.hasPrefix(prefix), name.count > prefix.count else { return nil }
    let code = String(name.dropFirst(prefix.count))
    return Metric(
      name: name, kind: .count, isOfGroups: false,
      total: { $0.result.drains.blocked?[code]?.mean ?? 0 },
      whole: { $0.result.drains.guestsLeft.mean })
  }
}

extension MetricSubject {
  /// The campaign that is asked of, if it is one.
  var course: CampaignResult? { name.flatMap { name in result.courses?.first { $0.name == name } } }
}

extension MetricCall {
  /// Why there is nothing to take the number of, where more can be said than that.
  func absence(in result: StudyResult) -> String? {
    if ["drains.time", "drain-time"].contains(metric) {
      let asked = result.drains.asked.mean
      return asked > 0 ? "none of \(Figure.count(asked)) drains finished" : "there are no drains"
    }
    guard let group, Metric.named(metric)?.isOfOneCampaign == true,
      let course = result.courses?.first(where: { $0.name == group })
    else { return nil }
    let all = course.outcomes.values.reduce(0, +)
    let finished = Int((course.finishedShare * Double(all)).rounded())
    guard all > finished else { return nil }
    return "not over in \(all - finished) of \(all) replication\(all == 1 ? "" : "s")"
  }
}

/// What holds a guest whose host is to be emptied: the codes of the result files and what people call them. The reasons
/// of failure are among them.
package enum BlockReason {
  package static let waits: [(code: String, words: String)] = [
    ("ticket_date", "waited for the date of its ticket"),
    ("limit_host_out", "waited for a slot out of its host"),
    ("limit_host_in", "waited for a slot into a host with room"),
    ("limit_fleet", "waited for a slot of the fleet"),
    ("no_room", "waited for a host with room"),
    ("retry_wait", "waited for another try"),
    ("host_down", "its host was down"),
    ("under_way", "was on its way"),
    ("host_died", "its host died first"),
    ("not_asked", "was on another campaign's move, or not asked"),
  ]

  package static func words(for code: String) -> String {
    waits.first { $0.code == code }?.words ?? FailureReason.words(for: code)
  }
}
