internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Hosts are emptied, worked on, and taken back.

extension Simulation {
  mutating func scheduleFirst(_ drains: HostDrains, _ index: Int) {
    switch drains.order {
    case .everyHost:
      let hosts = fleet.hosts.indices.filter { isOf(drains, $0) }
      campaigns[index].order =
        (hosts.filter { !fleet.hosts[$0].isSpare } + hosts.filter { fleet.hosts[$0].isSpare })
        .map(Int32.init)
      campaigns[index].allTurns = hosts.count
      scheduleTurn(drains, index)
    case .atRandom(let perSecond): scheduleArrival(perSecond, after: .zero + drains.start, index)
    }
  }

  /// Hosts that campaigns mean to drain and have not begun with.
  var drainsNotBegun: Int {
    zip(scenario.campaigns, campaigns).reduce(0) { sum, pair in
      guard case .drains(let drains) = pair.0.kind else { return sum }
      return sum + (drains.order == .everyHost ? pair.1.order.count : pair.1.pending)
    }
  }

  private func isOf(_ drains: HostDrains, _ host: Int) -> Bool {
    drains.site.map { fleet.siteIndex(named: $0) == Int(fleet.hosts[host].site) } ?? true
  }

  /// With an end, one host has its turn at a time, evenly; without one, all of them at once.
  mutating func scheduleTurn(_ drains: HostDrains, _ index: Int) {
    guard let end = drains.end else {
      guard campaigns[index].turns == 0 else { return }
      campaigns[index].turns = 1
      _ = queue.schedule(at: .zero + drains.start, .campaign(Int32(index)))
      return
    }
    let (turn, all) = (campaigns[index].turns, campaigns[index].allTurns)
    guard turn < all else { return }
    let share = (Double(turn) + 0.5) / Double(all)
    campaigns[index].turns += 1
    let after: Duration = drains.start + max(.zero, end - drains.start) * share
    _ = queue.schedule(at: max(.zero + after, now), .campaign(Int32(index)))
  }

  /// Begins as many drains as may be under way at once.
  mutating func startDrains(_ index: Int) {
    guard case .drains(let drains) = scenario.campaigns[index].kind, !campaigns[index].isStarting else {
      return
    }
    campaigns[index].isStarting = true
    defer { campaigns[index].isStarting = false }
    while campaigns[index].unavailable < drains.maxUnavailable, let host = nextHost(drains, index) {
      drain(host, index, drains)
    }
  }

  private mutating func nextHost(_ drains: HostDrains, _ index: Int) -> Int? {
    guard campaigns[index].pending > 0 else { return nil }
    switch drains.order {
    case .everyHost:
      // One that another campaign has is not passed over for good: its turn comes when it is back.
      guard let place = campaigns[index].order.firstIndex(where: { hosts[Int($0)].state == .inService })
      else { return nil }
      campaigns[index].pending -= 1
      return Int(campaigns[index].order.remove(at: place))
    case .atRandom:
      guard !fleet.hosts.isEmpty else { return nil }
      var choice = stream(UInt64(index) << 40 | UInt64(campaigns[index].next), .choices)
      // The draw stays the same whichever hosts are out: from the drawn host on, the first that is in service.
      let drawn = choice.index(below: fleet.hosts.count)
      for step in fleet.hosts.indices {
        let host = (drawn + step) % fleet.hosts.count
        guard isOf(drains, host), hosts[host].state == .inService else { continue }
        campaigns[index].pending -= 1
        campaigns[index].next += 1
        return host
      }
      return nil
    }
  }

  private mutating func drain(_ host: Int, _ index: Int, _ drains: HostDrains) {
    let number = Int32(self.drains.count)
    var drain = Drain(host: Int32(host), campaign: Int32(index), began: now)
    drain.deadline = queue.schedule(at: now + drains.giveUpAfter, .drainDeadline(drain: number))
    self.drains.append(drain)
    hosts[host].state = .draining(number)
    refile(host)
    campaigns[index].unavailable += 1
    ledger.drains.started += 1
    // It is not over before each guest has been asked, though the first ones may refuse at once.
    self.drains[Int(number)].open = 1
    note(host: host, .drainBegan(campaign: index, guests: hosts[host].guests.map(Int.init)))
    for guest in hosts[host].guests { evict(guest, number) }
    moveEnded(ofDrain: number)
  }

  /// Asks a guest to leave, unless it is already about to: then it is seen again when that move has ended.
  private mutating func evict(_ guest: Int32, _ number: Int32) {
    guard moveOfGuest[Int(guest)] < 0 else { return }
    drains[Int(number)].open += 1
    request(guest, campaign: Int(drains[Int(number)].campaign), drain: number)
  }

  /// A move has ended and the guest stands on a host that is being emptied: another move's, so it has to go as well.
  mutating func evictIfDraining(_ guest: Int32, after move: Move) {
    let host = Int(fleet.guests[Int(guest)].host)
    guard case .draining(let number) = hosts[host].state, move.drain != number else { return }
    evict(guest, number)
  }

  mutating func moveEnded(ofDrain number: Int32) {
    drains[Int(number)].open -= 1
    finishIfEmpty(number)
  }

  /// Sees whether a host that somebody has left, or that nobody comes to any more, is empty now.
  mutating func finishIfDraining(_ host: Int) {
    if case .draining(let number) = hosts[host].state { finishIfEmpty(number) }
  }

  private mutating func finishIfEmpty(_ number: Int32) {
    let drain = drains[Int(number)]
    guard !drain.isOver, drain.open == 0 else { return }
    let host = Int(drain.host)
    let guestsThere = hosts[host].guests
    if guestsThere.isEmpty {
      guard hosts[host].into == 0 else { return }
      close(drain: number)
      ledger.drains.finished += 1
      ledger.drains.time.add((now - drain.began).seconds)
      hosts[host].state = .out
      guard case .drains(let drains) = scenario.campaigns[Int(drain.campaign)].kind else { return }
      note(host: host, .drainFinished(workUntil: now + drains.work))
      _ = queue.schedule(at: now + drains.work, .hostReady(drain: number))
    } else if guestsThere.allSatisfy({ moveOfGuest[Int($0)] < 0 }) {
      // Every chain has come to its end, and guests are left.
      giveUp(number, isOutOfTime: false)
    }
  }

  private mutating func close(drain number: Int32) {
    drains[Int(number)].isOver = true
    _ = queue.cancel(drains[Int(number)].deadline)
  }

  mutating func giveUp(_ number: Int32, isOutOfTime: Bool = true) {
    guard !drains[Int(number)].isOver else { return }
    close(drain: number)
    let host = Int(drains[Int(number)].host)
    note(host: host, .drainGivenUp(left: hosts[host].guests.map(Int.init), isOutOfTime: isOutOfTime))
    ledger.drains.gaveUp += 1
    ledger.drains.guestsLeft += hosts[host].guests.count
    for guest in hosts[host].guests {
      let slot = moveOfGuest[Int(guest)]
      if slot >= 0, moves[slot].drain == number { callOff(slot) }
    }
    takeBack(host, Int(drains[Int(number)].campaign))
  }

  mutating func hostReady(_ number: Int32) {
    let drain = drains[Int(number)]
    if case .drains(let drains) = scenario.campaigns[Int(drain.campaign)].kind {
      upgrade(Int(drain.host), kernel: drains.kernel, microcode: drains.microcode)
    }
    takeBack(Int(drain.host), Int(drain.campaign))
  }

  private mutating func takeBack(_ host: Int, _ index: Int) {
    hosts[host].state = .inService
    note(host: host, .tookBack)
    refile(host)
    campaigns[index].unavailable -= 1
    // Another campaign may have been waiting for this very host.
    for campaign in campaigns.indices { startDrains(campaign) }
  }
}
