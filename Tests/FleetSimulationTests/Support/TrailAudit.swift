import CutoverCore
import FleetModel
import MigrationPolicy
import Quantities

@testable import FleetSimulation

/// What a run has told of itself, in its order, and what must hold of that: nothing here looks into the simulation.
struct TrailAudit {
  enum Entry {
    case note(Note)
    case row(AttemptRow)
  }

  let scenario: Scenario
  /// Where the guests were at the start, and where they are at the end.
  let start: [Int]
  let end: [Int]
  let groups: [String]
  var entries: [Entry]
  var ledger: Ledger

  private struct Life {
    var host: Int
    var campaign: Int?
    var step = 0
    var date: Instant?
    /// Who was told the date has chosen it.
    var isByCustomer = false
    var isUnderWay = false
    var hasArrived = false
    var isOverdue = false
  }

  func faults() -> [Fault] {
    var faults: [Fault] = []
    var lives = start.map { Life(host: $0) }
    var counts = Counts()
    for entry in entries {
      switch entry {
      case .row(let row): faults += check(row, &lives[row.guest], &counts)
      case .note(let note) where note.guest >= 0: faults += follow(note, &lives[note.guest], &counts)
      case .note(let note): counts.count(note)
      }
    }
    for (guest, life) in lives.enumerated() where life.host != end[guest] {
      faults.append(Fault(.onePlace, "VM \(guest) is on host \(end[guest]), and had come to \(life.host)"))
    }
    counts.open = lives.count { $0.campaign != nil }
    return faults + counts.faults(ledger)
  }

  private func follow(_ note: Note, _ life: inout Life, _ counts: inout Counts) -> [Fault] {
    let who = "VM \(note.guest)"
    switch note.event {
    case .asked(let campaign, _):
      let isFree = life.campaign == nil
      life = Life(host: life.host, campaign: campaign)
      counts.asked += 1
      return isFree ? [] : [Fault(.moveEnds, "\(who) is asked to move, and is on a move")]
    case .turnedAway: counts.busy += 1
    case .tooFull: counts.tooFull += 1
    case .stepBegan(_, let step, _): life.step = step
    case .ticket(let date, let answer):
      life.date = date
      life.isByCustomer = answer == .startsItHimself
      counts.tickets += 1
    case .ticketRefused:
      life.isByCustomer = false
      counts.tickets += 1
    case .overdue(let owner):
      counts.overdue[owner, default: 0] += 1
      life.isOverdue = true
    case .attemptBegan:
      let isRight = life.campaign != nil && !life.isUnderWay
      life.isUnderWay = true
      guard isRight else { return [Fault(.moveEnds, "\(who) begins an attempt out of turn")] }
      guard note.host == life.host else {
        return [Fault(.onePlace, "\(who) leaves host \(note.host), and had come to \(life.host)")]
      }
    case .attemptEnded(_, let outcome, let target, _):
      let isRight = life.isUnderWay
      life.isUnderWay = false
      life.hasArrived = outcome == .completed
      if life.hasArrived { life.host = target }
      return isRight ? [] : [Fault(.moveEnds, "\(who) ends an attempt that never began")]
    case .restarted(let host): life.host = host
    case .moveEnded(let isCompleted, _):
      let isRight = life.campaign != nil && !life.isUnderWay && isCompleted == life.hasArrived
      life.campaign = nil
      if isCompleted { counts.completed += 1 } else { counts.abandoned += 1 }
      return isRight ? [] : [Fault(.moveEnds, "\(who) ends a move in a wrong way")]
    case .waits, .refused, .acted, .incident, .bootsAgain, .lost, .drainBegan, .drainFinished, .drainGivenUp,
      .tookBack, .failed, .repaired, .examined:
      break
    }
    return []
  }

  // MARK: - Attempts

  /// An attempt, at its end: it comes after the note of that.
  private func check(_ row: AttemptRow, _ life: inout Life, _ counts: inout Counts) -> [Fault] {
    var faults: [Fault] = []
    counts.add(row)
    let before = row.outcome == "completed" ? row.target : row.source
    if life.host != before {
      faults.append(Fault(.onePlace, "VM \(row.guest) was moved from \(row.source), and was not there"))
    }
    guard let stopped = row.accounts.outageBegan, row.outcome == "completed" else { return faults }
    let campaign = scenario.campaigns[row.campaign]
    guard !campaign.isEmergency else { return faults }
    if let date = life.date, stopped < date, !life.isOverdue {
      faults.append(Fault(.datesKept, "VM \(row.guest) is stopped at \(stopped), before \(date)"))
    }
    // Windows are the operator's.
    if !life.isByCustomer, let window = window(of: campaign.chain.steps[life.step], groups[row.guest]),
      !isOpen(window, at: stopped)
    {
      faults.append(Fault(.datesKept, "VM \(row.guest) is stopped at \(stopped), outside of \(window.name)"))
    }
    return faults
  }

  private func window(of step: ChainStep, _ group: String) -> MaintenanceWindow? {
    guard case .inWindow(let name) = step.cutover.moment else { return nil }
    return name.map { name in scenario.windows.first { $0.name == name } }
      ?? scenario.windows.first { $0.groups.contains(group) }
  }

  /// By the window's own clock, hour by hour; a stop may begin in its last nanosecond.
  private func isOpen(_ window: MaintenanceWindow, at time: Instant) -> Bool {
    let since = time - Instant.zero
    if window.blackouts.contains(where: { $0.from <= since && since < $0.until }) { return false }
    let week = Duration.days(7).nanoseconds
    let local = ((since + window.utcOffset).nanoseconds % week + week) % week
    return window.weekly.contains { range in
      let length = (range.length - window.leaves).nanoseconds
      return [0, week].contains { turn in
        range.from.nanoseconds <= local + turn && local + turn < range.from.nanoseconds + length
      }
    }
  }
}

extension TrailAudit {
  /// What the trail comes to, to be held against the ledger.
  struct Counts {
    var (asked, busy, tooFull, completed, abandoned, open, tickets) = (0, 0, 0, 0, 0, 0, 0)
    var overdue: [String: Int] = [:]
    var (drains, finished, givenUp, left, lost) = (0, 0, 0, 0, 0)
    var (attempts, sent, wasted) = (0, 0.0, 0.0)

    mutating func add(_ row: AttemptRow) {
      attempts += 1
      sent += row.transferred.value
      if row.outcome != "completed" { wasted += row.transferred.value }
    }

    /// A note about a host.
    mutating func count(_ note: Note) {
      switch note.event {
      case .drainBegan: drains += 1
      case .drainFinished: finished += 1
      case .drainGivenUp(let guests, _):
        givenUp += 1
        left += guests.count
      default: break
      }
    }

    func faults(_ ledger: Ledger) -> [Fault] {
      var faults: [Fault] = []
      func same(_ law: Law, _ name: String, _ told: Int, _ booked: Int) {
        if told != booked { faults.append(Fault(law, "\(name): \(told) told, \(booked) in the books")) }
      }
      let (total, tickets) = (ledger.total, ledger.tickets)
      same(.moveEnds, "moves asked for", asked, total.requested)
      same(.moveEnds, "moves completed", completed, total.completed)
      same(.moveEnds, "moves given up", abandoned, total.abandoned)
      same(.moveEnds, "moves open", open, ledger.unfinished)
      same(.moveEnds, "wishes turned away", busy, ledger.busy)
      same(.moveEnds, "wishes for a disk too small", tooFull, ledger.resizes.tooFull)
      same(.ticketCloses, "tickets", self.tickets, tickets.opened)
      same(
        .ticketCloses, "states of tickets",
        tickets.pending + tickets.scheduled + tickets.started + tickets.inProgress + tickets.completed
          + tickets.canceled, tickets.opened)
      same(.accounts, "attempts", attempts, total.attempts)
      if overdue != ledger.overdue {
        faults.append(Fault(.accounts, "overdue: \(overdue) told, \(ledger.overdue) in the books"))
      }
      same(.drainNamed, "drains", drains, ledger.drains.started)
      same(.drainNamed, "drains finished", finished, ledger.drains.finished)
      let died = ledger.outages.hostsDied
      same(.drainNamed, "drains given up", givenUp + died, ledger.drains.gaveUp)
      same(
        .drainNamed, "VMs left", left + (ledger.drains.blocked["host_died"] ?? 0), ledger.drains.guestsLeft)
      if abs(sent - total.transferredBytes) > 1e-9 * sent + 1 {
        faults.append(Fault(.bytes, "\(sent) bytes sent, \(total.transferredBytes) in the books"))
      }
      if abs(wasted - total.wastedBytes) > 1e-9 * wasted + 1 {
        faults.append(Fault(.bytes, "\(wasted) bytes lost, \(total.wastedBytes) in the books"))
      }
      return faults
    }
  }
}
