internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Hosts are emptied, worked on, and taken back.

extension Simulation {
  mutating func scheduleFirst(_ drains: HostDrains, _ index: Int) {
    switch drains.order {
    case .everyHost:
      var order = turnOrder(drains)
      ledger.courses[index].hosts = order.count
      if drains.cordons {
        for host in order {
          hosts[host].isCordoned = true
          refile(host)
        }
      }
      if let waves = drains.waves { (order, campaigns[index].waves) = waves.waves(of: order, in: fleet) }
      campaigns[index].order = order.map(Int32.init)
      campaigns[index].allTurns = order.count
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
    guard let end = drains.end, drains.waves == nil else {
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
    while campaigns[index].isForced || campaigns[index].unavailable < drains.maxUnavailable,
      let host = nextHost(drains, index)
    {
      drain(host, index, drains)
    }
  }

  private mutating func nextHost(_ drains: HostDrains, _ index: Int) -> Int? {
    guard campaigns[index].pending > 0 else { return nil }
    switch drains.order {
    case .everyHost:
      // One that another campaign has is not passed over for good: its turn comes when it is back. One that does not
      // come back has no turn.
      while let place = nextPlace(in: campaigns[index], drains) {
        let host = Int(campaigns[index].order.remove(at: place))
        campaigns[index].pending -= 1
        if hosts[host].state == .inService { return host }
        hostDone(drains, index)
      }
      return nil
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

  /// Where the next host stands that may have its turn, or that never will: with waves, among those of this one.
  private func nextPlace(in progress: CampaignProgress, _ drains: HostDrains) -> Int? {
    guard progress.pending > 0 else { return nil }
    let hasTurn = drains.waves == nil ? progress.order[...] : progress.order.prefix(progress.pending)
    return hasTurn.firstIndex {
      hosts[Int($0)].state == .inService || hosts[Int($0)].state == .retired
    }
  }

  private mutating func drain(_ host: Int, _ index: Int, _ drains: HostDrains) {
    let number = Int32(self.drains.count)
    var drain = Drain(host: Int32(host), campaign: Int32(index), began: now)
    drain.deadline = queue.schedule(at: now + drains.giveUpAfter, .drainDeadline(drain: number))
    drain.isInPlace = drains.isInPlace || campaigns[index].isForced
    self.drains.append(drain)
    if let emergency = drains.emergency { scheduleDeath(emergency, number) }
    hosts[host].state = .draining(number)
    refile(host)
    campaigns[index].unavailable += 1
    ledger.drains.started += 1
    // It is not over before each guest has been asked, though the first ones may refuse at once.
    self.drains[Int(number)].open = 1
    note(host: host, .drainBegan(campaign: index, guests: hosts[host].guests.map(Int.init)))
    if !drain.isInPlace {
      for guest in hosts[host].guests { evict(guest, number) }
      // Those who were in line already may go by the emergency's own limit.
      if hostOutLimit(host) > scenario.limits.hostOut { pump(host) }
    }
    moveEnded(ofDrain: number)
  }

  /// Asks a guest to leave, unless it is already about to: then it is seen again when that move has ended.
  private mutating func evict(_ guest: Int32, _ number: Int32) {
    guard moveOfGuest[Int(guest)] < 0 else { return takeOver(guest, number) }
    drains[Int(number)].open += 1
    let index = Int(drains[Int(number)].campaign)
    noteHome(of: guest, index)
    request(guest, campaign: index, targetSite: campaigns[index].targetSite, drain: number)
  }

  /// A move has ended and the guest stands on a host that is being emptied: another move's, so it has to go as well.
  mutating func evictIfDraining(_ guest: Int32, after move: Move) {
    let host = Int(fleet.guests[Int(guest)].host)
    guard case .draining(let number) = hosts[host].state, move.drain != number,
      !drains[Int(number)].isInPlace
    else { return }
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
    if guestsThere.allSatisfy(drain.staying.contains) {
      guard hosts[host].into == 0 else { return }
      ledger.drains.time.add((now - drain.began).seconds)
      beginWork(number)
    } else if drain.isInPlace {
      guard hosts[host].into == 0, hosts[host].out == 0 else { return }
      ledger.drains.inPlace += 1
      beginWork(number)
    } else if guestsThere.allSatisfy({ moveOfGuest[Int($0)] < 0 }) {
      // Every chain has come to its end, and guests are left.
      giveUp(number, isOutOfTime: false)
    }
  }

  private mutating func beginWork(_ number: Int32) {
    endDrain(number)
    let (host, index) = (Int(drains[Int(number)].host), Int(drains[Int(number)].campaign))
    ledger.drains.finished += 1
    hosts[host].state = .out
    guard case .drains(let drains) = scenario.campaigns[index].kind else { return }
    if self.drains[Int(number)].isInPlace, !hosts[host].guests.isEmpty {
      keepDown(host, for: drains.work, number)
    }
    note(host: host, .drainFinished(workUntil: now + drains.work))
    _ = queue.schedule(at: now + drains.work, .hostReady(drain: number))
  }

  /// The guests of a host that is being emptied stay after all; those under way still go.
  mutating func keepGuests(_ number: Int32) {
    drains[Int(number)].isInPlace = true
    // It is not over before each guest has been told.
    drains[Int(number)].open += 1
    for guest in hosts[Int(drains[Int(number)].host)].guests {
      let slot = moveOfGuest[Int(guest)]
      if slot >= 0, moves[slot].drain == number { callOff(slot) }
    }
    moveEnded(ofDrain: number)
  }

  mutating func endDrain(_ number: Int32) {
    drains[Int(number)].isOver = true
    _ = queue.cancel(drains[Int(number)].deadline)
  }

  mutating func giveUp(_ number: Int32, isOutOfTime: Bool = true) {
    // A host that is about to die dies, whoever gives it up.
    guard !drains[Int(number)].isOver, !queue.isPending(drains[Int(number)].death) else { return }
    endDrain(number)
    let host = Int(drains[Int(number)].host)
    note(host: host, .drainGivenUp(left: hosts[host].guests.map(Int.init), isOutOfTime: isOutOfTime))
    ledger.drains.gaveUp += 1
    ledger.drains.guestsLeft += hosts[host].guests.count
    noteWhatBlocks(host)
    for guest in hosts[host].guests {
      let slot = moveOfGuest[Int(guest)]
      if slot >= 0, moves[slot].drain == number { callOff(slot) }
    }
    takeBack(host, Int(drains[Int(number)].campaign))
  }

  mutating func hostReady(_ number: Int32) {
    let (host, index) = (Int(drains[Int(number)].host), Int(drains[Int(number)].campaign))
    guard case .drains(let drains) = scenario.campaigns[index].kind else { return }
    ledger.courses[index].hostsDone += 1
    upgrade(host, kernel: drains.kernel, microcode: drains.microcode)
    if hosts[host].workUntil != nil {
      hosts[host].workUntil = nil
      for guest in hosts[host].guests { fleet.boot(Int(guest), on: host) }
    }
    guard drains.after == .comeBack else {
      ledger.courses[index].hostsRetired += 1
      hosts[host].state = .retired
      refile(host)
      return isGone(host, index)
    }
    takeBack(host, index)
  }

  private mutating func takeBack(_ host: Int, _ index: Int) {
    hosts[host].state = .inService
    note(host: host, .tookBack)
    refile(host)
    if case .drains(let drains) = scenario.campaigns[index].kind { hostIsBack(host, drains, index) }
    isGone(host, index)
  }

  /// A host is no longer in the hands of a campaign: others may have their turn.
  mutating func isGone(_ host: Int, _ index: Int) {
    campaigns[index].unavailable -= 1
    // Another campaign may have been waiting for this very host.
    for campaign in campaigns.indices { startDrains(campaign) }
    if case .drains(let drains) = scenario.campaigns[index].kind { hostDone(drains, index) }
  }
}
