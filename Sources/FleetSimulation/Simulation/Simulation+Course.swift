internal import CutoverCore
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// The course of a campaign: its beginning, stop conditions, deadline and end.

extension Simulation {
  func isEmergency(_ move: Move) -> Bool { campaigns[Int(move.campaign)].isEmergency }

  mutating func campaignBegan(_ index: Int) {
    guard ledger.courses[index].outcome == .notBegun else { return }
    ledger.courses[index].outcome = .underWay
    ledger.courses[index].began = now.seconds
  }

  mutating func moveBegan(_ move: inout Move) {
    let index = Int(move.campaign)
    move.priority = campaigns[index].priority
    move.isEmergency = campaigns[index].isEmergency
    campaigns[index].open += 1
    lastFailure[Int(move.guest)] = -1
  }

  /// A try of a guest's move came to nothing: what it was that held it.
  mutating func noteFailure(_ code: String, of guest: Int32) {
    lastFailure[Int(guest)] = Int16(clamping: ledger.code(code))
  }

  /// A move has ended and been counted.
  mutating func moveEnded(_ move: Move, isCompleted: Bool) {
    let index = Int(move.campaign)
    campaigns[index].open -= 1
    if move.isReturn { returned(move, isCompleted: isCompleted) }
    returnIfDue(move.guest)
    judge(index, lastDowntime: move.downtime)
    seeIfOver(index)
  }

  // MARK: - Stopping

  /// Whether one of the conditions is reached at which the campaign pauses.
  mutating func judge(_ index: Int, lastDowntime: Double = 0) {
    guard !scenario.campaigns[index].stopIf.isEmpty, !campaigns[index].isStopped, !campaigns[index].isOver
    else { return }
    let cell = ledger.byCampaign[index]
    let ended = cell.completed + cell.abandoned
    for condition in scenario.campaigns[index].stopIf {
      let (count, whole, seconds) =
        switch condition.measure {
        case .failures: (cell.attempts - cell.totalTime.count, cell.attempts, 0.0)
        case .abandoned: (cell.abandoned, ended, 0.0)
        case .lost: (ledger.courses[index].lost, ended, 0.0)
        case .downtime: (0, 0, lastDowntime)
        case .totalDowntime: (0, 0, cell.downtimeSeconds)
        }
      guard condition.isReached(count: count, of: whole, seconds: seconds) else { continue }
      return stop(index, because: condition.description)
    }
  }

  private mutating func stop(_ index: Int, because reason: String) {
    campaigns[index].isStopped = true
    campaigns[index].pending = 0
    ledger.courses[index].outcome = .stopped
    ledger.courses[index].stoppedBy = reason
  }

  // MARK: - The deadline

  mutating func deadlinePassed(ofCampaign index: Int) {
    guard !campaigns[index].isOver, let deadline = scenario.campaigns[index].deadline else { return }
    ledger.courses[index].deadlineMisses = leftToDo(index)
    guard !campaigns[index].isStopped else { return }
    switch deadline.then {
    case .goOn: break
    case .stop: stop(index, because: "deadline")
    case .force: force(index)
    }
  }

  /// Hosts, or guests where no host is drained, that are not done.
  private func leftToDo(_ index: Int) -> Int {
    let progress = campaigns[index]
    switch scenario.campaigns[index].kind {
    case .drains: return progress.order.count + progress.unavailable
    case .relocation:
      let due = relocationsDue.count { $0.campaign == index }
      return progress.order.count - progress.next + due + progress.open
    case .resizes, .guests: return progress.open
    }
  }

  /// What is left is done at once, with guests on the hosts.
  private mutating func force(_ index: Int) {
    guard case .drains = scenario.campaigns[index].kind else { return }
    campaignBegan(index)
    campaigns[index].isForced = true
    campaigns[index].pending = campaigns[index].order.count
    campaigns[index].wave = campaigns[index].waves.count
    for number in drains.indices where drains[number].campaign == Int32(index) && !drains[number].isOver {
      keepGuests(Int32(number))
    }
    startDrains(index)
  }

  // MARK: - The end

  /// Whether all is done; where guests are to go home at the end, they do so now.
  mutating func seeIfOver(_ index: Int) {
    guard !campaigns[index].isOver, !campaigns[index].isStopped, isThrough(index) else { return }
    if bringHome(index) { return }
    campaigns[index].isOver = true
    ledger.courses[index].outcome = .finished
    ledger.courses[index].ended = now.seconds
  }

  private func isThrough(_ index: Int) -> Bool {
    guard campaigns[index].open == 0, campaigns[index].unavailable == 0, campaigns[index].openReturns == 0
    else { return false }
    switch scenario.campaigns[index].kind {
    case .drains(let drains):
      return drains.order == .everyHost && campaigns[index].order.isEmpty
        && ledger.courses[index].outcome == .underWay
    case .relocation:
      return campaigns[index].next == campaigns[index].order.count
        && !relocationsDue.contains { $0.campaign == index }
    case .resizes: return false
    case .guests: return !campaigns[index].isAsking
    }
  }
}
