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
    while hosts[host].out < scenario.limits.hostOut, let slot = hosts[host].turns.first {
      guard underWay < scenario.limits.fleet, hasTurn || stalledHosts.isEmpty else { return stall(host) }
      _ = hosts[host].turns.popFirst()
      begin(slot)
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
    if let repaired = hosts[source].downUntil { return wait(slot, until: repaired) }
    let strategy = chains[Int(move.campaign)][move.step]

    let plan: CutoverPlan
    do {
      plan = try scenario.strategies.strategies[strategy].plan(for: request(of: move))
    } catch {
      return refuse(slot, error.reason, strategy)
    }
    let guest = fleet.guests[Int(move.guest)]
    var risk: KernelPolicyRow?
    switch scenario.rules.verdict(
      on: Candidate(
        plan: plan, guestCPU: fleet.cpus[Int(guest.bootCPU)], guestKernel: guest.kernel,
        forbidsLive: guest.forbidsLive))
    {
    case .allowed: break
    case .refused(let reason): return refuse(slot, reason, strategy)
    case .risky(let row): risk = row
    }
    switch findTarget(for: move, from: source, plan) {
    case .found(let target): start(slot, strategy, plan, risk, from: source, to: target)
    case .unfit: refuse(slot, .cpu, strategy)
    case .noRoom: lookAgain(slot, strategy, after: .minutes(5))
    case .busy:
      // There is room: what it waits for is its turn, and that is not a matter of patience.
      moves[slot].searching = nil
      wait(slot, until: now + .seconds(20))
    }
  }

  private func request(of move: Move) -> MigrationRequest {
    var request = MigrationRequest(guest: fleet.facts(of: Int(move.guest), at: now))
    if move.flavor >= 0 { request.resizeTo = fleet.flavors[Int(move.flavor)].disk }
    return request
  }

  private mutating func refuse(_ slot: Int32, _ reason: RefusalReason, _ strategy: Int) {
    ledger.refuse(reason, place(of: moves[slot]), strategy: strategy)
    nextStep(slot)
  }

  /// No host now: look again, as long as patience lasts.
  private mutating func lookAgain(_ slot: Int32, _ strategy: Int, after pause: Duration) {
    let since = moves[slot].searching ?? now
    moves[slot].searching = since
    guard now - since < scenario.limits.patience else { return refuse(slot, .targetFull, strategy) }
    wait(slot, until: now + pause)
  }

  // MARK: - The target

  private enum Search {
    case found(Int)
    /// There is room, but its host takes in as many as it may.
    case busy
    case noRoom
    /// No other host of the site could run it, in service or not.
    case unfit
  }

  /// What a guest needs on its target: after a resize, if that is what the move is for.
  func needs(of move: Move) -> (memory: Bytes, disk: Bytes) {
    let guest = fleet.guests[Int(move.guest)]
    guard move.flavor >= 0 else { return (guest.memory, guest.diskVirtual) }
    let flavor = fleet.flavors[Int(move.flavor)]
    // While the copy lasts the destination holds the old size too.
    return (flavor.memory, max(flavor.disk, guest.diskVirtual))
  }

  private func findTarget(for move: Move, from source: Int, _ plan: CutoverPlan) -> Search {
    let (memory, disk) = needs(of: move)
    let site = move.targetSite >= 0 ? move.targetSite : fleet.hosts[source].site
    let guestCPU = fleet.cpus[Int(fleet.guests[Int(move.guest)].bootCPU)]
    let fits = fleet.cpus.map { !plan.carriesRunningState || scenario.rules.cpu.allows(guestCPU, on: $0) }
    var (best, bestScore) = (-1, -Double.infinity)
    var (sawHost, sawFit, sawRoom) = (false, false, false)
    for host in fleet.hosts.indices where host != source && fleet.hosts[host].site == site {
      let candidate = fleet.hosts[host]
      sawHost = true
      guard fits[Int(candidate.cpu)] else { continue }
      sawFit = true
      guard hosts[host].mayReceive, candidate.fits(memory: memory, disk: disk) else { continue }
      sawRoom = true
      guard hosts[host].into < scenario.limits.hostIn else { continue }
      let score = scenario.placement.score(freeShare: candidate.freeMemory.value / candidate.memory.value)
      if score > bestScore { (best, bestScore) = (host, score) }
    }
    if best >= 0 { return .found(best) }
    return sawRoom ? .busy : sawHost && !sawFit ? .unfit : .noRoom
  }
}
