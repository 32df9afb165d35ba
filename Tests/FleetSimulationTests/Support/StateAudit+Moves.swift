import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities

@testable import FleetSimulation

// Moves, drains and tickets: each is somewhere, and something will wake it up.

extension StateAudit {
  static func moveFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    let open = simulation.moveOfGuest.count { $0 >= 0 }
    if open != simulation.moves.count {
      faults.append(Fault(.moveEnds, "\(simulation.moves.count) moves of \(open) VMs"))
    }
    let total = simulation.ledger.total
    if total.requested != total.completed + total.abandoned + open {
      faults.append(Fault(.moveEnds, "a move is lost or counted twice"))
    }
    var waiting = 0
    for (guest, slot) in simulation.moveOfGuest.enumerated() where slot >= 0 {
      guard simulation.moves.contains(slot) else {
        faults.append(Fault(.moveEnds, "VM \(guest) has a move that is none"))
        continue
      }
      if simulation.moves[slot].guest != Int32(guest) {
        faults.append(Fault(.onePlace, "VM \(guest) has another one's move"))
      }
      if case .slot = simulation.moves[slot].wait { waiting += 1 }
      if !willWake(slot, simulation) {
        faults.append(
          Fault(.moveEnds, "the move of VM \(guest) waits for ever (\(simulation.moves[slot].wait))"))
      }
    }
    if waiting != simulation.waitingForSlot {
      faults.append(Fault(.bookkeeping, "\(waiting) moves wait for a slot"))
    }
    return faults + attemptFaults(of: simulation) + ticketFaults(of: simulation)
  }

  private static func willWake(_ slot: Int32, _ simulation: borrowing Simulation) -> Bool {
    let move = simulation.moves[slot]
    switch move.wait {
    case .nothing: return false
    // Whether it is in line is looked at where the lines are.
    case .turn, .desk: return true
    case .timer, .slot: return simulation.queue.isPending(move.timer)
    case .underWay:
      return move.attempt >= 0 && simulation.attempts.contains(move.attempt)
        && simulation.attempts[move.attempt].move == slot
    }
  }

  private static func attemptFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    var begins: Set<Instant> = []
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      let attempt = simulation.attempts[number]
      if simulation.moves[attempt.move].wait != .underWay {
        faults.append(Fault(.moveEnds, "attempt \(number) has an idle move"))
      }
      if !simulation.queue.isPending(attempt.deadline) {
        faults.append(Fault(.moveEnds, "attempt \(number) has no deadline"))
      }
      if let began = attempt.machine.accounts.began { begins.insert(began) }
    }
    if simulation.scenario.limits.release == .barrier, begins.count > 1 {
      faults.append(Fault(.limitUnits, "a batch has begun before the last one was over"))
    }
    return faults
  }

  private static func ticketFaults(of simulation: borrowing Simulation) -> [Fault] {
    let tickets = simulation.ledger.tickets
    let open = (0..<simulation.moves.end).count {
      simulation.moves.contains($0) && simulation.moves[$0].ticketEnds != nil
    }
    return tickets.opened == tickets.kept + tickets.late + tickets.withdrawn + open
      ? [] : [Fault(.ticketCloses, "\(open) tickets are open, and the books say otherwise")]
  }

  static func drainFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    let running = simulation.drains.count { !$0.isOver }
    let drains = simulation.ledger.drains
    if drains.started != drains.finished + drains.gaveUp + running {
      faults.append(Fault(.drainNamed, "a drain is lost"))
    }
    // Of a host that is to die nobody gives the evacuation up.
    for drain in simulation.drains where !drain.isOver && !simulation.queue.isPending(drain.death) {
      if !simulation.queue.isPending(drain.deadline) {
        faults.append(Fault(.drainNamed, "the drain of host \(drain.host) has no deadline"))
      }
      if drain.open < 1, !isHeld(drain, simulation) {
        faults.append(Fault(.drainNamed, "the drain of host \(drain.host) has nobody to wait for"))
      }
    }
    if drains.blocked.values.reduce(0, +) != drains.guestsLeft {
      faults.append(Fault(.drainNamed, "not all that is left on hosts is held by something"))
    }
    return faults
  }

  /// Nobody has been asked to leave, but somebody is on another move, or on his way here.
  private static func isHeld(_ drain: Drain, _ simulation: borrowing Simulation) -> Bool {
    let duty = simulation.hosts[Int(drain.host)]
    return duty.into > 0 || duty.guests.contains { simulation.moveOfGuest[Int($0)] >= 0 }
  }
}
