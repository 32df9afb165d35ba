import DiscreteEvent
import Foundation
import Quantities

/// The fleet that other simulators have run too, drawn bit for bit as they draw it: source and destination host and a
/// lognormal size per migration; each source admits a few at a time, first come first served.
struct FleetWorkload {
  enum Topology { case nic, racks, backbone }

  struct Migration {
    let source: Int
    let destination: Int
    let bytes: Double
  }

  struct Outcome {
    var makespan = 0.0
    var meanFinish = 0.0
    var meanTransfer = 0.0
  }

  var topology: Topology
  var hosts: Int
  var count: Int
  var slots = 2

  /// SplitMix64, uniform = top 53 bits; Box and Muller's cosine; mean 200e9 bytes, sigma 1, seed 1.
  func draw() -> [Migration] {
    var state: UInt64 = 1
    func uniform() -> Double {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
    let mu = log(200e9) - 0.5
    return (0..<count).map { _ in
      let source = Int(uniform() * Double(hosts))
      var destination = Int(uniform() * Double(hosts - 1))
      if destination >= source { destination += 1 }
      let u3 = uniform()
      let u4 = uniform()
      let z = (-2 * log(1 - u3)).squareRoot() * cos(2 * .pi * u4)
      return Migration(source: source, destination: destination, bytes: exp(mu + z).rounded(.down))
    }
  }

  func run() -> Outcome {
    let nic = ByteRate(bytesPerSecond: 3.125e9)
    let rackSize = 40
    var network = FlowNetwork()
    let up = (0..<hosts).map { _ in network.addResource(capacity: nic) }
    let down = (0..<hosts).map { _ in network.addResource(capacity: nic) }
    let racks = (hosts + rackSize - 1) / rackSize
    let rackLink = ByteRate(bytesPerSecond: Double(rackSize) * 3.125e9 / 4)
    let rackUp = (0..<racks).map { _ in network.addResource(capacity: rackLink) }
    let rackDown = (0..<racks).map { _ in network.addResource(capacity: rackLink) }
    let backbone = network.addResource(capacity: ByteRate(bytesPerSecond: 12.5e9))

    let fleet = draw()
    var queues = [[Int]](repeating: [], count: hosts)
    for (index, migration) in fleet.enumerated() { queues[migration.source].append(index) }
    var heads = [Int](repeating: 0, count: hosts)
    var begun = [Double](repeating: 0, count: count)
    var outcome = Outcome()

    func admit(_ host: Int, at time: Instant) {
      guard heads[host] < queues[host].count else { return }
      let index = queues[host][heads[host]]
      heads[host] += 1
      let migration = fleet[index]
      begun[index] = time.seconds
      let path: FlowPath =
        switch topology {
        case .nic: [up[host], down[migration.destination]]
        case .racks:
          [
            up[host], rackUp[host / rackSize], rackDown[migration.destination / rackSize],
            down[migration.destination],
          ]
        case .backbone: [up[host], backbone, down[migration.destination]]
        }
      network.startFlow(Bytes(Int64(migration.bytes)), over: path, owner: Int32(index), at: time)
    }

    for host in 0..<hosts { for _ in 0..<slots { admit(host, at: .zero) } }
    while let next = network.nextCompletion {
      while let done = network.complete(at: next.at) {
        let index = Int(done.owner)
        outcome.makespan = next.at.seconds
        outcome.meanFinish += next.at.seconds / Double(count)
        outcome.meanTransfer += (next.at.seconds - begun[index]) / Double(count)
        admit(fleet[index].source, at: next.at)
      }
    }
    return outcome
  }
}
