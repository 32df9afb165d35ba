public import CutoverCore
public import FleetModel

/// Some hosts of a fleet: those that all of the conditions hold of. Without conditions, all of them.
public struct HostSelection: Hashable, Sendable {
  /// Hosts one by one, in the order in which they have their turns; `nil`: any.
  public var listed: [HostName]?
  /// Racks, numbered over all sites from 0; `nil`: any.
  public var racks: [Int]?
  /// A CPU family or product of the catalogue.
  public var cpu: String?
  /// Hosts that run something older, or of which nobody knows what they run.
  public var kernelBelow: KernelVersion?

  public init() {}

  public var isEverything: Bool { self == HostSelection() }

  /// The hosts of a fleet that are meant: in the order of the list, or ascending.
  public func hosts(of fleet: Fleet, in site: String?) -> [Int] {
    let siteIndex = site.map { fleet.siteIndex(named: $0) ?? -1 }
    let wanted = cpu.flatMap { CPUCatalog.facts(named: $0) }
    let some = listed.map { names in names.compactMap { $0.index(in: fleet) } } ?? Array(fleet.hosts.indices)
    return some.filter { index in
      let host = fleet.hosts[index]
      if let siteIndex, Int(host.site) != siteIndex { return false }
      if let racks, !racks.contains(Int(host.rack)) { return false }
      // What a host shows may be held down to a level; what it is stays the same.
      if cpu != nil, fleet.cpus[Int(host.cpu)].model != wanted?.model { return false }
      if let kernelBelow, let kernel = host.kernel, kernel >= kernelBelow { return false }
      return true
    }
  }
}

/// A host by its number in the fleet, or in its site: `17`, `newark/3`. Both count from 0.
public struct HostName: Hashable, Sendable, CustomStringConvertible {
  public var site: String?
  public var number: Int

  public init(site: String? = nil, number: Int) {
    self.site = site
    self.number = number
  }

  public var description: String { site.map { "\($0)/\(number)" } ?? "\(number)" }

  /// `nil` if there is no such host.
  public func index(in fleet: Fleet) -> Int? {
    guard let site else { return fleet.hosts.indices.contains(number) ? number : nil }
    guard let index = fleet.siteIndex(named: site),
      let first = fleet.hosts.firstIndex(where: { $0.site == Int32(index) })
    else { return nil }
    // The hosts of a site lie one behind the other.
    let host = first + number
    return fleet.hosts.indices.contains(host) && fleet.hosts[host].site == Int32(index) ? host : nil
  }
}
