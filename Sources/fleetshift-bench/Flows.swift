internal import ArgumentParser
internal import DiscreteEvent
internal import Quantities

/// The migration fleet that SimGrid and the plain C++ program run: each source host admits `slots` migrations at a
/// time, first come first served, and all share the links by max-min.
struct Flows: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "A fleet of transfers under max-min sharing.")

  @Option(help: "nic, racks or backbone.") var topology = Topology.racks
  @Option(help: "Hosts, 40 to a rack.") var hosts = 100
  @Option(
    parsing: .upToNextOption, help: "Migrations; with several numbers the growth exponent is printed too.")
  var count = [10_000]
  @Option(help: "Outgoing migrations per host.") var slots = 2

  func run() {
    var previous: (size: Int, cost: Double)?
    for count in count {
      let fleet = WorkloadMigration.fleet(count: count, hosts: hosts)
      let meter = Meter()
      let outcome = outcome(of: fleet)
      let cpu = meter.elapsed
      print(
        "flows topology=\(topology) hosts=\(hosts) slots=\(slots) count=\(count) completed=\(outcome.completed)",
        "makespan_s=\(outcome.makespan.places(3)) mean_finish_s=\((outcome.finish / Double(count)).places(3))",
        "mean_transfer_s=\((outcome.transfer / Double(count)).places(3))",
        "cpu_s=\(cpu.places(3)) us_per_migration=\((cpu / Double(count) * 1e6).places(3))",
        "rss_mib=\(Meter.peakMemory.places(1))")
      if let previous {
        print("growth_exponent=\(Meter.growth(from: previous, to: (count, cpu)).places(2))")
      }
      previous = (count, cpu)
    }
  }

  private struct Outcome {
    var completed = 0
    var makespan = 0.0
    var finish = 0.0
    var transfer = 0.0
  }

  private func outcome(of fleet: [WorkloadMigration]) -> Outcome {
    var network = FlowNetwork()
    let links = Links(topology: topology, hosts: hosts, in: &network)
    // Each host's migrations as a chain, in order.
    var next = [Int32](repeating: -1, count: fleet.count)
    var head = [Int32](repeating: -1, count: hosts)
    for index in fleet.indices.reversed() {
      let source = Int(fleet[index].source)
      next[index] = head[source]
      head[source] = Int32(index)
    }
    var begun = [Double](repeating: 0, count: fleet.count)
    var outcome = Outcome()
    func admit(_ host: Int, at time: Instant) {
      guard head[host] >= 0 else { return }
      let index = Int(head[host])
      head[host] = next[index]
      begun[index] = time.seconds
      network.startFlow(
        Bytes(Int64(fleet[index].bytes)), over: links.path(from: host, to: Int(fleet[index].destination)),
        owner: Int32(index), at: time)
    }
    for host in 0..<hosts { for _ in 0..<slots { admit(host, at: .zero) } }
    while let completion = network.nextCompletion {
      while let done = network.complete(at: completion.at) {
        let index = Int(done.owner)
        let seconds = completion.at.seconds
        outcome.completed += 1
        outcome.makespan = seconds
        outcome.finish += seconds
        outcome.transfer += seconds - begun[index]
        admit(Int(fleet[index].source), at: completion.at)
      }
    }
    return outcome
  }
}
