import CutoverCore
import DiscreteEvent
import FleetModel
import Quantities
import Testing

@testable import FleetSimulation

/// Hundreds of small random fleets, watched at every step.
@Suite struct ConservationTests {
  /// What is wrong with a run, if anything.
  static func faults(of random: RandomScenario) -> [String] {
    do {
      var simulation = try Simulation(random.scenario(), replication: 0)
      let rows = Box<[AttemptRow]>([])
      simulation.attemptSink = { rows.value.append($0) }
      var count = 0
      while simulation.step() {
        count += 1
        // Every early step, and then now and again.
        guard count < 200 || count % 37 == 0 else { continue }
        let faults = ConservationChecker.faults(of: simulation)
        if !faults.isEmpty { return faults + ["after \(count) events, at \(simulation.now.seconds) s"] }
        if count > 400_000 { return ["it has no end"] }
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

  /// The failing scenario with as little in it as still fails.
  static func shrunk(_ random: RandomScenario) -> (RandomScenario, [String]) {
    var smallest = (random, faults(of: random))
    for scale in [0.5, 0.25, 0.12] {
      var smaller = random
      smaller.scale = scale
      let itsFaults = faults(of: smaller)
      if !itsFaults.isEmpty { smallest = (smaller, itsFaults) }
    }
    return smallest
  }

  @Test(arguments: 0..<8)
  func `nothing is lost, leaked or counted twice`(block: Int) {
    for seed in 0..<40 {
      let random = RandomScenario(seed: UInt64(block * 40 + seed))
      guard !ConservationTests.faults(of: random).isEmpty else { continue }
      let (smallest, faults) = ConservationTests.shrunk(random)
      Issue.record("\(smallest): \(faults.prefix(8).joined(separator: "; "))")
      return
    }
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
