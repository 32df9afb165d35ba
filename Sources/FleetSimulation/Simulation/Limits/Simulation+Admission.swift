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
    while hosts[host].out < hostOutLimit(host), hosts[host].firstTurn >= 0 {
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

  mutating func begin(_ slot: Int32) {
    let move = moves[slot]
    let source = Int(fleet.guests[Int(move.guest)].host)
    let strategy = chains[Int(move.campaign)][move.step]

    let choice = choose(slot, strategy, from: source)
    if case .go = choice {} else { noteObstacles(slot, strategy) }
    switch choice {
    case .go(let go): admit(slot, strategy, go, from: source)
    case .refused(let reason): refuse(slot, reason, strategy)
    case .later(.targetFull) where givesUpHome(move): refuse(slot, .targetFull, strategy)
    case .later(let reason): lookAgain(slot, reason, strategy)
    case .down(let repaired):
      note(move.guest, .waits(.repair(until: repaired)))
      wait(slot, until: repaired)
    case .busy(let kind):
      // There is room: what it waits for is its turn, and that is not a matter of patience.
      moves[slot].searching = nil
      note(move.guest, .waits(.slot))
      guard desk.isPlain else { return stayAtDesk() }
      waitForSlot(slot, kind)
    }
  }

  /// Begins it if the rules have the units, all at once; else does what the first that has not says.
  private mutating func admit(_ slot: Int32, _ strategy: Int, _ go: Departure, from source: Int) {
    guard !desk.isPlain else {
      return start(slot, strategy, go.plan, go.risk, from: source, to: go.target)
    }
    let charges = charges(for: go.plan, from: source, to: go.target)
    if let full = fullRule(charges) {
      noteObstacles(slot, strategy)
      return holdBack(slot, full, strategy, target: go.target)
    }
    start(slot, strategy, go.plan, go.risk, from: source, to: go.target, charges)
  }

  /// Where a move goes: nowhere, where room is kept for it, to another host than the last time, or to the best.
  mutating func target(
    of search: TargetSearch, _ slot: Int32, _ plan: CutoverPlan
  ) -> HostIndex.Found {
    if plan.staysOnHost { return .host(search.source) }
    if moves[slot].targetHost >= 0 { return standing(of: Int(moves[slot].targetHost), search) }
    if let parked = moves[slot].parked {
      let host = hosts[Int(parked.host)]
      // Others may have come in meanwhile: it keeps its room, and waits for a slot there.
      if host.mayReceive { return host.into < hostInLimit ? .host(Int(parked.host)) : .busy }
      unpark(slot)
    }
    let last = Int(moves[slot].lastTarget)
    guard last >= 0, chainStep(of: moves[slot]).wantsOtherTarget else { return target(of: search) }
    hide(last)
    var elsewhere = search
    elsewhere.avoided = last
    let found = target(of: elsewhere)
    show(last)
    switch found {
    case .host, .busy: return found
    case .noRoom, .unfit, .blocked: return target(of: search)
    }
  }

  mutating func refuse(_ slot: Int32, _ reason: RefusalReason, _ strategy: Int) {
    ledger.refuse(reason, place(of: moves[slot]), strategy: strategy)
    note(moves[slot].guest, .refused(strategy: strategy, reason))
    noteFailure(reason.rawValue, of: moves[slot].guest)
    react(slot, to: cause(of: reason))
  }

  /// How long a move that has found no room waits until it looks again.
  static let lookAgainAfter = Duration.minutes(5)

  /// Not now: look again, as long as patience lasts.
  private mutating func lookAgain(_ slot: Int32, _ reason: RefusalReason, _ strategy: Int) {
    let since = moves[slot].searching ?? now
    moves[slot].searching = since
    guard now - since < scenario.limits.patience else { return refuse(slot, reason, strategy) }
    let needs = needs(of: moves[slot])
    note(
      moves[slot].guest,
      .waits(
        reason == .targetFull
          ? .room(memory: needs.memory, disk: needs.disk, until: now + Simulation.lookAgainAfter)
          : .rule(reason, until: now + Simulation.lookAgainAfter)))
    wait(slot, until: now + Simulation.lookAgainAfter)
  }
}
