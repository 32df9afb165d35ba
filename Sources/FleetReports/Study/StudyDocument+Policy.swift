internal import FleetExperiments

// What became of promises: shown where a scenario makes any.

extension StudyDocument {
  mutating func policy() {
    guard let policy = result.policy else { return }
    statuses(policy)
    var table = KeyFigures()
    let notices = policy.noticesKept.mean + policy.noticesViolated.mean
    if notices > 0 {
      table.add("notices kept", policy.noticesKept, note: Figure.share(policy.noticesKept.mean, of: notices))
      table.add(
        "notices violated", policy.noticesViolated,
        note: Figure.share(policy.noticesViolated.mean, of: notices))
    }
    if let waived = policy.noticesWaived, waived.mean > 0 { table.add("emergency, no notice due", waived) }
    for owner in policy.overdue.keys.sorted() {
      if let count = policy.overdue[owner] { table.add("deadlines passed: \(owner)", count) }
    }
    if policy.escalations.mean > 0 { table.add("somebody was called", policy.escalations) }
    if policy.disksLost.mean > 0 { table.add("rebuilt without their disk", policy.disksLost) }
    if policy.resizesConfirmed.mean > 0 { table.add("resizes confirmed", policy.resizesConfirmed) }
    if policy.resizesUnconfirmed.mean > 0 {
      table.add("resizes that hold both ends at the horizon", policy.resizesUnconfirmed)
      table.add("memory that these hold", policy.heldBytes, .bytes)
    }
    if let tooFull = policy.resizesTooFull, tooFull.mean > 0 {
      table.add("resizes refused: the disk holds more than the smaller one", tooFull)
    }
    if let unfit = policy.resizesUnfit, unfit.mean > 0 {
      table.add("resizes that no VM has a flavor for", unfit)
    }
    add("Promises", table.table)
  }

  private mutating func statuses(_ policy: PolicyResult) {
    let opened = result.tickets.opened.mean
    guard opened > 0 else { return }
    var table = KeyFigures()
    for status in PolicyResult.statuses {
      guard let count = policy.ticketStatuses[status], count.mean > 0 else { continue }
      table.add(status, count, note: Figure.share(count.mean, of: opened))
    }
    if policy.datesMoved.mean > 0 { table.add("dates moved", policy.datesMoved) }
    if policy.optedOut.mean > 0 {
      table.add("opted out", policy.optedOut, note: Figure.share(policy.optedOut.mean, of: opened))
    }
    if policy.unanswered.mean > 0 {
      table.add("never answered", policy.unanswered, note: Figure.share(policy.unanswered.mean, of: opened))
    }
    add("Tickets at the horizon", table.table)
  }
}
