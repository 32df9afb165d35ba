public import CutoverCore
public import Quantities

/// All hosts and guests, in flat arrays: an entity is its index.
public struct Fleet: Sendable {
  public var hosts: ContiguousArray<Host> = []
  public var guests: ContiguousArray<Guest> = []
  public let sites: [SiteBlueprint]
  public let groups: [GuestGroup]
  /// Every flavor that a guest has or may be resized to.
  public internal(set) var flavors: [Flavor] = []
  public internal(set) var cpus: [CPUFacts] = []
  /// The next smaller and the next larger flavor for each flavor of each group, or -1.
  var neighbours: ContiguousArray<Int16> = []
  /// The rate of each rack's uplink.
  public internal(set) var rackUplinks: [ByteRate] = []

  init(sites: [SiteBlueprint], groups: [GuestGroup]) {
    self.sites = sites
    self.groups = groups
  }

  public func siteIndex(named name: String) -> Int? { sites.firstIndex { $0.name == name } }

  /// What a strategy may know of a guest.
  public func facts(of guest: Int, at now: Instant) -> GuestFacts {
    let vm = guests[guest]
    return GuestFacts(
      vcpus: flavors[Int(vm.flavor)].vcpus, memory: vm.memory, diskVirtual: vm.diskVirtual,
      diskAllocated: vm.diskAllocated(at: now), cpu: cpus[Int(vm.bootCPU)])
  }
}

/// Why a fleet cannot be built as described.
public struct FleetError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  /// What would mend it.
  public let remedy: String

  public init(_ description: String, remedy: String) {
    self.description = description
    self.remedy = remedy
  }
}
