internal import DiscreteEvent
internal import FleetModel
internal import Quantities

/// The resources that copies share: a host's pool and NIC each way, a rack's uplink each way, a site's WAN each way.
struct Links {
  private var poolRead: [ResourceID] = []
  private var poolWrite: [ResourceID] = []
  private var nicOut: [ResourceID] = []
  private var nicIn: [ResourceID] = []
  private var rackUp: [ResourceID] = []
  private var rackDown: [ResourceID] = []
  private var wanOut: [ResourceID] = []
  private var wanIn: [ResourceID] = []

  init(of fleet: Fleet, in network: inout FlowNetwork) {
    for host in fleet.hosts {
      poolRead.append(network.addResource(capacity: host.poolRead))
      poolWrite.append(network.addResource(capacity: host.poolWrite))
      nicOut.append(network.addResource(capacity: host.nic))
      nicIn.append(network.addResource(capacity: host.nic))
    }
    for uplink in fleet.rackUplinks {
      rackUp.append(network.addResource(capacity: uplink))
      rackDown.append(network.addResource(capacity: uplink))
    }
    for site in fleet.sites {
      wanOut.append(network.addResource(capacity: site.wan))
      wanIn.append(network.addResource(capacity: site.wan))
    }
  }

  /// The way from one host to another, without the disks at its ends. Unlimited links are left out: they hold nothing
  /// back, and would only tie flows together that have nothing to do with each other.
  func path(from source: Int, to target: Int, in fleet: Fleet) -> FlowPath {
    let (from, to) = (fleet.hosts[source], fleet.hosts[target])
    var path: FlowPath = [nicOut[source]]
    if from.rack != to.rack {
      if fleet.rackUplinks[Int(from.rack)] < .unlimited { path.append(rackUp[Int(from.rack)]) }
      if fleet.rackUplinks[Int(to.rack)] < .unlimited { path.append(rackDown[Int(to.rack)]) }
    }
    if from.site != to.site {
      if fleet.sites[Int(from.site)].wan < .unlimited { path.append(wanOut[Int(from.site)]) }
      if fleet.sites[Int(to.site)].wan < .unlimited { path.append(wanIn[Int(to.site)]) }
    }
    path.append(nicIn[target])
    return path
  }

  /// The same with the disks at its ends.
  func diskPath(from source: Int, to target: Int, in fleet: Fleet) -> FlowPath {
    var path = path(from: source, to: target, in: fleet)
    if fleet.hosts[source].poolRead < .unlimited { path.append(poolRead[source]) }
    if fleet.hosts[target].poolWrite < .unlimited { path.append(poolWrite[target]) }
    return path
  }

  /// Over which all that leaves a host goes.
  func outgoing(of host: Int) -> ResourceID { nicOut[host] }
}
