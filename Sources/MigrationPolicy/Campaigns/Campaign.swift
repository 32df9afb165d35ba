public import CutoverCore
public import Quantities

/// A reason why guests move.
public struct Campaign: Hashable, Sendable {
  /// How results name it, such as `host-upgrade`.
  public var name: String
  public var chain: FallbackChain
  public var kind: CampaignKind

  public init(name: String, chain: FallbackChain, kind: CampaignKind) {
    self.name = name
    self.chain = chain
    self.kind = kind
  }
}

public enum CampaignKind: Hashable, Sendable {
  case drains(HostDrains)
  case relocation(Relocation)
  case resizes(Resizes)
}

/// Hosts are emptied, worked on, and taken back into service.
public struct HostDrains: Hashable, Sendable {
  public var order = DrainOrder.everyHost
  /// Hosts of this site only.
  public var site: String?
  /// From the start of the simulation.
  public var start = Duration.zero
  /// With `everyHost`: the hosts' turns are spread evenly up to here; `nil`: each as soon as it may be.
  public var end: Duration?
  /// Hosts that may be out of service at once.
  public var maxUnavailable = 1
  /// How long an empty host is worked on.
  public var work = Duration.minutes(30)
  /// The kernel and hypervisor version it comes back with.
  public var kernel: KernelVersion?
  /// The date of the microcode package it comes back with, as eight figures.
  public var microcode: Int?
  /// A drain that is not done by then gives up; what is left stays.
  public var giveUpAfter = Duration.days(30)

  public init() {}
}

public enum DrainOrder: Hashable, Sendable {
  /// Each host once, spares last.
  case everyHost
  /// Hosts chosen by chance, at any time alike, so many per second.
  case atRandom(perSecond: Double)
}

/// Guests of one site move to another, evenly over a time.
public struct Relocation: Hashable, Sendable {
  public var from = ""
  public var to = ""
  public var guests = 0
  public var start = Duration.zero
  public var end = Duration.days(1)

  public init() {}
}

/// Customers change the size of their guests.
public struct Resizes: Hashable, Sendable {
  /// Of the whole fleet.
  public var perSecond = 0.0
  /// The share that goes to the next larger flavor of its group; the others go to the next smaller.
  public var up = 1.0

  public init() {}
}
