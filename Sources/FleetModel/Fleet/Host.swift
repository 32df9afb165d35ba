public import CutoverCore
public import Quantities

/// A hypervisor host, as plain data.
public struct Host: Sendable {
  public var site: Int32
  /// Unique over all sites.
  public var rack: Int32
  /// Index into `Fleet.cpus`: what it gives guests that boot on it.
  public var cpu: Int16
  /// Index into `Fleet.kinds`.
  public internal(set) var kind: Int32
  /// The version of kernel and hypervisor; `nil` where the scenario doesn't say.
  public internal(set) var kernel: KernelVersion?
  public var nic: ByteRate
  public var poolRead: ByteRate
  public var poolWrite: ByteRate
  /// Logical CPUs; `nil` where the scenario doesn't say.
  public var cores: Int32?
  public var memory: Bytes
  public var disk: Bytes
  /// What no guest has been promised.
  public var freeMemory: Bytes
  public var freeDisk: Bytes
  public var isSpare: Bool
}

extension Host {
  /// Whether a guest of that size has room here.
  @inlinable public func fits(memory: Bytes, disk: Bytes) -> Bool {
    freeMemory >= memory && freeDisk >= disk
  }

  @inlinable public mutating func reserve(memory: Bytes, disk: Bytes) {
    freeMemory = freeMemory - memory
    freeDisk = freeDisk - disk
  }

  @inlinable public mutating func release(memory: Bytes, disk: Bytes) {
    freeMemory = freeMemory + memory
    freeDisk = freeDisk + disk
  }
}
