internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import Quantities

extension StreamPurpose {
  static let hostFailure = StreamPurpose("host.failure")
}

// Hosts that fail by themselves, and what that does to migrations under way.

extension Simulation {
  mutating func scheduleHostFailures() {
    guard scenario.hostFailures.perSecond > 0 else { return }
    for host in fleet.hosts.indices { scheduleFailure(of: host, number: 0) }
  }

  private mutating func scheduleFailure(of host: Int, number: Int) {
    var failure = stream(UInt64(host) << 24 | UInt64(number), .hostFailure)
    let gap = -1 / scenario.hostFailures.perSecond * log1p(-failure.uniform())
    let time = now + Duration(seconds: gap)
    if time <= end { _ = queue.schedule(at: time, .hostFails(Int32(host))) }
  }

  mutating func hostFails(_ host: Int32) {
    let index = Int(host)
    // What is gone does not fail.
    guard hosts[index].state != .retired else { return }
    ledger.hostFailures += 1
    hosts[index].downUntil = now + scenario.hostFailures.repair
    hosts[index].failures += 1
    note(host: index, .failed(until: now + scenario.hostFailures.repair))
    hosts[index].failedAt = now
    refile(index)
    _ = queue.schedule(at: now + scenario.hostFailures.repair, .hostRepaired(host))
    breakOff(attemptsOf: host)
    scheduleRebuild(of: index)
  }

  /// Ends or turns back the attempts from and to a host that is down.
  mutating func breakOff(attemptsOf host: Int32) {
    // None that begins in the course of this has to do with the host: it is down.
    for attempt in 0..<attempts.end where attempts.contains(attempt) {
      if attempts[attempt].source == host {
        tell(.sourceLost, to: attempt)
      } else if attempts[attempt].target == host {
        // The machine would leave a guest alone that it believes to be running.
        if hangsUnnoticed(attempt) { tell(.guestCrashed, to: attempt) }
        tell(.destinationLost, to: attempt)
      }
    }
  }

  mutating func hostRepaired(_ host: Int32) {
    guard hosts[Int(host)].state != .retired else { return }
    hosts[Int(host)].downUntil = nil
    note(host: Int(host), .repaired)
    bootGuests(of: Int(host))
    refile(Int(host))
    // Its guests boot with it.
    for guest in hosts[Int(host)].guests { fleet.boot(Int(guest), on: Int(host)) }
    scheduleFailure(of: Int(host), number: hosts[Int(host)].failures)
    pump(Int(host))
  }
}

#if canImport(Glibc)
  private import Glibc
#endif
