import CutoverCore
import DiscreteEvent
import FleetModel
internal import MigrationPhysics
import MigrationPolicy
import Quantities

@testable import FleetSimulation

// Limits in units, hard sets, and who may go where: worked out here again, from the scenario alone.

extension StateAudit {
  static func limitFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    let rules = simulation.scenario.limits.rules
    var taken: [LimitKey: Int] = [:]
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      let attempt = simulation.attempts[number]
      let due = charges(of: attempt, rules, simulation.fleet)
      var seen: Set<LimitKey> = []
      for charge in attempt.charges {
        taken[charge.key, default: 0] += charge.units
        if due[charge.key] != charge.units || !seen.insert(charge.key).inserted {
          faults.append(Fault(.limitUnits, "attempt \(number) takes \(charge.units) of \(charge.key)"))
        }
      }
      // Whoever looked away has given all back; who has copied the disk, what was held for that.
      let missing = due.keys.filter { !seen.contains($0) }
      let mayLack =
        attempt.charges.isEmpty && isWatchedByQuitter(attempt.move, simulation)
        || missing.allSatisfy { rules[Int($0.rule)].held == .untilCopied && hasCopied(attempt) }
      if !mayLack { faults.append(Fault(.limitUnits, "attempt \(number) holds nothing of \(missing)")) }
    }
    for (key, units) in taken {
      if simulation.desk.inUse(key) != units {
        faults.append(Fault(.limitUnits, "the limit \(key) miscounts its units"))
      }
      if units > rules[Int(key.rule)].capacity {
        faults.append(Fault(.limitUnits, "the limit \(key) is over its capacity: \(units)"))
      }
    }
    return faults + deskFaults(of: simulation)
  }

  private static func deskFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    var inLine: Set<UInt64> = []
    for place in simulation.desk.waiting + simulation.desk.arrivals { inLine.insert(place.ticket) }
    var waiting = 0
    for number in 0..<simulation.moves.end where simulation.moves.contains(number) {
      guard case .desk(let ticket) = simulation.moves[number].wait else { continue }
      waiting += 1
      if !inLine.contains(ticket) {
        faults.append(Fault(.moveEnds, "move \(number) waits at the desk and is not in line"))
      }
    }
    if waiting > 0, simulation.underWay == 0 {
      faults.append(Fault(.moveEnds, "\(waiting) moves wait at the desk, and nothing is under way"))
    }
    return faults
  }

  private static func isWatchedByQuitter(_ slot: Int32, _ simulation: borrowing Simulation) -> Bool {
    let campaign = Int(simulation.moves[slot].campaign)
    return simulation.scenario.campaigns[campaign].chain.deadlines.contains { $0.then == .abandon }
  }

  private static func hasCopied(_ attempt: Attempt) -> Bool {
    attempt.machine.accounts.diskBytes + attempt.machine.accounts.downtimeBytes > .zero
      || attempt.machine.currentStep.action.medium != .disk
  }

  /// What an attempt has to pay, rule by rule.
  private static func charges(of attempt: Attempt, _ rules: [LimitRule], _ fleet: Fleet) -> [LimitKey: Int] {
    var due: [LimitKey: Int] = [:]
    for (number, rule) in rules.enumerated() {
      let units = rule.cost.units(of: attempt.machine.plan)
      guard units > 0 else { continue }
      for place in places(of: rule, attempt, fleet) {
        let key = LimitKey(rule: Int32(number), first: Int32(place.0), second: Int32(place.1))
        due[key] = units
      }
    }
    return due
  }

  private static func places(of rule: LimitRule, _ attempt: Attempt, _ fleet: Fleet) -> [(Int, Int)] {
    let (a, b) = (Int(attempt.source), Int(attempt.target))
    let (from, to) = (fleet.hosts[a], fleet.hosts[b])
    let isHere: (Host) -> Bool = { host in rule.site.map { fleet.sites[Int(host.site)].name == $0 } ?? true }
    let ends = [(a, from), (b, to)].filter { isHere($0.1) }
    let touches = !ends.isEmpty
    switch rule.scope {
    case .hostOut: return isHere(from) ? [(a, 0)] : []
    case .hostIn: return isHere(to) && a != b ? [(b, 0)] : []
    case .host, .nic: return ends.map { ($0.0, 0) }
    case .pair: return touches ? [(a, b)] : []
    case .pool: return attempt.machine.plan.media.contains(.disk) ? ends.map { ($0.0, 0) } : []
    case .rack: return ends.map { (Int($0.1.rack), 0) }
    case .rackUplink: return from.rack == to.rack ? [] : ends.map { (Int($0.1.rack), 0) }
    case .site: return ends.map { (Int($0.1.site), 0) }
    case .wan: return from.site == to.site ? [] : ends.map { (Int($0.1.site), 0) }
    case .fleet: return touches ? [(0, 0)] : []
    case .appliance: return from.site != to.site && touches ? [(0, 0)] : []
    }
  }

  // MARK: - Sets

  /// Hard sets of guests that are to be apart: wherever each of them is, is going to be, or has room kept.
  static func setFaults(of simulation: borrowing Simulation) -> [Fault] {
    let fleet = simulation.fleet
    guard fleet.groups.contains(where: { $0.sets.contains { $0.isHard && $0.relation == .apart } }) else {
      return []
    }
    var places = fleet.guests.map { Set([Int($0.host)]) }
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      let attempt = simulation.attempts[number]
      places[Int(simulation.moves[attempt.move].guest)].insert(Int(attempt.target))
    }
    for number in 0..<simulation.moves.end where simulation.moves.contains(number) {
      guard let parked = simulation.moves[number].parked else { continue }
      places[Int(simulation.moves[number].guest)].insert(Int(parked.host))
    }
    var faults: [Fault] = []
    for (guest, vm) in fleet.guests.enumerated() {
      for rule in fleet.groups[Int(vm.group)].sets where rule.isHard && rule.relation == .apart {
        func domains(_ guest: Int) -> Set<Int> {
          rule.domain == .host ? places[guest] : Set(places[guest].map { Int(fleet.hosts[$0].rack) })
        }
        for other in fleet.members(of: rule, with: guest)
        where other > guest && !domains(guest).isDisjoint(with: domains(other)) {
          faults.append(Fault(.setsApart, "VMs \(guest) and \(other) share a \(rule.domain)"))
        }
      }
    }
    return faults
  }

  // MARK: - Who may go where

  /// Attempts that began with this event, put to the rules again without what the simulation remembers of them.
  static func beginFaults(of simulation: borrowing Simulation) -> [Fault] {
    var faults: [Fault] = []
    let fleet = simulation.fleet
    for number in 0..<simulation.attempts.end where simulation.attempts.contains(number) {
      let attempt = simulation.attempts[number]
      guard attempt.machine.accounts.began == simulation.now, attempt.target != attempt.source else {
        continue
      }
      let move = simulation.moves[attempt.move]
      let guest = fleet.guests[Int(move.guest)]
      var candidate = Candidate(
        plan: attempt.machine.plan, guestCPU: fleet.cpus[Int(guest.bootCPU)], guestKernel: guest.kernel,
        forbidsLive: guest.forbidsLive)
      candidate.traits = fleet.traits[Int(guest.traits)]
      (candidate.memory, candidate.disk) = (guest.memory, guest.diskVirtual)
      candidate.isEmergency = simulation.scenario.campaigns[Int(move.campaign)].isEmergency
      candidate.source = fleet.facts(ofKind: Int(fleet.hosts[Int(attempt.source)].kind))
      candidate.target = fleet.facts(ofKind: Int(fleet.hosts[Int(attempt.target)].kind))
      if let refusal = simulation.scenario.rules.decision(on: candidate).refusal {
        faults.append(
          Fault(.eligible, "VM \(move.guest) goes to host \(attempt.target) against \(refusal.name)"))
      }
      if simulation.hosts[Int(attempt.target)].downUntil != nil {
        faults.append(Fault(.eligible, "VM \(move.guest) goes to host \(attempt.target), which is down"))
      }
    }
    return faults
  }
}
