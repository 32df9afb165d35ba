public import CutoverCore
public import Quantities

/// A VM, as plain data; all that was drawn for it is drawn once, so each strategy meets the same guest.
public struct Guest: Sendable {
  /// Index into `Fleet.groups`.
  public var group: Int16
  /// Index into `Fleet.flavors`.
  public var flavor: Int16
  public var host: Int32
  /// Index into `Fleet.cpus`: the features it booted with, which it keeps until it boots again.
  public var bootCPU: Int16
  public var kernel: KernelVersion?
  /// When it was made; before the start of the simulation for a guest that has an age.
  public var born: Instant
  public var memory: Bytes
  public var diskVirtual: Bytes
  public var diskFill: DiskFill
  /// Since when it has been filling: since it was made, or since it was last given another size.
  public internal(set) var fillBegan: Instant
  public var diskWrites: DirtyModel
  /// The part of its memory that is not zero.
  public var memoryUsed: Bytes
  public var memoryWrites: DirtyModel
  public var ignoresShutdown: Bool
  public var forbidsLive: Bool
  /// Index into `Fleet.traits`.
  public var traits: Int32 = 0

  public init(
    group: Int16, flavor: Int16, host: Int32, bootCPU: Int16, kernel: KernelVersion?, born: Instant,
    memory: Bytes, diskVirtual: Bytes, diskFill: DiskFill, diskWrites: DirtyModel, memoryUsed: Bytes,
    memoryWrites: DirtyModel, ignoresShutdown: Bool, forbidsLive: Bool
  ) {
    self.group = group
    self.flavor = flavor
    self.host = host
    self.bootCPU = bootCPU
    self.kernel = kernel
    self.born = born
    self.memory = memory
    self.diskVirtual = diskVirtual
    self.diskFill = diskFill
    fillBegan = born
    self.diskWrites = diskWrites
    self.memoryUsed = memoryUsed
    self.memoryWrites = memoryWrites
    self.ignoresShutdown = ignoresShutdown
    self.forbidsLive = forbidsLive
  }
}

extension Guest {
  /// What of its disk is allocated at `now`.
  public func diskAllocated(at now: Instant) -> Bytes {
    diskFill.allocated(virtual: diskVirtual, age: now - fillBegan)
  }
}
