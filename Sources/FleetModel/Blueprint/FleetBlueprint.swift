public import CutoverCore
public import DiscreteEvent
public import Quantities

/// A fleet as a scenario describes it: groups, shares and distributions, before any host or VM exists.
public struct FleetBlueprint: Hashable, Sendable {
  public var sites: [SiteBlueprint] = []
  public var guests: [GuestGroup] = []

  public init() {}
}

/// A data centre or region.
public struct SiteBlueprint: Hashable, Sendable {
  public var name = ""
  public var hostGroups: [HostGroup] = []
  /// What the site can send to others, and receive from them, together.
  public var wan = ByteRate.unlimited

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
  /// Time from being asked until it is down, in seconds.
  public var shutdown = Distribution.zero
  /// Time from being started until it serves, in seconds.
  public var boot = Distribution.zero

  public init() {}
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
