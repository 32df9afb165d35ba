internal import CutoverCore
internal import MigrationPhysics
internal import Quantities

extension Ledger {
  /// Where a move is counted.
  struct Place {
    var guest: Int
    var guestClass: Int
    var campaign: Int
  }

  private mutating func each(_ place: Place, _ strategy: Int?, _ body: (inout Cell) -> Void) {
    if let strategy { body(&byStrategy[strategy]) }
    body(&byClass[place.guestClass])
    body(&byCampaign[place.campaign])
  }

  mutating func request(_ place: Place, firstStrategy: Int) {
    each(place, firstStrategy) { $0.requested += 1 }
  }

  /// A move's first attempt begins.
  mutating func begin(_ place: Place, _ strategy: Int, waited: Duration) {
    each(place, strategy) { $0.wait.add(waited.seconds) }
  }

  /// An attempt that was refused before anything was done.
  mutating func refuse(_ reason: RefusalReason, _ place: Place, strategy: Int) {
    let code = code(reason.rawValue)
    each(place, strategy) { $0.count(failure: code) }
  }

  /// An attempt that was made.
  mutating func record(_ row: AttemptRow, _ place: Place, strategy: Int, isCompleted: Bool) {
    let failure = isCompleted ? nil : code(row.outcome)
    guestDowntime[place.guest] += Float(row.downtimes.seenByClients.seconds)
    let wastesSlot = row.outcome == "not_converging" || row.outcome == "timed_out"
    each(place, strategy) { cell in
      cell.attempts += 1
      cell.diskBytes += row.traffic.disk.value
      cell.memoryBytes += row.traffic.memory.value
      cell.repeatedBytes += row.traffic.repeated.value
      cell.outageBytes += row.traffic.outage.value + row.traffic.postcopy.value
      cell.downtimeSeconds += row.downtimes.seenByClients.seconds
      cell.brownoutSeconds += row.brownout.seconds
      if row.downtimes.pause > .zero { cell.pause.add(row.downtimes.pause.seconds) }
      if row.downtimes.networkGap > .zero { cell.networkGap.add(row.downtimes.networkGap.seconds) }
      if row.downtimes.serviceGap > .zero { cell.serviceGap.add(row.downtimes.serviceGap.seconds) }
      if let failure {
        cell.count(failure: failure)
        cell.wastedBytes += row.transferred.value
        if wastesSlot { cell.slotWasteSeconds += row.totalTime.seconds }
      } else {
        cell.totalTime.add(row.totalTime.seconds)
      }
    }
  }

  /// A guest found hanging after its move had been reported as done.
  mutating func incident(_ place: Place, strategy: Int, downtime: Duration) {
    incidents += 1
    guestDowntime[place.guest] += Float(downtime.seconds)
    each(place, strategy) {
      $0.downtimeSeconds += downtime.seconds
      $0.serviceGap.add(downtime.seconds)
    }
  }

  /// A move that has ended.
  ///
  /// - Parameters:
  ///   - downtime: what the client saw of all its attempts, in seconds.
  ///   - baseline: what the baseline strategy would have cost, in seconds; zero for a move that was given up.
  mutating func close(_ place: Place, strategy: Int?, isCompleted: Bool, downtime: Double, baseline: Double) {
    if isCompleted {
      if guestMoves[place.guest] > 0 { repeatMoves += 1 }
      guestMoves[place.guest] &+= 1
    }
    each(place, strategy) { cell in
      if isCompleted {
        cell.completed += 1
        cell.baselineSeconds += baseline
      } else {
        cell.abandoned += 1
      }
      // One that was given up before anything was done to its guest has cost nobody anything.
      if isCompleted || downtime > 0 { cell.downtime.add(downtime) }
      // A move that was given up has cost its failed attempts and saved nothing.
      cell.savedSeconds += baseline - downtime
    }
  }
}
