import CutoverCore
import DiscreteEvent
import FleetModel
internal import MigrationPhysics
import MigrationPolicy
import Quantities

@testable import FleetSimulation

/// What must hold of a simulation after each event: counted anew from the guests, attempts and moves that there are.
struct StateAudit {
  static func faults(of simulation: borrowing Simulation) -> [Fault] {
    capacityFaults(of: simulation) + slotFaults(of: simulation) + limitFaults(of: simulation)
      + placeFaults(of: simulation) + moveFaults(of: simulation) + drainFaults(of: simulation)
  }

  // MARK: - Places and room

  private static func placeFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    let fleet = simulation.fleet
    var listed = fleet.guests.map { _ in [Int]() }
    for (host, duty) in simulation.hosts.enumerated() {
      for guest in duty.guests { listed[Int(guest)].append(host) }
    }
    for (index, guest) in fleet.guests.enumerated() {
      if listed[index] != [Int(guest.host)] {
        faults.append(Fault(.onePlace, "VM \(index) is listed on \(listed[index]), not on \(guest.host)"))
      }
      if guest.memory != fleet.flavors[Int(guest.flavor)].memory {
        faults.append(Fault(.hostCapacity, "VM \(index) has a wrong size"))
      }
    }
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      let attempt = simulation.attempts[number]
      let guest = simulation.moves[attempt.move].guest
      if fleet.guests[Int(guest)].host != attempt.source {
        faults.append(Fault(.onePlace, "VM \(guest) is moved from host \(attempt.source), and is elsewhere"))
      }
    }
    return faults + lostFaults(of: simulation) + setFaults(of: simulation)
  }

  /// Guests on hosts that have died, against those that are named and counted as lost, campaign by campaign.
  private static func lostFaults(of simulation: borrowing Simulation) -> [Fault] {
    var there = simulation.ledger.courses.map { _ in 0 }
    for guest in simulation.lost {
      let host = simulation.hosts[Int(simulation.fleet.guests[Int(guest)].host)]
      guard host.diedIn >= 0 else { return [Fault(.lostNamed, "VM \(guest) is lost on a host that lives")] }
      there[Int(simulation.drains[Int(host.diedIn)].campaign)] += 1
    }
    for (host, duty) in simulation.hosts.enumerated() where duty.diedIn >= 0 {
      if duty.mayReceive { return [Fault(.lostNamed, "host \(host) has died and takes VMs in")] }
      for guest in duty.guests where simulation.isDown(guest) && !simulation.lost.contains(guest) {
        return [Fault(.lostNamed, "VM \(guest) is on the dead host \(host), and not among the lost")]
      }
    }
    return zip(simulation.ledger.courses, there).enumerated().compactMap { index, pair in
      let (tally, there) = pair
      let lost = tally.lost - tally.rebuilt - tally.rebuiltFromImage
      return lost == there
        ? nil : Fault(.lostNamed, "campaign \(index): \(there) on dead hosts, \(lost) counted as lost")
    }
  }

  private static func capacityFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    let fleet = simulation.fleet
    var (memory, disk) = (fleet.hosts.map { _ in 0.0 }, fleet.hosts.map { _ in 0.0 })
    func use(_ host: Int32, _ room: (memory: Bytes, disk: Bytes)) {
      memory[Int(host)] += room.memory.value
      disk[Int(host)] += room.disk.value
    }
    for (index, guest) in fleet.guests.enumerated() {
      use(guest.host, (guest.memory, fleet.localDisk(of: index, on: Int(guest.host))))
    }
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      let attempt = simulation.attempts[number]
      use(attempt.target, (attempt.memory, attempt.disk))
    }
    for number in 0..<simulation.moves.end where simulation.moves.contains(number) {
      guard let parked = simulation.moves[number].parked else { continue }
      use(parked.host, (parked.memory, parked.disk))
    }
    for number in 0..<simulation.holds.end where simulation.holds.contains(number) {
      let hold = simulation.holds[number]
      use(hold.host, (hold.memory, hold.disk))
    }
    for (index, host) in fleet.hosts.enumerated() {
      if host.freeMemory < .zero || host.freeDisk < .zero {
        faults.append(Fault(.hostCapacity, "host \(index) is overbooked"))
      }
      if (host.memory - host.freeMemory).value != memory[index] {
        faults.append(Fault(.hostCapacity, "host \(index) leaks memory"))
      }
      if (host.disk - host.freeDisk).value != disk[index] {
        faults.append(Fault(.hostCapacity, "host \(index) leaks disk"))
      }
    }
    return faults
  }

  // MARK: - Slots and lines

  private static func slotFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    let (fleet, limits) = (simulation.fleet, simulation.scenario.limits)
    var (out, into, under) = (fleet.hosts.map { _ in 0 }, fleet.hosts.map { _ in 0 }, 0)
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      let attempt = simulation.attempts[number]
      out[Int(attempt.source)] += 1
      if attempt.target != attempt.source { into[Int(attempt.target)] += 1 }
      under += 1
    }
    for (index, duty) in simulation.hosts.enumerated() {
      if duty.out != out[index] || duty.into != into[index] {
        faults.append(Fault(.bookkeeping, "host \(index) miscounts its slots"))
      }
      if duty.out > mostOut(of: index, simulation) || duty.into > limits.hostIn {
        faults.append(Fault(.limitUnits, "host \(index) is over its limit"))
      }
    }
    if under != simulation.underWay {
      faults.append(Fault(.bookkeeping, "the fleet miscounts its slots"))
    }
    if under > limits.fleet { faults.append(Fault(.limitUnits, "the fleet is over its limit")) }
    return faults + lineFaults(of: simulation) + indexFaults(of: simulation)
  }

  /// An emergency may have a limit of its own, and what has begun under it goes on.
  private static func mostOut(of host: Int, _ simulation: borrowing Simulation) -> Int {
    simulation.drains.reduce(simulation.scenario.limits.hostOut) { most, drain in
      Int(drain.host) == host ? max(most, drain.hostOut) : most
    }
  }

  private static func lineFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    var inLine = 0
    for (index, duty) in simulation.hosts.enumerated() {
      var (slot, last, length) = (duty.firstTurn, Int32(-1), 0)
      while slot >= 0, length <= simulation.fleet.guests.count {
        let move = simulation.moves[slot]
        if move.wait != .turn || simulation.fleet.guests[Int(move.guest)].host != Int32(index) {
          faults.append(Fault(.bookkeeping, "a move that does not wait for host \(index) is in its line"))
        }
        (last, slot, length) = (slot, move.next, length + 1)
      }
      if last != duty.lastTurn {
        faults.append(Fault(.bookkeeping, "the line of host \(index) does not end at its end"))
      }
      inLine += length
      if length > 0, duty.out < simulation.hostOutLimit(index), !duty.isStalled {
        faults.append(Fault(.moveEnds, "host \(index) has a free slot and a line, and nobody is called"))
      }
    }
    let waiting = (0..<simulation.moves.end).count {
      simulation.moves.contains($0) && simulation.moves[$0].wait == .turn
    }
    if inLine != waiting {
      faults.append(Fault(.bookkeeping, "\(waiting) moves wait for their turn, \(inLine) in line"))
    }
    if !simulation.stalledHosts.isEmpty, simulation.underWay < simulation.scenario.limits.fleet {
      faults.append(Fault(.moveEnds, "hosts wait for the fleet's limit, which has units"))
    }
    return faults
  }

  private static func indexFaults(of simulation: borrowing Simulation) -> [Fault] {
    let fleet = simulation.fleet
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
    return fresh == simulation.index ? [] : [Fault(.bookkeeping, "the index of hosts is out of date")]
  }
}
