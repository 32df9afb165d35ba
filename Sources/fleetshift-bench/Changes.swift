internal import ArgumentParser
internal import DiscreteEvent
internal import Quantities

/// Random flows cancelled and replaced one by one, the next completion asked for after each: the cost of one change
/// in a fleet that never empties.
struct Changes: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Single flow changes in a large fleet.")

  @Option(help: "nic, racks or backbone.") var topology = Topology.nic
  @Option(help: "Hosts; with several numbers the growth exponent is printed too.", transform: { $0 })
  var hosts = "10000"
  @Option(help: "Flows per host.") var flowsPerHost = 2
  @Option(help: "Changes, half of them cancellations and half starts.") var changes = 20_000

  func run() throws {
    var previous: (size: Int, cost: Double)?
    for text in hosts.split(separator: ",") {
      guard let hosts = Int(text), hosts > 1 else {
        throw ValidationError("expected a number of hosts, got '\(text)'")
      }
      let cost = microsecondsPerChange(hosts: hosts)
      print(
        "changes topology=\(topology) hosts=\(hosts) flows=\(hosts * flowsPerHost) changes=\(changes)",
        "us_per_change=\(cost.places(3)) rss_mib=\(Meter.peakMemory.places(1))")
      if let previous {
        print("growth_exponent=\(Meter.growth(from: previous, to: (hosts, cost)).places(2))")
      }
      previous = (hosts, cost)
    }
  }

  private func microsecondsPerChange(hosts: Int) -> Double {
    var network = FlowNetwork()
    let links = Links(topology: topology, hosts: hosts, in: &network)
    var stream = WorkloadStream(seed: 1)
    func start(from source: Int) -> FlowID {
      var destination = Int(stream.uniform() * Double(hosts - 1))
      if destination >= source { destination += 1 }
      return network.startFlow(
        .gibibytes(100_000), over: links.path(from: source, to: destination), at: .zero)
    }
    var flows = (0..<hosts * flowsPerHost).map { start(from: $0 / flowsPerHost) }
    _ = network.nextCompletion
    let meter = Meter()
    for _ in 0..<changes / 2 {
      let index = Int(stream.uniform() * Double(flows.count))
      network.cancel(flows[index], at: .zero)
      _ = network.nextCompletion
      flows[index] = start(from: index / flowsPerHost)
      _ = network.nextCompletion
    }
    return meter.elapsed / Double(changes) * 1e6
  }
}
