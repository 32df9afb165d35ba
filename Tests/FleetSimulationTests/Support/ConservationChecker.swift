import CutoverCore
import DiscreteEvent
import FleetModel
internal import MigrationPhysics
import MigrationPolicy
import Quantities

@testable import FleetSimulation

/// What must hold of a simulation at any instant, as sentences about what does not.
struct ConservationChecker {
  static func faults(of simulation: borrowing Simulation) -> [String] {
    var faults: [String] = []
    let fleet = simulation.fleet
    var (usedMemory, usedDisk) = (fleet.hosts.map { _ in 0.0 }, fleet.hosts.map { _ in 0.0 })
    var (out, into, under) = (fleet.hosts.map { _ in 0 }, fleet.hosts.map { _ in 0 }, 0)
    for (index, guest) in fleet.guests.enumerated() {
      usedMemory[Int(guest.host)] += guest.memory.value
      usedDisk[Int(guest.host)] += fleet.localDisk(of: index, on: Int(guest.host)).value
      let places = simulation.hosts.indices.filter { simulation.hosts[$0].guests.contains(Int32(index)) }
      if places != [Int(guest.host)] {
        faults.append("guest \(index) is listed on \(places), not on \(guest.host)")
      }
      if guest.memory != fleet.flavors[Int(guest.flavor)].memory {
        faults.append("guest \(index) has a wrong size")
      }
    }
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      let attempt = simulation.attempts[number]
      usedMemory[Int(attempt.target)] += attempt.memory.value
      usedDisk[Int(attempt.target)] += attempt.disk.value
      out[Int(attempt.source)] += 1
      if attempt.target != attempt.source { into[Int(attempt.target)] += 1 }
      under += 1
      if simulation.moves[attempt.move].wait != .underWay {
        faults.append("attempt \(number) has an idle move")
      }
    }
    for number in 0..<simulation.moves.end where simulation.moves.contains(number) {
      guard let parked = simulation.moves[number].parked else { continue }
      usedMemory[Int(parked.host)] += parked.memory.value
      usedDisk[Int(parked.host)] += parked.disk.value
    }
    for number in 0..<simulation.holds.end where simulation.holds.contains(number) {
      usedMemory[Int(simulation.holds[number].host)] += simulation.holds[number].memory.value
      usedDisk[Int(simulation.holds[number].host)] += simulation.holds[number].disk.value
    }
    faults += limitFaults(of: simulation)
    var inLine = 0
    for (index, host) in fleet.hosts.enumerated() {
      if host.freeMemory < .zero || host.freeDisk < .zero { faults.append("host \(index) is overbooked") }
      if (host.memory - host.freeMemory).value != usedMemory[index] {
        faults.append("host \(index) leaks memory")
      }
      if (host.disk - host.freeDisk).value != usedDisk[index] { faults.append("host \(index) leaks disk") }
      let duty = simulation.hosts[index]
      var (slot, last, length) = (duty.firstTurn, Int32(-1), 0)
      while slot >= 0, length <= fleet.guests.count {
        let move = simulation.moves[slot]
        if move.wait != .turn || fleet.guests[Int(move.guest)].host != Int32(index) {
          faults.append("a move that does not wait for host \(index) is in its line")
        }
        (last, slot, length) = (slot, move.next, length + 1)
      }
      if last != duty.lastTurn { faults.append("the line of host \(index) does not end at its end") }
      inLine += length
      if duty.out != out[index] || duty.into != into[index] {
        faults.append("host \(index) miscounts its slots")
      }
      if duty.out > simulation.scenario.limits.hostOut || duty.into > simulation.scenario.limits.hostIn {
        faults.append("host \(index) is over its limit")
      }
    }
    let waitTurn = (0..<simulation.moves.end).count {
      simulation.moves.contains($0) && simulation.moves[$0].wait == .turn
    }
    if inLine != waitTurn { faults.append("\(waitTurn) moves wait for their turn, \(inLine) in line") }
    var fresh = HostIndex(
      of: fleet, placement: simulation.scenario.placement, byKind: simulation.book.looksAtKinds)
    for (index, host) in fleet.hosts.enumerated() {
      let duty = simulation.hosts[index]
      let isBusy = duty.into >= simulation.scenario.limits.hostIn
      fresh.file(
        index, duty.mayReceive ? isBusy ? .busy : .open : .closed, freeMemory: host.freeMemory,
        freeDisk: host.freeDisk, key: simulation.key(of: index))
    }
    // A treap's shape follows from what is in it.
    if fresh != simulation.index { faults.append("the index of hosts is out of date") }
    if under != simulation.underWay || under > simulation.scenario.limits.fleet {
      faults.append("the fleet miscounts its slots")
    }
    let open = simulation.moveOfGuest.count { $0 >= 0 }
    if open != simulation.moves.count { faults.append("\(simulation.moves.count) moves of \(open) guests") }
    let total = simulation.ledger.total
    if total.requested != total.completed + total.abandoned + open {
      faults.append("a move is lost or counted twice")
    }
    var waiting = 0
    for (guest, slot) in simulation.moveOfGuest.enumerated() where slot >= 0 {
      let move = simulation.moves[slot]
      if move.guest != Int32(guest) { faults.append("guest \(guest) has another one's move") }
      if move.wait == .nothing { faults.append("the move of guest \(guest) waits for nothing") }
      if case .slot = move.wait {
        waiting += 1
        if !simulation.queue.isPending(move.timer) {
          faults.append("the move of guest \(guest) waits for ever")
        }
      }
      if move.wait == .timer, !simulation.queue.isPending(move.timer) {
        faults.append("the move of guest \(guest) waits for ever")
      }
    }
    if waiting != simulation.waitingForSlot { faults.append("\(waiting) moves wait for a slot") }
    let running = simulation.drains.count { !$0.isOver }
    let drains = simulation.ledger.drains
    if drains.started != drains.finished + drains.gaveUp + running { faults.append("a drain is lost") }
    for drain in simulation.drains where !drain.isOver && drain.open < 1 && !isHeld(drain, simulation) {
      faults.append("the drain of host \(drain.host) has nobody to wait for")
    }
    let tickets = simulation.ledger.tickets
    let openTickets = (0..<simulation.moves.end).count {
      simulation.moves.contains($0) && simulation.moves[$0].ticketEnds != nil
    }
    if tickets.opened != tickets.kept + tickets.late + tickets.withdrawn + openTickets {
      faults.append("a ticket is lost")
    }
    return faults
  }

  /// What attempts have taken of each limit, against what it has.
  private static func limitFaults(of simulation: borrowing Simulation) -> [String] {
    var faults: [String] = []
    var taken: [LimitKey: Int] = [:]
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      for charge in simulation.attempts[number].charges { taken[charge.key, default: 0] += charge.units }
    }
    for (key, units) in taken {
      if simulation.desk.inUse(key) != units { faults.append("the limit \(key) miscounts its units") }
      let rule = simulation.scenario.limits.rules[Int(key.rule)]
      if units > rule.capacity { faults.append("the limit \(key) is over its capacity: \(units)") }
    }
    var inLine: Set<UInt64> = []
    for place in simulation.desk.waiting + simulation.desk.arrivals { inLine.insert(place.ticket) }
    for number in 0..<simulation.moves.end where simulation.moves.contains(number) {
      guard case .desk(let ticket) = simulation.moves[number].wait else { continue }
      if !inLine.contains(ticket) { faults.append("move \(number) waits at the desk and is not in line") }
    }
    return faults
  }

  /// Nobody has been asked to leave, but somebody is on another move, or on his way here.
  private static func isHeld(_ drain: Drain, _ simulation: borrowing Simulation) -> Bool {
    let duty = simulation.hosts[Int(drain.host)]
    return duty.into > 0 || duty.guests.contains { simulation.moveOfGuest[Int($0)] >= 0 }
  }

  /// What must hold of a result.
  static func faults(of ledger: Ledger, _ rows: [AttemptRow], unfinishedDowntime: Double) -> [String] {
    var faults: [String] = []
    func sum(_ cells: [Cell]) -> Cell { cells.reduce(into: Cell()) { $0.merge($1) } }
    let ways = [sum(ledger.byStrategy), sum(ledger.byClass), sum(ledger.byCampaign)]
    func agree(_ name: String, _ value: (Cell) -> Double) {
      let values = ways.map(value)
      if values.contains(where: { abs($0 - values[0]) > 1e-9 * max(1, abs(values[0])) }) {
        faults.append("\(name) by strategy, class and campaign: \(values)")
      }
    }
    agree("requested") { Double($0.requested) }
    agree("completed") { Double($0.completed) }
    agree("abandoned") { Double($0.abandoned) }
    agree("attempts") { Double($0.attempts) }
    agree("failures") { Double($0.failedAttempts) }
    agree("bytes", \.transferredBytes)
    agree("wasted", \.wastedBytes)
    agree("downtime", \.downtimeSeconds)
    agree("baseline", \.baselineSeconds)
    agree("saved", \.savedSeconds)
    agree("brownout", \.brownoutSeconds)
    agree("samples") {
      $0.downtime.sum + $0.pause.sum + $0.networkGap.sum + $0.serviceGap.sum + $0.totalTime.sum
    }
    func same(_ name: String, _ a: Double, _ b: Double, within tolerance: Double = 1e-6) {
      if abs(a - b) > tolerance * max(1, abs(a)) { faults.append("\(name): \(a) and \(b)") }
    }
    let total = ways[2]
    same("saved", total.savedSeconds, total.baselineSeconds - (total.downtimeSeconds - unfinishedDowntime))
    same("bytes", total.transferredBytes, rows.reduce(0) { $0 + $1.transferred.value })
    same("attempts", Double(total.attempts), Double(rows.count))
    same(
      "guests", Double(ledger.guestDowntime.reduce(0) { $0 + Double($1) }), total.downtimeSeconds,
      within: 1e-4)
    let gaps = total.networkGap.sum + total.serviceGap.sum
    same("gaps", gaps, total.downtimeSeconds)
    for row in rows {
      if row.brownout > row.totalTime {
        faults.append("attempt of guest \(row.guest) slowed for longer than it took")
      }
      if row.downtimes.pause > row.downtimes.networkGap { faults.append("a pause that no client saw") }
      if row.outcome == "completed", row.accounts.downtime == nil {
        faults.append("completed, and still down")
      }
    }
    return faults
  }
}
