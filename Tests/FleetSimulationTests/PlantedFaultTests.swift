import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

/// Faults that are put into runs on purpose: each must break the law that is there to find it.
@Suite struct PlantedFaultTests {
  struct Planted: Sendable, CustomTestStringConvertible {
    var name: String
    var law: Law
    /// Puts the fault in, once, where the simulation is in a state for that; says whether it has.
    var plant: @Sendable (inout Simulation) -> Bool

    init(_ name: String, _ law: Law, _ plant: @escaping @Sendable (inout Simulation) -> Bool) {
      (self.name, self.law, self.plant) = (name, law, plant)
    }

    var testDescription: String { name }
  }

  /// In the first random run that comes into a state for it.
  @Test(arguments: faults) func `a fault is found by its law`(fault: Planted) {
    for seed in 0..<400 {
      let random = RandomScenario(seed: UInt64(seed))
      var isPlanted = false
      let found = Watched.faults(of: random.scenario()) { simulation, count in
        guard !isPlanted, count > 5 else { return false }
        isPlanted = fault.plant(&simulation)
        return isPlanted
      }
      guard isPlanted, let found else { continue }
      #expect(found.contains { $0.law == fault.law }, "seed \(seed): \(found.prefix(5))")
      return
    }
    Issue.record("no run comes into a state for it")
  }

  @Test func `a date that was not kept is found`() {
    for seed in 0..<100 {
      var isForged = false
      let scenario = RandomScenario(seed: UInt64(seed)).scenario()
      let found = Watched.faults(
        of: scenario,
        forge: { trail in
          guard let place = PlantedFaultTests.ticketKept(in: trail) else { return }
          guard case .note(let note) = trail.entries[place], case .ticket(let date, let answer) = note.event
          else { return }
          isForged = true
          let later = Note(
            at: note.at, guest: note.guest, host: note.host, .ticket(date: date + .days(9), answer))
          trail.entries[place] = .note(later)
        })
      guard isForged, let found else { continue }
      #expect(found.contains { $0.law == .datesKept }, "seed \(seed): \(found)")
      return
    }
    Issue.record("no ticket was kept")
  }

  @Test func `an event that brings itself about is found`() {
    let found = Watched.faults(of: RandomScenario(seed: 0, tape: []).scenario()) { simulation, _ in
      _ = simulation.queue.schedule(at: simulation.now, .hoursChange)
      return false
    }
    #expect(found?.first?.law == .runEnds)
  }

  /// The first ticket after which its VM was stopped and moved, with nobody losing patience.
  private static func ticketKept(in trail: TrailAudit) -> Int? {
    trail.entries.indices.first { place in
      guard case .note(let ticket) = trail.entries[place], case .ticket(_, let answer) = ticket.event,
        answer != .startsItHimself
      else { return false }
      for entry in trail.entries[(place + 1)...] {
        switch entry {
        case .note(let note) where note.guest == ticket.guest:
          if case .overdue = note.event { return false }
          if case .moveEnded = note.event { return false }
        case .row(let row) where row.guest == ticket.guest && row.outcome == "completed":
          return row.accounts.outageBegan != nil && !trail.scenario.campaigns[row.campaign].isEmergency
        default: break
        }
      }
      return false
    }
  }

  // MARK: - Where to put one

  private static func attempt(
    _ simulation: borrowing Simulation, _ isRight: (Attempt) -> Bool = { _ in true }
  ) -> Int32? {
    (0..<simulation.attempts.end).first {
      simulation.attempts.contains($0) && isRight(simulation.attempts[$0])
    }
  }

  private static func move(_ simulation: borrowing Simulation, _ isRight: (Move) -> Bool) -> Int32? {
    (0..<simulation.moves.end).first { simulation.moves.contains($0) && isRight(simulation.moves[$0]) }
  }

  /// Puts a VM somewhere else, with all that goes with it.
  private static func carry(_ guest: Int, to host: Int, _ simulation: inout Simulation) {
    let (vm, old) = (simulation.fleet.guests[guest], Int(simulation.fleet.guests[guest].host))
    simulation.fleet.hosts[old].release(
      memory: vm.memory, disk: simulation.fleet.localDisk(of: guest, on: old))
    simulation.fleet.hosts[host].reserve(
      memory: vm.memory, disk: simulation.fleet.localDisk(of: guest, on: host))
    simulation.hosts[old].guests.removeAll { $0 == Int32(guest) }
    simulation.hosts[host].guests.append(Int32(guest))
    simulation.fleet.guests[guest].host = Int32(host)
    simulation.refile(old)
    simulation.refile(host)
  }

  // MARK: - The faults

  static let faults: [Planted] = places + slots + limits + moves + books

  private static let places = [
    Planted("a VM on two hosts", .onePlace) { simulation in
      guard simulation.hosts.count > 1 else { return false }
      let home = Int(simulation.fleet.guests[0].host)
      simulation.hosts[(home + 1) % simulation.hosts.count].guests.append(0)
      return true
    },
    Planted("a VM on no host", .onePlace) { simulation in
      simulation.hosts[Int(simulation.fleet.guests[0].host)].guests.removeAll { $0 == 0 }
      return true
    },
    Planted("a VM carried off, and nobody told", .onePlace) { simulation in
      let home = Int(simulation.fleet.guests[0].host)
      guard simulation.moveOfGuest[0] < 0,
        let host = simulation.hosts.indices.first(where: {
          $0 != home && simulation.fleet.hosts[$0].fits(memory: .gibibytes(4), disk: .gigabytes(40))
        })
      else { return false }
      carry(0, to: host, &simulation)
      return true
    },
    Planted("memory that is never given back", .hostCapacity) { simulation in
      simulation.fleet.hosts[0].reserve(memory: .mebibytes(1), disk: .zero)
      return true
    },
    Planted("a disk promised twice", .hostCapacity) { simulation in
      guard let number = attempt(simulation, { $0.disk > .zero }) else { return false }
      let (target, disk) = (Int(simulation.attempts[number].target), simulation.attempts[number].disk)
      simulation.fleet.hosts[target].release(memory: .zero, disk: disk)
      return true
    },
    Planted("a hard set broken", .setsApart) { simulation in
      for (guest, vm) in simulation.fleet.guests.enumerated() where simulation.moveOfGuest[guest] < 0 {
        for rule in simulation.fleet.groups[Int(vm.group)].sets where rule.isHard && rule.relation == .apart {
          for other in simulation.fleet.members(of: rule, with: guest) where other != guest {
            let host = Int(simulation.fleet.guests[other].host)
            guard
              simulation.fleet.hosts[host].fits(
                memory: vm.memory, disk: simulation.fleet.localDisk(of: guest, on: host))
            else { continue }
            carry(guest, to: host, &simulation)
            return true
          }
        }
      }
      return false
    },
    Planted("a running VM on a host that its CPU does not fit", .eligible) { simulation in
      guard simulation.scenario.rules.cpu != .any,
        let number = attempt(
          simulation,
          { [now = simulation.now] in
            $0.machine.accounts.began == now && $0.machine.plan.carriesRunningState && $0.source != $0.target
          })
      else { return false }
      let guest = Int(simulation.moves[simulation.attempts[number].move].guest)
      let there = simulation.fleet.cpus[
        Int(simulation.fleet.hosts[Int(simulation.attempts[number].target)].cpu)]
      guard let other = simulation.fleet.cpus.firstIndex(where: { $0.vendor != there.vendor }) else {
        return false
      }
      simulation.fleet.guests[guest].bootCPU = Int16(other)
      return true
    },
  ]

  private static let slots = [
    Planted("a slot of a host that is never given back", .bookkeeping) { simulation in
      simulation.hosts[0].out += 1
      return true
    },
    Planted("an attempt that the fleet does not count", .bookkeeping) { simulation in
      guard simulation.underWay > 0 else { return false }
      simulation.underWay -= 1
      return true
    },
    Planted("a host that the index believes to be empty", .bookkeeping) { simulation in
      simulation.index.file(
        0, .open, freeMemory: .gibibytes(4_096), freeDisk: .zero, key: simulation.key(of: 0))
      return true
    },
    Planted("a line that has lost its end", .bookkeeping) { simulation in
      guard let host = simulation.hosts.indices.first(where: { simulation.hosts[$0].firstTurn >= 0 }) else {
        return false
      }
      simulation.hosts[host].firstTurn = -1
      return true
    },
  ]

  private static let limits = [
    Planted("units that nobody gives back", .limitUnits) { simulation in
      guard let number = attempt(simulation, { !$0.charges.isEmpty }) else { return false }
      simulation.desk.take(simulation.attempts[number].charges[0])
      return true
    },
    Planted("an attempt that pays nothing", .limitUnits) { simulation in
      guard let number = attempt(simulation, { $0.charges.contains { $0.hold == .attempt } }),
        !isWatchedByQuitter(simulation.attempts[number].move, simulation)
      else { return false }
      for charge in simulation.attempts[number].charges { simulation.desk.give(back: charge) }
      simulation.attempts[number].charges = []
      return true
    },
    Planted("more units than there are", .limitUnits) { simulation in
      guard let number = attempt(simulation, { !$0.charges.isEmpty }) else { return false }
      var charge = simulation.attempts[number].charges[0]
      charge.units += 100
      simulation.desk.give(back: simulation.attempts[number].charges[0])
      simulation.desk.take(charge)
      simulation.attempts[number].charges[0] = charge
      return true
    },
    Planted("a host that lets more go than it may", .limitUnits) { simulation in
      guard let host = simulation.hosts.indices.first(where: { simulation.hosts[$0].into > 0 }) else {
        return false
      }
      simulation.hosts[host].into = simulation.scenario.limits.hostIn + 1
      return true
    },
  ]

  private static func isWatchedByQuitter(_ slot: Int32, _ simulation: borrowing Simulation) -> Bool {
    simulation.scenario.campaigns[Int(simulation.moves[slot].campaign)].chain.deadlines.contains {
      $0.then == .abandon
    }
  }

  private static let moves = [
    Planted("a wait that nothing ends", .moveEnds) { simulation in
      guard let slot = move(simulation, { $0.wait == .timer }) else { return false }
      return simulation.queue.cancel(simulation.moves[slot].timer)
    },
    Planted("an attempt without a deadline", .moveEnds) { simulation in
      guard let number = attempt(simulation) else { return false }
      return simulation.queue.cancel(simulation.attempts[number].deadline)
    },
    Planted("a move that is forgotten", .moveEnds) { simulation in
      guard let slot = move(simulation, { $0.wait == .timer }) else { return false }
      simulation.moveOfGuest[Int(simulation.moves[slot].guest)] = -1
      return true
    },
    Planted("a move that is counted twice", .moveEnds) { simulation in
      simulation.ledger.byCampaign[0].completed += 1
      return true
    },
    Planted("a free slot that nobody is called to", .moveEnds) { simulation in
      for host in simulation.hosts.indices
      where simulation.hosts[host].isStalled && simulation.hosts[host].firstTurn >= 0
        && simulation.hosts[host].out < simulation.hostOutLimit(host)
      {
        simulation.hosts[host].isStalled = false
        return true
      }
      return false
    },
    Planted("a move that has left the line at the desk", .moveEnds) { simulation in
      guard !simulation.desk.waiting.isEmpty else { return false }
      simulation.desk.waiting.removeAll()
      return true
    },
  ]

  private static let books = [
    Planted("a ticket that is kept twice", .ticketCloses) { simulation in
      simulation.ledger.tickets.kept += 1
      return true
    },
    Planted("a ticket that is torn up", .ticketCloses) { simulation in
      guard let slot = move(simulation, { $0.ticketEnds != nil }) else { return false }
      simulation.moves[slot].ticketEnds = nil
      return true
    },
    Planted("a drain that finishes twice", .drainNamed) { simulation in
      simulation.ledger.drains.finished += 1
      return true
    },
    Planted("a VM left on its host by nothing", .drainNamed) { simulation in
      simulation.ledger.drains.guestsLeft += 1
      return true
    },
    Planted("a drain that nobody gives up", .drainNamed) { simulation in
      for drain in simulation.drains where !drain.isOver && !simulation.queue.isPending(drain.death) {
        return simulation.queue.cancel(drain.deadline)
      }
      return false
    },
    Planted("a VM lost in silence", .lostNamed) { simulation in
      guard let index = simulation.ledger.courses.firstIndex(where: { $0.lost > 0 }) else { return false }
      simulation.ledger.courses[index].lost -= 1
      return true
    },
    Planted("bytes that only one table knows of", .accounts) { simulation in
      simulation.ledger.byStrategy[0].diskBytes += 1_000_000
      return true
    },
    Planted("bytes that were never sent", .bytes) { simulation in
      simulation.ledger.byStrategy[0].diskBytes += 1_000_000
      simulation.ledger.byClass[0].diskBytes += 1_000_000
      simulation.ledger.byCampaign[0].diskBytes += 1_000_000
      return true
    },
    Planted("bytes on the way that nobody has sent", .bytes) { simulation in
      guard let number = attempt(simulation, { $0.sent > .mebibytes(64) }) else { return false }
      simulation.attempts[number].sent = simulation.attempts[number].sent - .mebibytes(32)
      return true
    },
  ]
}
