import CutoverCore
import MigrationPhysics
import Quantities

@testable import FleetSimulation

/// What must hold of a result.
struct LedgerAudit {
  static func faults(of ledger: Ledger, _ rows: [AttemptRow], unfinishedDowntime: Double) -> [Fault] {
    var faults: [Fault] = []
    func sum(_ cells: [Cell]) -> Cell { cells.reduce(into: Cell()) { $0.merge($1) } }
    let ways = [sum(ledger.byStrategy), sum(ledger.byClass), sum(ledger.byCampaign)]
    func agree(_ name: String, _ value: (Cell) -> Double) {
      let values = ways.map(value)
      if values.contains(where: { abs($0 - values[0]) > 1e-9 * max(1, abs(values[0])) }) {
        faults.append(Fault(.accounts, "\(name) by strategy, class and campaign: \(values)"))
      }
    }
    agree("requested") { Double($0.requested) }
    agree("completed") { Double($0.completed) }
    agree("abandoned") { Double($0.abandoned) }
    agree("attempts") { Double($0.attempts) }
    agree("failures") { Double($0.failedAttempts) }
    agree("bytes", \.transferredBytes)
    agree("wasted", \.wastedBytes)
    agree("downtime", \.downtimeSeconds)
    agree("baseline", \.baselineSeconds)
    agree("saved", \.savedSeconds)
    agree("brownout", \.brownoutSeconds)
    agree("samples") {
      $0.downtime.sum + $0.pause.sum + $0.networkGap.sum + $0.serviceGap.sum + $0.totalTime.sum
    }
    func same(
      _ name: String, _ a: Double, _ b: Double, within tolerance: Double = 1e-6, _ law: Law = .accounts
    ) {
      if abs(a - b) > tolerance * max(1, abs(a)) { faults.append(Fault(law, "\(name): \(a) and \(b)")) }
    }
    let total = ways[2]
    same("saved", total.savedSeconds, total.baselineSeconds - (total.downtimeSeconds - unfinishedDowntime))
    same("bytes", total.transferredBytes, rows.reduce(0) { $0 + $1.transferred.value }, .bytes)
    same("attempts", Double(total.attempts), Double(rows.count))
    same(
      "guests", Double(ledger.guestDowntime.reduce(0) { $0 + Double($1) }), total.downtimeSeconds,
      within: 1e-4)
    let gaps = total.networkGap.sum + total.serviceGap.sum
    same("gaps", gaps, total.downtimeSeconds)
    for row in rows {
      if row.brownout > row.totalTime {
        faults.append(Fault(.accounts, "attempt of VM \(row.guest) slowed for longer than it took"))
      }
      if row.downtimes.pause > row.downtimes.networkGap {
        faults.append(Fault(.accounts, "a pause that no client saw"))
      }
      if row.outcome == "completed", row.accounts.downtime == nil {
        faults.append(Fault(.accounts, "completed, and still down"))
      }
    }
    return faults + LedgerAudit.faults(ofCampaigns: ledger)
  }

  private static func faults(ofCampaigns ledger: Ledger) -> [Fault] {
    var faults: [Fault] = []
    for (name, tally) in zip(ledger.campaigns, ledger.courses) {
      if tally.returned + tally.returnMisses > tally.toReturn {
        faults.append(Fault(.accounts, "\(name): too many came home"))
      }
      if tally.outcome == .finished, tally.returned + tally.returnMisses != tally.toReturn {
        faults.append(Fault(.moveEnds, "\(name) is over, and somebody is still on his way home"))
      }
      if tally.rebuilt + tally.rebuiltFromImage > tally.lost {
        faults.append(Fault(.lostNamed, "\(name): rebuilt, and not lost"))
      }
      if (tally.outcome == .finished) != (tally.ended != nil) {
        faults.append(Fault(.accounts, "\(name) has a wrong end"))
      }
      if tally.hostsRetired > tally.hostsDone {
        faults.append(Fault(.accounts, "\(name): more retired than done"))
      }
    }
    if ledger.headroom < 0 || ledger.headroom > 1 {
      faults.append(Fault(.hostCapacity, "a headroom of \(ledger.headroom)"))
    }
    return faults
  }

  /// Of one after which nothing was asked for, and which had all the time in the world: all that began has ended.
  static func faults(ofQuiet ledger: Ledger) -> [Fault] {
    var faults: [Fault] = []
    if ledger.unfinished > 0 {
      faults.append(Fault(.moveEnds, "\(ledger.unfinished) moves have not ended"))
    }
    let tickets = ledger.tickets
    if tickets.pending + tickets.scheduled + tickets.started + tickets.inProgress > 0 {
      faults.append(Fault(.ticketCloses, "tickets are open: \(tickets)"))
    }
    if ledger.drains.started != ledger.drains.finished + ledger.drains.gaveUp {
      faults.append(Fault(.drainNamed, "a drain has not ended: waits for \(ledger.drains.waiting)"))
    }
    return faults
  }
}
