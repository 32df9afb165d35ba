internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let hostDeath = StreamPurpose("host.death")
}

// Hosts that are evacuated because they are about to die.

extension Simulation {
  /// Migrations out of a host at once.
  func hostOutLimit(_ host: Int) -> Int {
    guard case .draining(let number) = hosts[host].state, drains[Int(number)].hostOut > 0 else {
      return scenario.limits.hostOut
    }
    return max(scenario.limits.hostOut, drains[Int(number)].hostOut)
  }

  /// The evacuation of a host begins: when it dies is drawn, for this host alone.
  mutating func scheduleDeath(_ emergency: Emergency, _ number: Int32) {
    drains[Int(number)].hostOut = emergency.hostOut ?? 0
    guard let diesAfter = emergency.diesAfter else { return }
    // One that is evacuated again, at random, has another time.
    let (host, index) = (UInt64(drains[Int(number)].host), Int(drains[Int(number)].campaign))
    var chance = stream(host << 24 | UInt64(campaigns[index].next & 0xFF_FFFF), .hostDeath)
    let time = Duration(seconds: max(0, diesAfter.sample(&chance)))
    _ = queue.schedule(at: now + time, .hostDies(drain: number))
  }

  /// The host dies for good, unless it was empty in time.
  mutating func hostDies(_ number: Int32) {
    guard !drains[Int(number)].isOver else { return }
    let (host, index) = (Int(drains[Int(number)].host), Int(drains[Int(number)].campaign))
    endDrain(number)
    hosts[host].state = .retired
    hosts[host].diedIn = number
    hosts[host].failures += 1
    hosts[host].downUntil = end + Simulation.lookAgainAfter
    hosts[host].failedAt = hosts[host].failedAt ?? now
    note(host: host, .failed(until: end))
    refile(host)
    breakOff(attemptsOf: Int32(host))
    for guest in hosts[host].guests {
      let slot = moveOfGuest[Int(guest)]
      if slot >= 0, moves[slot].drain == number { callOff(slot) }
    }
    let left = hosts[host].guests.count { isDown($0) }
    ledger.drains.gaveUp += 1
    ledger.drains.guestsLeft += left
    ledger.drains.blocked["host_died", default: 0] += left
    ledger.outages.hostsDied += 1
    ledger.outages.lost += left
    ledger.courses[index].hostsDied += 1
    ledger.courses[index].lost += left
    scheduleRebuild(of: host)
    isGone(host, index)
  }
}
