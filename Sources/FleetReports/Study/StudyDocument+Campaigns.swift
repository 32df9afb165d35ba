internal import FleetExperiments
internal import FleetSimulation

// How campaigns went, what held drains up, and what guests went through because of their hosts.

extension StudyDocument {
  /// Campaigns that have an end, or something to say beside it.
  mutating func courses() {
    let shown = (result.courses ?? []).filter { course in
      course.ended != nil || !course.stoppedBy.isEmpty || course.hosts.mean > 0 || course.toReturn.mean > 0
        || course.deadlineMisses.mean > 0 || course.lost.mean > 0
    }
    guard !shown.isEmpty else { return }
    var table = Table(
      [.text("campaign"), .text("outcome")]
        + [("mean", "ends after"), ("95 % interval", "ends after"), ("mean", "takes")].map {
          .number($0.0, of: $0.1)
        }
        + [.number("hosts done"), .number("late at the deadline")]
        + [.number("returned"), .number("could not return"), .number("lost"), .number("rebuilt")])
    for course in shown {
      let end = course.ended.map { dates($0) }
      table.add([
        course.name, outcome(of: course), end?.mean, end?.interval,
        course.makespan.map { Figure.span($0.mean) },
        course.hosts.mean > 0 ? part(course.hostsDone.mean, of: course.hosts.mean) : nil,
        some(course.deadlineMisses), some(course.returned), some(course.returnMisses), some(course.lost),
        some(course.rebuilt, course.rebuiltFromImage),
      ])
    }
    add(
      "Campaigns", table,
      note: "Ends after: from the start of the simulation, of the replications in which it was over; "
        + "takes: from its own beginning.")
  }

  /// `39.5 of 40`: what is not all of them is not rounded to that.
  private func part(_ part: Double, of whole: Double) -> String {
    let all = Figure.count(whole)
    guard part < whole, Figure.count(part) == all else { return "\(Figure.count(part)) of \(all)" }
    let places = (1...3).first { Figure.decimal(part, $0) != Figure.decimal(whole, $0) } ?? 3
    return "\(Figure.decimal(part, places)) of \(all)"
  }

  private func some(_ estimates: Estimate...) -> String? {
    let sum = estimates.reduce(0) { $0 + $1.mean }
    return sum > 0 ? Figure.count(sum) : nil
  }

  private func dates(_ estimate: Estimate) -> (mean: String, interval: String?) {
    guard let low = estimate.low, let high = estimate.high, high > low else {
      return (Figure.span(estimate.mean), nil)
    }
    return (Figure.span(estimate.mean), "\(Figure.span(max(0, low))) to \(Figure.span(high))")
  }

  /// `finished`, or in how many replications it came to what. With nothing more to do it is over, which is not to say that
  /// it has done what it was for.
  private func outcome(of course: CampaignResult) -> String {
    // Of a file that anybody may have written: whole numbers could run over.
    let all = course.outcomes.values.reduce(0.0) { $0 + Double($1) }
    func count(_ outcome: CampaignOutcome) -> Double { Double(course.outcomes[outcome.rawValue] ?? 0) }
    let finished = count(.finished)
    // An older version's result does not tell how many; one of this version does wherever hosts were left behind.
    let isOlder = course.notDone == nil && finished == all && course.hostsDone.mean < course.hosts.mean
    let notDone = Double(course.notDone ?? 0)
    var parts = [
      (isOlder ? "over, hosts left in some" : "finished", finished - notDone), ("over, not done", notDone),
      ("not over", count(.underWay)),
      ("not begun", count(.notBegun)),
    ].filter { $0.1 > 0 }
    for (reason, count) in course.stoppedBy.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      parts.append(("stopped: \(reason)", Double(count)))
    }
    guard parts.count > 1 else { return parts.first?.0 ?? "" }
    return parts.map { "\($0.0) (\(Figure.decimal($0.1, 0)) of \(Figure.decimal(all, 0)))" }.joined(
      separator: ", ")
  }

  /// What held the guests of hosts that were not emptied.
  mutating func blockedDrains() {
    let drains = result.drains
    let (blocked, waiting) = (drains.blocked ?? [:], drains.waiting ?? [:])
    var table = Table([
      .text("what"), .number("hosts given up", of: "VMs left on"),
      .number("hosts not empty yet", of: "VMs left on"),
    ])
    let codes = Set(blocked.keys).union(waiting.keys).sorted { a, b in
      let (x, y) = (
        (blocked[a]?.mean ?? 0) + (waiting[a]?.mean ?? 0), (blocked[b]?.mean ?? 0) + (waiting[b]?.mean ?? 0)
      )
      return (y, a) < (x, b)
    }
    for code in codes {
      table.add([
        BlockReason.words(for: code), blocked[code].map { Figure.count($0.mean) },
        waiting[code].map { Figure.count($0.mean) },
      ])
    }
    add("What kept hosts from being empty", table)
  }

  /// Guests that were down with their hosts.
  mutating func outages() {
    guard let outages = result.outages else { return }
    var table = KeyFigures()
    func add(_ label: String, _ estimate: Estimate, _ kind: FigureKind = .count) {
      if estimate.mean > 0 { table.add(label, estimate, kind) }
    }
    add("VMs down with a host that failed", outages.guests)
    add("  started on another host", outages.rebuilt)
    add("  made anew from an image: data lost", outages.rebuiltFromImage)
    add("  still down at the horizon", outages.stillDown)
    add("VMs not out in time: their host died", outages.lost)
    add("VMs down while their host was worked on", outages.inPlace)
    add("  for, in all", outages.inPlaceTime, .seconds)
    self.add("Downtime by hosts, beside that of moves", table.table)
    guard let time = outages.time else { return }
    self.add(
      .paragraph(
        "Down with a failed host: p50 \(Figure.span(time.p50)), p95 \(Figure.span(time.p95)), "
          + "max \(Figure.span(time.max))"))
  }

  /// What the fleet as a whole came to.
  mutating func fleetFigures() {
    guard let fleet = result.fleet, fleet.worstHostsOut > 0 else { return }
    var table = KeyFigures()
    table.add("most hosts out of service at once", fleet.mostHostsOut)
    table.add("least memory free in a site's hosts in service", fleet.leastHeadroom, .share)
    if fleet.repeatMoves.mean > 0 { table.add("moves of VMs that had been moved before", fleet.repeatMoves) }
    if let waste = result.totals.slotWaste, waste.mean > 0 {
      table.add("slots held by moves that did not converge, or took too long", waste, .seconds)
    }
    add("The fleet meanwhile", table.table)
  }
}
