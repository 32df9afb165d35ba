import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities

@testable import FleetSimulation

/// Runs a scenario and holds every law against it on the way.
struct Watched {
  /// A run of these small fleets that takes more is one that never ends.
  static let mostEvents = 400_000
  /// And so is one in which so much happens at one instant.
  static let mostAtOnce = 20_000
  /// And one in which a single event has so much to tell.
  static let mostInStep = 200_000

  /// What is wrong with a run, if anything; `nil` where the fleet cannot be built, which is no run.
  static func faults(of random: RandomScenario) -> [Fault]? {
    let made = random.made()
    return faults(of: made.scenario, isQuiet: made.isQuiet)
  }

  /// - Parameters:
  ///   - tamper: is let loose on the simulation after each event, with the number of events so far; says whether it has
  ///     done anything that had better be looked at before the simulation trips over it.
  ///   - forge: is let loose on what the run has told of itself.
  static func faults(
    of scenario: Scenario, isQuiet: Bool = false, tamper: (inout Simulation, Int) -> Bool = { _, _ in false },
    forge: (inout TrailAudit) -> Void = { _ in }
  ) -> [Fault]? {
    // Too many guests for the hosts that were drawn, or hosts to retire that are needed: no run.
    guard var simulation = try? Simulation(scenario, replication: 0) else { return nil }
    let entries = Box<[TrailAudit.Entry]>([])
    let stepBegan = Box(0)
    simulation.noteSink = { note in
      entries.value.append(.note(note))
      // From within a step that never ends there is no way back: better a test that dies than a machine without memory.
      precondition(
        entries.value.count - stepBegan.value < mostInStep,
        "a step never ends in the fleet of seed \(scenario.seed): \(note)")
    }
    simulation.attemptSink = { entries.value.append(.row($0)) }
    let start = simulation.fleet.guests.map { Int($0.host) }
    var (count, instant, atOnce) = (0, Instant.zero, 0)
    while simulation.step() {
      stepBegan.value = entries.value.count
      count += 1
      atOnce = simulation.now == instant ? atOnce + 1 : 0
      instant = simulation.now
      let isTampered = tamper(&simulation, count)
      if count > mostEvents || atOnce > mostAtOnce {
        return [Fault(.runEnds, "\(count) events, \(atOnce) of them at \(instant.seconds) s")]
      }
      // Every early event, and then now and again.
      guard isTampered || count < 300 || count % (count < 5_000 ? 17 : 401) == 0 else { continue }
      let faults = StateAudit.faults(of: simulation) + StateAudit.beginFaults(of: simulation)
      if !faults.isEmpty { return faults + [Fault(faults[0].law, "after \(count) events, at \(instant)")] }
    }
    let rows = entries.value.compactMap { entry in if case .row(let row) = entry { row } else { nil } }
    var unfinished = 0.0
    for slot in 0..<simulation.moves.end where simulation.moves.contains(slot) {
      unfinished += simulation.moves[slot].downtime
    }
    var faults = StateAudit.faults(of: simulation) + flowFaults(of: &simulation, rows)
    let (end, groups) = (
      simulation.fleet.guests.map { Int($0.host) },
      simulation.fleet.guests.map { simulation.fleet.groups[Int($0.group)].name }
    )
    let ledger = simulation.finished()
    var trail = TrailAudit(
      scenario: scenario, start: Array(start), end: Array(end), groups: groups, entries: entries.value,
      ledger: ledger)
    forge(&trail)
    faults += trail.faults() + LedgerAudit.faults(of: ledger, rows, unfinishedDowntime: unfinished)
    return isQuiet ? faults + LedgerAudit.faults(ofQuiet: ledger) : faults
  }

  /// What has left all hosts has come to others, and is what attempts have sent, those still under way included.
  static func flowFaults(of simulation: inout Simulation, _ rows: [AttemptRow]) -> [Fault] {
    var faults: [Fault] = []
    var (left, came) = (0.0, 0.0)
    for host in simulation.fleet.hosts.indices {
      let out = simulation.network.carried(over: simulation.links.outgoing(of: host))
      let into = simulation.network.carried(over: simulation.links.incoming(of: host))
      let most = simulation.fleet.hosts[host].nic.bytesPerSecond * simulation.now.seconds
      if max(out, into) > most * (1 + 1e-9) + 1 {
        faults.append(Fault(.bytes, "the NIC of host \(host) carried \(max(out, into)) of \(most) bytes"))
      }
      (left, came) = (left + out, came + into)
    }
    for (number, rule) in simulation.scenario.limits.rules.enumerated() {
      guard let resource = simulation.desk.appliance(number) else { continue }
      let carried = simulation.network.carried(over: resource)
      if carried > rule.rate.bytesPerSecond * simulation.now.seconds * (1 + 1e-9) + 1 {
        faults.append(Fault(.bytes, "an appliance carried \(carried) bytes"))
      }
    }
    var sent = rows.reduce(0.0) { $0 + ($1.transferred - $1.forwarded).value }
    for index in 0..<simulation.attempts.end where simulation.attempts.contains(index) {
      var traffic = simulation.attempts[index].interrupted
      traffic.add(simulation.attempts[index].machine.accounts)
      sent += traffic.total.value + simulation.attempts[index].sent.value
      let flow = simulation.attempts[index].flow
      if simulation.network.isActive(flow) {
        sent -= simulation.network.remaining(of: flow, at: simulation.network.now).value
      }
    }
    // A called-off flow is booked in whole bytes.
    let slack = 1e-9 * left + 2 * Double(rows.count + 1)
    if abs(left - sent) > slack {
      faults.append(Fault(.bytes, "the links carried \(left) bytes, and attempts sent \(sent)"))
    }
    if abs(left - came) > slack {
      faults.append(Fault(.bytes, "\(left) bytes left hosts, and \(came) came to some"))
    }
    return faults
  }
}
