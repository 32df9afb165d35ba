public import CutoverCore

/// Hosts that are alike in all that rules about eligibility may ask of a host. Which kind a host is changes when its
/// kernel or microcode does.
public struct HostKind: Hashable, Sendable {
  /// Index into `Fleet.hostGroups`.
  public var group: Int32
  /// Index into `Fleet.products`.
  public var product: Int16
  public var kernel: KernelVersion?
  public var microcode: Int?
}

/// What is known of a kind of hosts.
public struct HostFacts: Hashable, Sendable {
  /// What it can run, which may be more than what it gives guests that boot.
  public var cpu: CPUFacts
  /// What all hosts of its pool can run.
  public var poolFeatures: CPUFeatureSet
  public var kernel: KernelVersion?
  public var microcode: Int?
  /// The family of its hypervisor, such as `xen`.
  public var hypervisor: String?
  /// The storage that it shares with others.
  public var storage: String?
  /// What it and its site offer, such as `vlan` or `hugepages-1g`.
  public var features: Set<String>

  public init(
    cpu: CPUFacts, poolFeatures: CPUFeatureSet = [], kernel: KernelVersion? = nil, microcode: Int? = nil,
    hypervisor: String? = nil, storage: String? = nil, features: Set<String> = []
  ) {
    self.cpu = cpu
    self.poolFeatures = poolFeatures
    self.kernel = kernel
    self.microcode = microcode
    self.hypervisor = hypervisor
    self.storage = storage
    self.features = features
  }
}

/// A group of hosts, and where it stands.
public struct PlacedHostGroup: Hashable, Sendable {
  public var site: Int32
  /// Hosts of one pool are levelled together; unique over all sites.
  public var pool: Int32
  public var group: HostGroup
}
