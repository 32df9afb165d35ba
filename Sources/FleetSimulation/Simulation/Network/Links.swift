internal import DiscreteEvent
internal import FleetModel
internal import Quantities

/// The resources that copies share: a host's pool and NIC each way, a rack's uplink each way, a site's WAN each way.
///
/// NICs, uplinks and WANs are links, numbered in this order.
struct Links {
  private var poolRead: [ResourceID] = []
  private var poolWrite: [ResourceID] = []
  private var links: ContiguousArray<Link> = []
  private let firstUplink: Int
  private let firstWAN: Int
  private var faults = 0

  private struct Link {
    var out: ResourceID
    var into: ResourceID
    /// What it carries when all is well.
    var rate: ByteRate
    var site: Int32
    /// What is left to migrations at this hour.
    var share = 1.0
    /// Failures that have not been repaired.
    var faults = 0
    /// Unlimited links are left out of paths: they hold nothing back, and would only tie flows together that have
    /// nothing to do with each other. One that may fail is not.
    var isOnPaths: Bool
  }

  init(of fleet: Fleet, _ plan: NetworkPlan, in network: inout FlowNetwork) {
    firstUplink = fleet.hosts.count
    firstWAN = firstUplink + fleet.rackUplinks.count
    var siteOfRack = [Int32](repeating: 0, count: fleet.rackUplinks.count)
    for host in fleet.hosts {
      poolRead.append(network.addResource(capacity: host.poolRead))
      poolWrite.append(network.addResource(capacity: host.poolWrite))
      add(host.nic, host.site, isOnPaths: true, &network)
      siteOfRack[Int(host.rack)] = host.site
    }
    for (uplink, site) in zip(fleet.rackUplinks, siteOfRack) {
      add(uplink, site, isOnPaths: uplink < .unlimited, &network)
    }
    for (number, site) in fleet.sites.enumerated() {
      add(site.wan, Int32(number), isOnPaths: site.wan < .unlimited, &network)
    }
    for failures in plan.failures {
      for link in numbers(of: failures.links, in: fleet) { links[link].isOnPaths = true }
    }
  }

  private mutating func add(
    _ rate: ByteRate, _ site: Int32, isOnPaths: Bool, _ network: inout FlowNetwork
  ) {
    links.append(
      Link(
        out: network.addResource(capacity: rate), into: network.addResource(capacity: rate), rate: rate,
        site: site, isOnPaths: isOnPaths))
  }

  /// The links of a set, ascending.
  func numbers(of set: LinkSet, in fleet: Fleet) -> [Int] {
    let range =
      switch set.kind {
      case .nic: 0..<firstUplink
      case .rackUplink: firstUplink..<firstWAN
      case .wan: firstWAN..<links.count
      }
    let site = set.site.flatMap { fleet.siteIndex(named: $0) }
    return range.filter { link in site.map { links[link].site == Int32($0) } ?? true }
  }

  // MARK: - Changes

  /// - Returns: whether it had been in order.
  mutating func fail(_ link: Int) -> Bool {
    links[link].faults += 1
    faults += 1
    return links[link].faults == 1
  }

  /// - Returns: whether it is in order again.
  mutating func repair(_ link: Int) -> Bool {
    links[link].faults -= 1
    faults -= 1
    return links[link].faults == 0
  }

  /// - Returns: whether that changes anything.
  mutating func setShare(_ share: Double, of link: Int) -> Bool {
    guard links[link].share != share else { return false }
    links[link].share = share
    return links[link].faults == 0
  }

  /// Gives both directions the capacity that follows from faults and hours.
  func apply(_ link: Int, to network: inout FlowNetwork, at now: Instant) {
    let place = links[link]
    let rate =
      place.faults > 0 || place.share == 0
      ? ByteRate.zero : ByteRate(bytesPerSecond: place.rate.bytesPerSecond * place.share)
    network.setCapacity(rate, of: place.out, at: now)
    network.setCapacity(rate, of: place.into, at: now)
  }

  /// Whether a path crosses a link.
  func isOn(_ path: FlowPath, _ link: Int) -> Bool {
    (0..<path.count).contains { path[$0] == links[link].out || path[$0] == links[link].into }
  }

  /// Whether a path between two hosts crosses a link that has failed.
  func isBroken(from source: Int, to target: Int, in fleet: Fleet) -> Bool {
    guard faults > 0 else { return false }
    let (from, to) = (fleet.hosts[source], fleet.hosts[target])
    func isFaulty(_ link: Int) -> Bool { links[link].faults > 0 }
    return isFaulty(source) || isFaulty(target)
      || (from.rack != to.rack
        && (isFaulty(firstUplink + Int(from.rack)) || isFaulty(firstUplink + Int(to.rack))))
      || (from.site != to.site && (isFaulty(firstWAN + Int(from.site)) || isFaulty(firstWAN + Int(to.site))))
  }

  // MARK: - Paths

  /// The way from one host to another, without the disks at its ends.
  func path(from source: Int, to target: Int, in fleet: Fleet) -> FlowPath {
    let (from, to) = (fleet.hosts[source], fleet.hosts[target])
    // Not as a literal: that would be an array on the heap for each attempt.
    var path = FlowPath()
    path.append(links[source].out)
    if from.rack != to.rack { cross(firstUplink + Int(from.rack), firstUplink + Int(to.rack), &path) }
    if from.site != to.site { cross(firstWAN + Int(from.site), firstWAN + Int(to.site), &path) }
    path.append(links[target].into)
    return path
  }

  private func cross(_ first: Int, _ second: Int, _ path: inout FlowPath) {
    if links[first].isOnPaths { path.append(links[first].out) }
    if links[second].isOnPaths { path.append(links[second].into) }
  }

  /// The same with the disks at its ends.
  func diskPath(from source: Int, to target: Int, in fleet: Fleet) -> FlowPath {
    var path = path(from: source, to: target, in: fleet)
    if fleet.hosts[source].poolRead < .unlimited { path.append(poolRead[source]) }
    if fleet.hosts[target].poolWrite < .unlimited { path.append(poolWrite[target]) }
    return path
  }

  /// Over which all that leaves a host goes.
  func outgoing(of host: Int) -> ResourceID { links[host].out }

  /// Over which all that comes to a host goes.
  func incoming(of host: Int) -> ResourceID { links[host].into }
}
