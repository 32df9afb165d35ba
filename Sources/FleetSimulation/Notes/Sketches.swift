internal import CutoverCore
internal import FleetModel
public import Quantities

/// A VM as it is at a moment, in the words of reports.
public struct VMSketch: Hashable, Sendable {
  public var number = 0
  public var flavor = ""
  public var group = ""
  public var host = 0
  public var age = Duration.zero
  public var kernel: String?
  /// The model of the CPU that it booted with.
  public var bootCPU = ""
  public var memory = Bytes.zero
  public var diskVirtual = Bytes.zero
  public var diskAllocated = Bytes.zero
  public var diskWrites = ByteRate.unlimited
  /// New data beyond what is rewritten all the time.
  public var dirtyRate = ByteRate.unlimited
  public var forbidsLive = false
  public var ignoresShutdown = false
}

/// A host as it is at a moment.
public struct HostSketch: Hashable, Sendable {
  public var number = 0
  public var site = ""
  public var rack = 0
  public var cpu = ""
  public var kernel: String?
  public var memory = Bytes.zero
  public var freeMemory = Bytes.zero
  public var guests = 0
  public var isSpare = false
}

extension Simulation {
  public var guestCount: Int { fleet.guests.count }
  public var hostCount: Int { fleet.hosts.count }

  /// - Precondition: there is such a VM.
  public func sketch(ofGuest number: Int) -> VMSketch {
    let guest = fleet.guests[number]
    return VMSketch(
      number: number, flavor: fleet.flavors[Int(guest.flavor)].name,
      group: fleet.groups[Int(guest.group)].name, host: Int(guest.host), age: now - guest.born,
      kernel: guest.kernel?.description, bootCPU: fleet.cpus[Int(guest.bootCPU)].model,
      memory: guest.memory, diskVirtual: guest.diskVirtual, diskAllocated: guest.diskAllocated(at: now),
      diskWrites: guest.diskWrites.rate, dirtyRate: guest.memoryWrites.rate,
      forbidsLive: guest.forbidsLive, ignoresShutdown: guest.ignoresShutdown)
  }

  /// - Precondition: there is such a host.
  public func sketch(ofHost number: Int) -> HostSketch {
    let host = fleet.hosts[number]
    return HostSketch(
      number: number, site: fleet.sites[Int(host.site)].name, rack: Int(host.rack),
      cpu: fleet.cpus[Int(host.cpu)].model, kernel: host.kernel?.description, memory: host.memory,
      freeMemory: host.freeMemory, guests: hosts[number].guests.count, isSpare: host.isSpare)
  }
}
