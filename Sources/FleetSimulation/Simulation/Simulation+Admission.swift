internal import CutoverCore
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Who may begin, and where to: limits, eligibility, the search for a target.

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

  private mutating func begin(_ slot: Int32) {
    let move = moves[slot]
    let source = Int(fleet.guests[Int(move.guest)].host)
    if let back = backAgain(move.guest, on: source) {
      note(move.guest, .waits(.repair(until: back)))
      return wait(slot, until: back)
    }
    let strategy = chains[Int(move.campaign)][move.step]

    let prepared: PreparedPlan
    switch plan(strategy, for: move, at: now) {
    case .plan(let plan): prepared = plan
    case .refused(let reason): return refuse(slot, reason, strategy)
    }
    var guest = fleet.guests[Int(move.guest)]
    // Whoever stays would go down with the host.
    if isEmergency(move) { guest.forbidsLive = false }
    var risk: KernelPolicyRow?
    switch planBook.verdict(of: scenario.rules, on: prepared, guest, fleet.cpus[Int(guest.bootCPU)]) {
    case .allowed: break
    case .refused(let reason): return refuse(slot, reason, strategy)
    case .risky(let row): risk = row
    }
    switch findTarget(for: move, from: source, prepared.plan) {
    case .host(let target): start(slot, strategy, prepared.plan, risk, from: source, to: target)
    case .unfit: refuse(slot, .cpu, strategy)
    case .noRoom where givesUpHome(move): refuse(slot, .targetFull, strategy)
    case .noRoom: lookAgain(slot, strategy)
    case .busy:
      // There is room: what it waits for is its turn, and that is not a matter of patience.
      moves[slot].searching = nil
      note(move.guest, .waits(.slot))
      waitForSlot(slot, from: source, prepared.plan)
    }
  }

  /// The plan of a strategy for a move: prepared beforehand unless it is for this guest alone.
  mutating func plan(_ strategy: Int, for move: Move, at time: Instant) -> PlanBook.Answer {
    if let known = planBook.answer(strategy, flavor: move.flavor) { return known }
    return planBook.ask(strategy, flavor: move.flavor, for: request(of: move, at: time))
  }

  private func request(of move: Move, at time: Instant) -> MigrationRequest {
    var request = MigrationRequest(guest: fleet.facts(of: Int(move.guest), at: time))
    if move.flavor >= 0 { request.resizeTo = fleet.flavors[Int(move.flavor)].disk }
    return request
  }

  private mutating func refuse(_ slot: Int32, _ reason: RefusalReason, _ strategy: Int) {
    ledger.refuse(reason, place(of: moves[slot]), strategy: strategy)
    noteFailure(reason.rawValue, of: moves[slot].guest)
    note(moves[slot].guest, .refused(strategy: strategy, reason))
    nextStep(slot)
  }

  /// How long a move that has found no room waits until it looks again.
  static let lookAgainAfter = Duration.minutes(5)

  /// No host now: look again, as long as patience lasts.
  private mutating func lookAgain(_ slot: Int32, _ strategy: Int) {
    let since = moves[slot].searching ?? now
    moves[slot].searching = since
    guard now - since < scenario.limits.patience else { return refuse(slot, .targetFull, strategy) }
    let needs = needs(of: moves[slot])
    note(
      moves[slot].guest,
      .waits(.room(memory: needs.memory, disk: needs.disk, until: now + Simulation.lookAgainAfter)))
    wait(slot, until: now + Simulation.lookAgainAfter)
  }

  // MARK: - The target

  /// What a guest needs on its target: after a resize, if that is what the move is for.
  func needs(of move: Move) -> (memory: Bytes, disk: Bytes) {
    let guest = fleet.guests[Int(move.guest)]
    guard move.flavor >= 0 else { return (guest.memory, guest.diskVirtual) }
    let flavor = fleet.flavors[Int(move.flavor)]
    // While the copy lasts the destination holds the old size too.
    return (flavor.memory, max(flavor.disk, guest.diskVirtual))
  }

  private func findTarget(for move: Move, from source: Int, _ plan: CutoverPlan) -> HostIndex.Found {
    let (memory, disk) = needs(of: move)
    if move.targetHost >= 0 { return standing(of: Int(move.targetHost), for: move, plan, memory, disk) }
    let site = move.targetSite >= 0 ? move.targetSite : fleet.hosts[source].site
    let guestCPU = plan.carriesRunningState ? fleet.guests[Int(move.guest)].bootCPU : -1
    return index.find(site: site, memory: memory, disk: disk, from: source) {
      cpuFit.allows(guestCPU, on: $0)
    }
  }
}
