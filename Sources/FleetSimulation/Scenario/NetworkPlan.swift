public import Quantities

/// What happens to links: what migrations may use of them by hour of day, and when they fail.
public struct NetworkPlan: Hashable, Sendable {
  public var hours: [LinkHours] = []
  public var failures: [LinkFailures] = []
  /// How long a copy waits for a failed link before its attempt ends as `failed_link`.
  public var patience = Duration.minutes(10)

  public init() {}
}

/// A kind of link; each is one for either direction, and both fail together.
public enum LinkKind: String, Hashable, Sendable, CaseIterable {
  /// Of a host.
  case nic
  case rackUplink = "rack-uplink"
  /// Of a site to the others.
  case wan
}

/// Links of a kind, in one site or in all.
public struct LinkSet: Hashable, Sendable {
  public var kind = LinkKind.wan
  public var site: String?

  public init() {}
}

/// In certain hours of each day migrations may use only a part of a link.
public struct LinkHours: Hashable, Sendable {
  public var links = LinkSet()
  /// Since midnight, which is when a simulation begins.
  public var from = Duration.zero
  /// Where it comes before `from` it is of the next day.
  public var until = Duration.days(1)
  /// The part of the rate that is left to migrations; where several hours speak of a link, the least part counts.
  public var share = 1.0

  public init() {}

  /// Whether they speak of a time since midnight.
  func contains(_ time: Duration) -> Bool {
    from < until ? time >= from && time < until : time >= from || time < until
  }
}

/// Links that fail: by chance, or once at a known time.
public struct LinkFailures: Hashable, Sendable {
  public var links = LinkSet()
  /// Failures of one link per second of service.
  public var perSecond = 0.0
  /// All links of the set fail at this time.
  public var at: Duration?
  public var repair = Duration.hours(1)

  public init() {}
}
