internal import ArgumentParser
internal import DiscreteEvent
internal import Quantities

enum Topology: String, ExpressibleByArgument, CaseIterable {
  /// Each host has an up link and a down link of 25 Gbit/s; nothing else is narrow.
  case nic
  /// The same, and for each rack of 40 hosts an up link and a down link of a quarter of its hosts'.
  case racks
  /// As `nic`, and one link of 100 Gbit/s that every flow crosses.
  case backbone
}

/// The links of the shared workload.
struct Links {
  static let rackSize = 40
  static let nic = 3.125e9

  let topology: Topology
  private let up: [ResourceID]
  private let down: [ResourceID]
  private let rackUp: [ResourceID]
  private let rackDown: [ResourceID]
  private let backbone: ResourceID?

  init(topology: Topology, hosts: Int, in network: inout FlowNetwork) {
    func links(_ count: Int, _ capacity: Double) -> [ResourceID] {
      (0..<count).map { _ in network.addResource(capacity: ByteRate(bytesPerSecond: capacity)) }
    }
    self.topology = topology
    up = links(hosts, Links.nic)
    down = links(hosts, Links.nic)
    let racks = topology == .racks ? (hosts + Links.rackSize - 1) / Links.rackSize : 0
    rackUp = links(racks, Double(Links.rackSize) * Links.nic / 4)
    rackDown = links(racks, Double(Links.rackSize) * Links.nic / 4)
    backbone = topology == .backbone ? links(1, 12.5e9)[0] : nil
  }

  func path(from source: Int, to destination: Int) -> FlowPath {
    var path: FlowPath = [up[source]]
    switch topology {
    case .nic: break
    case .racks:
      path.append(rackUp[source / Links.rackSize])
      path.append(rackDown[destination / Links.rackSize])
    case .backbone: if let backbone { path.append(backbone) }
    }
    path.append(down[destination])
    return path
  }
}
