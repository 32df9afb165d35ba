public import CutoverCore
public import DiscreteEvent
public import Quantities

/// A fleet as a scenario describes it: groups, shares and distributions, before any host or VM exists.
public struct FleetBlueprint: Hashable, Sendable {
  public var sites: [SiteBlueprint] = []
  public var guests: [GuestGroup] = []
  /// What kernels and microcodes do to what CPUs show, in this order.
  public var cpuUpdates: [CPUUpdate] = []

  public init() {}

  /// The index of each host's site: hosts are numbered site by site, group by group, in the order written.
  package var siteOfHost: [Int] {
    sites.enumerated().flatMap { index, site in
      Array(repeating: index, count: site.hostGroups.reduce(0) { $0 + $1.count })
    }
  }
}

/// A data centre or region.
public struct SiteBlueprint: Hashable, Sendable {
  public var name = ""
  public var hostGroups: [HostGroup] = []
  /// What the site can send to others, and receive from them, together.
  public var wan = ByteRate.unlimited
  /// What guests find on all its hosts, such as `vlan` or `vpc`.
  public var features: [String] = []

  public init() {}
}

/// Hosts that are alike.
public struct HostGroup: Hashable, Sendable {
  public var count = 1
  /// Shares of CPU families.
  public var cpus: Mix<String> = Mix([])
  public var memory = Bytes.gibibytes(512)
  /// Each way, for migrations.
  public var nic = ByteRate.bitsPerSecond(10e9)
  public var pool = StoragePool()
  public var kernel: KernelVersion?
  public var hostsPerRack = 40
  /// What a rack's switch can send out of the rack, and receive, together.
  public var rackUplink = ByteRate.unlimited
  /// The release date of its microcode package, as eight figures; `nil` where the scenario doesn't say.
  public var microcode: Int?
  /// What its CPUs are held down to.
  public var level: CPULevel?
  /// Hosts of one site with the same name here are levelled together; `nil`: those of the site without one.
  public var cluster: String?
  /// The family of its hypervisor, such as `xen` or `kvm`.
  public var hypervisor: String?
  /// The storage that its hosts share, with each other and with all others that name it.
  public var storage: String?
  /// What guests find on its hosts, such as `gpu-a100` or `hugepages-1g`.
  public var features: [String] = []
  /// Logical CPUs of a host.
  public var cores: Int?
  /// Hosts of the group that start empty.
  public var spares = 0

  public init() {}
}

/// The local disks of a host, seen as one.
public struct StoragePool: Hashable, Sendable {
  public var read = ByteRate.unlimited
  public var write = ByteRate.unlimited
  public var capacity = Bytes(.max)

  public init() {}
}

/// Guests that are described together.
public struct GuestGroup: Hashable, Sendable {
  public var name = "vms"
  public var count = 1
  /// The site they start in; spread over all of them by room where it is not named.
  public var site: String?
  public var flavors: Mix<Flavor> = Mix([])
  /// Years of 365 days since they were made, in seconds.
  public var age = Distribution.zero
  public var kernels: [KernelBand] = []
  public var disk = DiskBlueprint()
  public var memory = MemoryBlueprint()
  /// The share that does not shut down when asked.
  public var ignoresShutdown = 0.0
  /// The share whose owner forbids live migration.
  public var forbidsLive = 0.0
  public var tenant: String?
  /// The operating system, by the names that kernel rules use.
  public var os: String?
  /// What they are held down to when they boot, wherever that is.
  public var cpuLevel: CPULevel?
  /// Shares of guests with a device that does not simply travel; the others have none.
  public var devices: [Share<GuestDevice>] = []
  public var confidential: [Share<ConfidentialComputing>] = []
  /// The share without an agent, and the share that does not heed the power button at all.
  public var lacksAgent = 0.0
  public var lacksACPI = 0.0
  /// Shares of guests with chains of so many images; the others have one image each.
  public var chainLengths: [Share<Int>] = []
  /// What they need of their host or site.
  public var needs: [String] = []
  public var backup: BackupWindow?
  /// Which of them belong together, or apart.
  public var sets: [GuestSet] = []
  /// Time from being asked until it is down, in seconds.
  public var shutdown = Distribution.zero
  /// Time from being started until it serves, in seconds.
  public var boot = Distribution.zero

  public init() {}
}

/// A part of a group that has something.
public struct Share<Value: Hashable & Sendable>: Hashable, Sendable {
  public var value: Value
  /// 0 to 1.
  public var share: Double

  public init(_ value: Value, _ share: Double) {
    self.value = value
    self.share = share
  }
}

/// The kernels of guests up to an age: old servers run old kernels.
public struct KernelBand: Hashable, Sendable {
  /// Guests at most this old; the first band that fits is taken.
  public var upToAge: Duration
  public var kernels: Mix<KernelVersion>

  public init(upToAge: Duration, kernels: Mix<KernelVersion>) {
    self.upToAge = upToAge
    self.kernels = kernels
  }
}

/// The disks of a group.
public struct DiskBlueprint: Hashable, Sendable {
  public var isThick = true
  /// Whether they lie on the storage that their hosts share, where these share one.
  public var isShared = false
  public var initial = Bytes.gigabytes(4)
  /// Time constants of filling, in seconds.
  public var fillTime = Distribution.zero
  /// Bytes per second written by a guest.
  public var writes = Distribution.zero
  /// How much more a copy has to move than was written, because it moves whole blocks.
  public var amplification = 1.0
  /// The part of the allocated data that is ever written again.
  public var workingSet = 1.0

  public init() {}
}

/// The memory of a group.
public struct MemoryBlueprint: Hashable, Sendable {
  /// The part that is not zero and has to travel.
  public var used = 1.0
  /// The part that is rewritten all the time.
  public var hot = 0.0
  public var hotTime = Duration.seconds(1)
  /// Bytes per second of new data beyond the hot part.
  public var dirtyRate = Distribution.zero
  /// The part that is ever written.
  public var workingSet = 1.0

  public init() {}
}
