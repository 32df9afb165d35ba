internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// What holds a drain that does not come to its end.

extension Simulation {
  /// What keeps a guest on its host: the rule or fault that ended its last try, or what its move waits for.
  func whatHolds(_ guest: Int32) -> String {
    let slot = moveOfGuest[Int(guest)]
    guard slot >= 0 else {
      let code = Int(lastFailure[Int(guest)])
      return code < 0 ? "not_asked" : ledger.codes[code]
    }
    let move = moves[slot]
    if case .turn = move.wait {
      return underWay >= scenario.limits.fleet ? "limit_fleet" : "limit_host_out"
    }
    if case .slot = move.wait { return "limit_host_in" }
    if case .desk = move.wait { return underWay >= scenario.limits.fleet ? "limit_fleet" : "limit_host_out" }
    if case .underWay = move.wait { return "under_way" }
    if hosts[Int(fleet.guests[Int(guest)].host)].downUntil != nil { return "host_down" }
    if move.ticketEnds != nil { return "ticket_date" }
    return move.searching != nil ? "no_room" : "retry_wait"
  }

  /// Notes what holds each guest of a host whose drain is given up.
  mutating func noteWhatBlocks(_ host: Int) {
    for guest in hosts[host].guests { ledger.drains.blocked[whatHolds(guest), default: 0] += 1 }
  }

  /// The horizon has come: notes what is still under way, and ends what lasts.
  mutating func closeBooks() {
    for drain in drains where !drain.isOver {
      for guest in hosts[Int(drain.host)].guests {
        ledger.drains.waiting[whatHolds(guest), default: 0] += 1
      }
    }
    for host in hosts.indices where hosts[host].failedAt != nil {
      for guest in hosts[host].guests where isDown(guest) {
        ledger.outages.stillDown += 1
        endOutage(of: guest, on: host, at: end)
      }
    }
    ledger.headroom = watch.leastHeadroom
    ledger.mostHostsOut = watch.mostOut
  }
}
