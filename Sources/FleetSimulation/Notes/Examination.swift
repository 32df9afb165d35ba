public import CutoverCore
public import FleetModel
public import MigrationPolicy
public import Quantities

/// All that stands in the way of moving a VM in one way, at one moment: not only what was found first.
public struct Examination: Hashable, Sendable {
  /// As in `AttemptNames`.
  public var strategy = 0
  /// The strategy itself will not do it.
  public var strategyRefusal: RefusalReason?
  /// Rules about the VM alone, in order.
  public var rules: [RuleFinding] = []
  /// The site's reserve, where too little of it would be left.
  public var headroom: Headroom?
  /// What it needs of a host.
  public var memory = Bytes.zero
  public var disk = Bytes.zero
  /// It moves on its own host, if at all: none of the others matters.
  public var staysOnHost = false
  /// Every other host, in order.
  public var hosts: [HostFinding] = []

  /// The free memory of a site, and what has to be left of it.
  public struct Headroom: Hashable, Sendable {
    public var left: Bytes
    public var needed: Bytes
    public var hosts: Int
  }

  /// A host, and all that keeps it from being the target; nothing: it would do.
  public struct HostFinding: Hashable, Sendable {
    public var host: Int
    public var obstacles: [HostObstacle]
  }

  /// Hosts that would do.
  public var open: [Int] { hosts.filter(\.obstacles.isEmpty).map(\.host) }
}

/// Why a host is not the target.
public enum HostObstacle: Hashable, Sendable {
  /// The move is to end in that site.
  case otherSite(String)
  /// The move is to end on that host.
  case otherHost(Int)
  case draining
  /// Empty, and worked on.
  case workedOn
  case retired
  /// Down by a failure.
  case down(until: Instant)
  /// It is to be emptied some day.
  case cordoned
  /// It does not reach the storage that the disk lies on.
  case storage(String)
  case rule(RuleFinding)
  case memory(free: Bytes)
  case disk(free: Bytes)
  /// A hard rule about sets; a companion that it would meet there, or would have to be with.
  case set(GuestSet, companion: Int?)
  /// It takes in as many as it may.
  case slots(into: Int, limit: Int)
  case limit(LimitFinding)
}

/// A limit that has not the units for a move.
public struct LimitFinding: Hashable, Sendable {
  public var name: String
  public var inUse: Int
  public var needed: Int
  public var capacity: Int
}
