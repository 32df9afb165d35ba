internal import CutoverCore
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
    drains[Int(number)].death = queue.schedule(at: now + time, .hostDies(drain: number))
  }

  /// The guest of a host that is about to die is on another campaign's move, which waits for something that an emergency
  /// does not wait for: that move ends, and the guest is asked anew (see `evictIfDraining`).
  mutating func takeOver(_ guest: Int32, _ number: Int32) {
    let slot = moveOfGuest[Int(guest)]
    guard campaigns[Int(drains[Int(number)].campaign)].isEmergency, !moves[slot].isEmergency else { return }
    let attempt = moves[slot].attempt
    guard attempt >= 0 else { return callOff(slot) }
    guard attempts[attempt].machine.mayYetWait(at: now) else { return }
    moves[slot].ruling = .stop
    tell(hangsUnnoticed(attempt) ? .guestCrashed : .cancelled, to: attempt)
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
    ledger.drains.gaveUp += 1
    ledger.outages.hostsDied += 1
    ledger.courses[index].hostsDied += 1
    // The reason is listed of a host whose guests were all out, too: nobody was held by it.
    ledger.drains.blocked["host_died", default: 0] += 0
    for guest in hosts[host].guests where isDown(guest) { lose(guest, on: host) }
    scheduleRebuild(of: host)
    isGone(host, index)
  }

  /// A guest has come to a host, or stayed on it, that may have died while the guest was on its way.
  mutating func loseIfDead(_ guest: Int32, on host: Int) {
    guard hosts[host].diedIn >= 0 else { return }
    lose(guest, on: host)
    // Whoever makes the others again has not seen this one.
    if let died = hosts[host].failedAt, died < now { scheduleRebuild(of: host) }
  }

  /// A guest has gone down for good with its host, at once or because its move away failed after that.
  mutating func lose(_ guest: Int32, on host: Int) {
    guard lost.insert(guest).inserted else { return }
    let index = Int(drains[Int(hosts[host].diedIn)].campaign)
    ledger.drains.guestsLeft += 1
    ledger.drains.blocked["host_died", default: 0] += 1
    ledger.outages.lost += 1
    ledger.courses[index].lost += 1
    note(guest, .lost)
  }
}

extension RefusalReason {
  static let hostDied = RefusalReason(rawValue: "host_died")
}

extension CutoverMachine {
  /// Whether the guest runs, and its stop waits for a date, a window or its customer, now or once the copy is ready.
  fileprivate func mayYetWait(at now: Instant) -> Bool {
    switch phase {
    case .planned, .preparing, .replicating, .resting, .waiting: break
    default: return false
    }
    if let agreed = plan.notBefore, agreed > now { return true }
    if let windows = plan.windows, windows.opening(from: now) != now { return true }
    return plan.gate?.kind == .onCustomerReboot
  }
}
