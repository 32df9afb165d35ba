public import Quantities

/// What a strategy may know of a guest. The simulator and the image driver each fill in what they have.
public struct GuestFacts: Hashable, Codable, Sendable {
  public var vcpus: Int
  public var memory: Bytes
  /// The size the guest sees.
  public var diskVirtual: Bytes
  /// What a copy of the disk has to move: the allocated part of a thin image, all of a thick one.
  public var diskAllocated: Bytes
  /// The features it booted with; `nil` where nobody asks, as for an image without a hypervisor.
  public var cpu: CPUFacts?

  public init(
    vcpus: Int = 1, memory: Bytes = .zero, diskVirtual: Bytes, diskAllocated: Bytes, cpu: CPUFacts? = nil
  ) {
    self.vcpus = vcpus
    self.memory = memory
    self.diskVirtual = diskVirtual
    self.diskAllocated = diskAllocated
    self.cpu = cpu
  }
}

/// Where the disk lies.
public enum DiskPlacement: String, Hashable, Codable, Sendable {
  /// On the host: the disk must travel.
  case local
  /// On storage that both hosts reach: it stays where it is.
  case shared
}

/// What somebody asks of a strategy: this guest, so stored, at that time, with that size afterwards.
public struct MigrationRequest: Hashable, Codable, Sendable {
  public var guest: GuestFacts
  public var disk: DiskPlacement
  /// The agreed time of the cutover, before which the guest must not be stopped.
  public var notBefore: Instant?
  /// The virtual size the disk is to have afterwards.
  public var resizeTo: Bytes?

  public init(
    guest: GuestFacts, disk: DiskPlacement = .local, notBefore: Instant? = nil, resizeTo: Bytes? = nil
  ) {
    self.guest = guest
    self.disk = disk
    self.notBefore = notBefore
    self.resizeTo = resizeTo
  }
}
