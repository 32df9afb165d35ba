internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Hosts are emptied, worked on, and taken back.

extension Simulation {
  mutating func scheduleFirst(_ drains: HostDrains, _ index: Int) {
    switch drains.order {
    case .everyHost: scheduleTurn(drains, index)
    case .atRandom(let perSecond):
      guard perSecond > 0 else { return }
      var arrival = stream(UInt64(index) << 40 | 0xFF_FFFF_FFFF, .arrivals)
      let gap = Duration(seconds: -1 / perSecond * log1p(-arrival.uniform()))
      _ = queue.schedule(at: .zero + drains.start + gap, .campaign(Int32(index)))
    }
  }

  /// With an end, one host has its turn at a time, evenly; without one, all of them at once.
  mutating func scheduleTurn(_ drains: HostDrains, _ index: Int) {
    guard let end = drains.end else {
      if campaigns[index].pending == 0 {
        _ = queue.schedule(at: .zero + drains.start, .campaign(Int32(index)))
      }
      return
    }
    let hosts = fleet.hosts.count
    guard campaigns[index].turns < hosts else { return }
    let share = (Double(campaigns[index].turns) + 0.5) / Double(hosts)
    campaigns[index].turns += 1
    _ = queue.schedule(at: .zero + drains.start + (end - drains.start) * share, .campaign(Int32(index)))
  }

  /// Begins as many drains as may be under way at once.
  mutating func startDrains(_ index: Int) {
    guard case .drains(let drains) = scenario.campaigns[index].kind else { return }
    while campaigns[index].unavailable < drains.maxUnavailable, let host = nextHost(drains, index) {
      drain(host, index, drains)
    }
  }

  private mutating func nextHost(_ drains: HostDrains, _ index: Int) -> Int? {
    let site = drains.site.flatMap { fleet.siteIndex(named: $0) }
    switch drains.order {
    case .everyHost:
      while campaigns[index].pending > 0, campaigns[index].next < fleet.hosts.count {
        let host = campaigns[index].next
        campaigns[index].next += 1
        campaigns[index].pending -= 1
        if isDue(host, site) { return host }
      }
      return nil
    case .atRandom:
      guard campaigns[index].pending > 0 else { return nil }
      campaigns[index].pending -= 1
      var choice = stream(UInt64(index) << 40 | UInt64(campaigns[index].next), .choices)
      campaigns[index].next += 1
      // The draw stays the same whichever hosts are out: from the drawn host on, the first that is in service.
      let drawn = choice.index(below: fleet.hosts.count)
      for step in fleet.hosts.indices {
        let host = (drawn + step) % fleet.hosts.count
        if isDue(host, site) { return host }
      }
      return nil
    }
  }

  private func isDue(_ host: Int, _ site: Int?) -> Bool {
    (site.map { fleet.hosts[host].site == Int32($0) } ?? true) && hosts[host].state == .inService
  }

  private mutating func drain(_ host: Int, _ index: Int, _ drains: HostDrains) {
    let number = Int32(self.drains.count)
    var drain = Drain(host: Int32(host), campaign: Int32(index), began: now)
    drain.deadline = queue.schedule(at: now + drains.giveUpAfter, .drainDeadline(drain: number))
    self.drains.append(drain)
    hosts[host].state = .draining(number)
    campaigns[index].unavailable += 1
    ledger.drains.started += 1
    for guest in hosts[host].guests { evict(guest, number) }
    finishIfEmpty(number)
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
      _ = queue.schedule(at: now + drains.work, .hostReady(drain: number))
    } else if guestsThere.allSatisfy({ moveOfGuest[Int($0)] < 0 }) {
      // Every chain has come to its end, and guests are left.
      giveUp(number)
    }
  }

  private mutating func close(drain number: Int32) {
    drains[Int(number)].isOver = true
    _ = queue.cancel(drains[Int(number)].deadline)
  }

  mutating func giveUp(_ number: Int32) {
    guard !drains[Int(number)].isOver else { return }
    close(drain: number)
    let host = Int(drains[Int(number)].host)
    ledger.drains.gaveUp += 1
    ledger.drains.guestsLeft += hosts[host].guests.count
    takeBack(host, Int(drains[Int(number)].campaign))
  }

  mutating func hostReady(_ number: Int32) {
    let drain = drains[Int(number)]
    if case .drains(let drains) = scenario.campaigns[Int(drain.campaign)].kind, let kernel = drains.kernel {
      fleet.hosts[Int(drain.host)].kernel = kernel
    }
    takeBack(Int(drain.host), Int(drain.campaign))
  }

  private mutating func takeBack(_ host: Int, _ index: Int) {
    hosts[host].state = .inService
    campaigns[index].unavailable -= 1
    startDrains(index)
  }
}

#if canImport(Glibc)
  private import Glibc
#endif
