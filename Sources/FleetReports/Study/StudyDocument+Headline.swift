internal import FleetExperiments

// The totals: what was asked, what it moved, what clients saw of it.

extension StudyDocument {
  mutating func moves() {
    let totals = result.totals
    func share(_ part: Estimate) -> String? { Figure.share(part.mean, of: totals.moves.mean) }
    var table = KeyFigures()
    table.add("asked for", totals.moves)
    table.add("completed", totals.completed, note: share(totals.completed))
    table.add("given up", totals.abandoned, note: share(totals.abandoned))
    table.add("unfinished at the horizon", result.unfinished, note: share(result.unfinished))
    if result.busy.mean > 0 { table.add("not begun: VM was being moved", result.busy) }
    add("Moves", table.table)
  }

  mutating func data() {
    let totals = result.totals
    guard totals.transferredBytes.mean > 0 else { return }
    var table = KeyFigures()
    func add(_ label: String, _ estimate: Estimate, isShown: Bool = true) {
      guard isShown else { return }
      let share = Figure.share(estimate.mean, of: totals.transferredBytes.mean)
      table.add(label, estimate, .bytes, note: share)
    }
    table.add("moved", totals.transferredBytes, .bytes)
    add("  disk", totals.diskBytes, isShown: totals.diskBytes.mean > 0)
    add("  RAM", totals.memoryBytes, isShown: totals.memoryBytes.mean > 0)
    add("  repeated: written meanwhile", totals.repeatedBytes, isShown: totals.repeatedBytes.mean > 0)
    add("  in the outage", totals.outageBytes, isShown: totals.outageBytes.mean > 0)
    add("of all that, wasted on failures", totals.wastedBytes)
    self.add("Data", table.table)
  }

  mutating func downtime() {
    let totals = result.totals
    var table = KeyFigures()
    func share(_ part: Estimate) -> String? { Figure.share(part.mean, of: totals.baselineDowntime.mean) }
    table.add("paid", totals.downtimeTotal, .seconds, note: share(totals.downtimeTotal))
    table.add("had all been \(result.baseline)", totals.baselineDowntime, .seconds)
    table.add("saved", totals.downtimeSaved, .seconds, isSigned: true, note: share(totals.downtimeSaved))
    if totals.brownout.mean > 0 { table.add("slowed by copying, but up", totals.brownout, .seconds) }
    add(
      "Downtime that clients saw", table.table,
      note: "Had all been \(result.baseline): the same completed moves, each by that strategy. "
        + "Paid also holds failed attempts.")
  }
}
