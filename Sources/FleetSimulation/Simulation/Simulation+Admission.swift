internal import CutoverCore
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Who may begin: limits and turns.

extension Simulation {
  /// Begins what the limits of a host and of the fleet allow, in the order of asking.
  ///
  /// - Parameter hasTurn: it is the first of the hosts that have waited for the fleet's limit.
  mutating func pump(_ host: Int, hasTurn: Bool = false) {
    guard !hosts[host].isPumping else { return }
    hosts[host].isPumping = true
    defer { hosts[host].isPumping = false }
    while hosts[host].out < scenario.limits.hostOut, hosts[host].firstTurn >= 0 {
      guard underWay < scenario.limits.fleet, hasTurn || stalledHosts.isEmpty else { return stall(host) }
      begin(takeTurn(host))
    }
  }

  private mutating func stall(_ host: Int) {
    guard !hosts[host].isStalled else { return }
    hosts[host].isStalled = true
    stalledHosts.append(Int32(host))
  }

  mutating func pumpStalledHosts() {
    while underWay < scenario.limits.fleet, let host = stalledHosts.popFirst() {
      hosts[Int(host)].isStalled = false
      pump(Int(host), hasTurn: true)
    }
  }

  private mutating func begin(_ slot: Int32) {
    let move = moves[slot]
    let source = Int(fleet.guests[Int(move.guest)].host)
    if let repaired = hosts[source].downUntil {
      note(move.guest, .waits(.repair(until: repaired)))
      return wait(slot, until: repaired)
    }
    let strategy = chains[Int(move.campaign)][move.step]

    switch choose(slot, strategy, from: source) {
    case .go(let go): start(slot, strategy, go.plan, go.risk, from: source, to: go.target)
    case .refused(let reason): refuse(slot, reason, strategy)
    case .later(let reason): lookAgain(slot, reason, strategy)
    case .busy(let kind):
      // There is room: what it waits for is its turn, and that is not a matter of patience.
      moves[slot].searching = nil
      note(move.guest, .waits(.slot))
      waitForSlot(slot, kind)
    }
  }

  private mutating func refuse(_ slot: Int32, _ reason: RefusalReason, _ strategy: Int) {
    ledger.refuse(reason, place(of: moves[slot]), strategy: strategy)
    note(moves[slot].guest, .refused(strategy: strategy, reason))
    nextStep(slot)
  }

  /// How long a move that has found no room waits until it looks again.
  static let lookAgainAfter = Duration.minutes(5)

  /// Not now: look again, as long as patience lasts.
  private mutating func lookAgain(_ slot: Int32, _ reason: RefusalReason, _ strategy: Int) {
    let since = moves[slot].searching ?? now
    moves[slot].searching = since
    guard now - since < scenario.limits.patience else { return refuse(slot, reason, strategy) }
    noteWait(moves[slot], reason)
    wait(slot, until: now + Simulation.lookAgainAfter)
  }

  private mutating func noteWait(_ move: Move, _ reason: RefusalReason) {
    let again = now + Simulation.lookAgainAfter
    guard reason == .targetFull else { return note(move.guest, .waits(.rule(reason, until: again))) }
    let needs = needs(of: move)
    note(move.guest, .waits(.room(memory: needs.memory, disk: needs.disk, until: again)))
  }
}
