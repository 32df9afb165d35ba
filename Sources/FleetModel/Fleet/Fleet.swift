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
  /// Kinds of hosts, and for each the index into `cpus` of what it can run.
  public internal(set) var kinds: [HostKind] = []
  var kindRuns: [Int16] = []
  public internal(set) var hostGroups: [PlacedHostGroup] = []
  /// CPUs as their makers sold them.
  var products: [CPUFacts] = []
  let cpuUpdates: [CPUUpdate]
  /// How many hosts of each kind there are.
  var hostsOfKind: [Int] = []
  /// Goes up whenever what is known of hosts changes.
  public internal(set) var generation = 0
  /// The newest kernel that a host of each site has.
  var newestKernels: [KernelVersion?] = []
  /// What rules may ask of guests; each guest has the number of one.
  public internal(set) var traits: [GuestTraits] = []
  /// The number of each group's first guest.
  var groupStarts: [Int] = []
  /// The rate of each rack's uplink.
  public internal(set) var rackUplinks: [ByteRate] = []

  init(_ blueprint: FleetBlueprint) {
    sites = blueprint.sites
    groups = blueprint.guests
    cpuUpdates = blueprint.cpuUpdates
    newestKernels = Array(repeating: nil, count: blueprint.sites.count)
  }

  public func siteIndex(named name: String) -> Int? { sites.firstIndex { $0.name == name } }

  /// Whether the disk of a guest would lie on shared storage, were it on that host.
  public func sharesDisk(_ guest: Int, on host: Int) -> Bool {
    traits[Int(guests[guest].traits)].sharesStorage && group(of: host).group.storage != nil
  }

  /// What of a guest's virtual disk the pool of that host would hold.
  public func localDisk(of guest: Int, on host: Int) -> Bytes {
    sharesDisk(guest, on: host) ? .zero : guests[guest].diskVirtual
  }

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
