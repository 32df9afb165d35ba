import CutoverCore
import DiscreteEvent
import FleetModel
import Foundation
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

/// Small random fleets under random policies, watched at every step: hundreds, or as many as are asked for.
@Suite struct ConservationTests {
  /// What is wrong with a run, if anything: looked for after each event.
  static func faults(of random: RandomScenario) -> [String] {
    do {
      var simulation = try Simulation(random.scenario(), replication: 0)
      let rows = Box<[AttemptRow]>([])
      simulation.attemptSink = { rows.value.append($0) }
      var count = 0
      while simulation.step() {
        count += 1
        // Every early event, and then now and again.
        guard count < 400 || count % 17 == 0 else { continue }
        let faults = ConservationChecker.faults(of: simulation)
        if !faults.isEmpty { return faults + ["after \(count) events, at \(simulation.now.seconds) s"] }
        if count > mostEvents { return ["it has no end"] }
      }
      let atTheEnd = ConservationChecker.faults(of: simulation) + flowFaults(of: &simulation, rows.value)
      var unfinished = 0.0
      for slot in 0..<simulation.moves.end where simulation.moves.contains(slot) {
        unfinished += simulation.moves[slot].downtime
      }
      return atTheEnd
        + ConservationChecker.faults(of: simulation.finished(), rows.value, unfinishedDowntime: unfinished)
    } catch {
      // Too many guests for the hosts that were drawn: no run, no fault.
      return []
    }
  }

  /// A run of these small fleets that takes more is one that never ends.
  private static let mostEvents = 400_000

  /// What has left all hosts is what attempts have sent, those that are still under way included.
  static func flowFaults(of simulation: inout Simulation, _ rows: [AttemptRow]) -> [String] {
    var carried = 0.0
    for host in simulation.fleet.hosts.indices {
      carried += simulation.network.carried(over: simulation.links.outgoing(of: host))
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
    return abs(carried - sent) <= 1e-9 * carried + 2 * Double(rows.count + 1)
      ? [] : ["the links carried \(carried) bytes, and attempts sent \(sent)"]
  }

  /// The failing scenario with as little in it as still fails, as a text.
  static func shrunk(_ random: RandomScenario) -> String {
    var shrinking = Shrinking { tape in
      var smaller = random
      smaller.tape = tape
      return !faults(of: smaller).isEmpty
    }
    var smallest = random
    smallest.tape = shrinking.shrunk(random.made().choices)
    let words = faults(of: smallest).prefix(8).joined(separator: "; ")
    return "\(words)\n\(smallest)\n\(Listing.text(smallest.scenario(), unlike: Scenario()))"
  }

  /// Cases of each block; `FLEETSHIFT_CASES` asks for more of them.
  static let casesOfBlock =
    (ProcessInfo.processInfo.environment["FLEETSHIFT_CASES"].flatMap { Int($0) } ?? 320) / 8

  @Test(arguments: 0..<8)
  func `nothing is lost, leaked or counted twice`(block: Int) {
    for number in 0..<ConservationTests.casesOfBlock {
      let random = RandomScenario(seed: UInt64(block + 8 * number))
      guard !ConservationTests.faults(of: random).isEmpty else { continue }
      Issue.record("seed \(random.seed): \(ConservationTests.shrunk(random))")
      return
    }
  }

  @Test func `a failing case is made as small as it can be`() {
    func fails(_ tape: [Int]) -> Bool {
      let scenario = RandomScenario(seed: 0, tape: tape).scenario()
      return scenario.campaigns.contains { $0.chain.steps.count > 1 && $0.chain.steps[1].tries > 1 }
    }
    guard let first = (0..<100).map({ RandomScenario(seed: $0).made().choices }).first(where: fails) else {
      Issue.record("no such case")
      return
    }
    var shrinking = Shrinking(fails)
    let smallest = RandomScenario(seed: 0, tape: shrinking.shrunk(first)).scenario()
    #expect(smallest.campaigns.count == 1)
    #expect(smallest.campaigns[0].chain.steps.count == 2)
    #expect(smallest.fleet.guests.count == 1 && smallest.fleet.guests[0].count == 1)
    #expect(smallest.fleet.sites.count == 1 && smallest.network == NetworkPlan())
    let text = Listing.text(smallest, unlike: Scenario())
    #expect(text.contains("tries: 2") && text.count < 6000, "\(text)")
  }

  @Test func `most of the random fleets can be built, and every outcome occurs in them`() throws {
    var (built, codes) = (0, Set<String>())
    for seed in 0..<120 {
      guard var simulation = try? Simulation(RandomScenario(seed: UInt64(seed)).scenario(), replication: 0)
      else {
        continue
      }
      built += 1
      simulation.run()
      codes.formUnion(simulation.finished().codes)
    }
    #expect(built > 90)
    let expected: Set = [
      "cpu", "kernel", "opted_out", "target_full", "not_possible", "crashed", "shutdown_ignored", "timed_out",
      "not_converging", "failed_destination", "failed_link", "lost_source_died",
    ]
    #expect(codes.isSuperset(of: expected), "\(expected.subtracting(codes))")
  }

  @Test func `a run repeats itself to the last bit`() throws {
    for seed in 0..<30 {
      let scenario = RandomScenario(seed: UInt64(seed)).scenario()
      guard var first = try? Simulation(scenario, replication: 3) else { continue }
      var second = try Simulation(scenario, replication: 3)
      first.run()
      second.run()
      let (a, b) = (first.finished(), second.finished())
      #expect(a == b, "seed \(seed)")
    }
  }
}
