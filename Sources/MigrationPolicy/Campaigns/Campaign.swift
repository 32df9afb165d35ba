public import Quantities

/// A reason why guests move.
public struct Campaign: Hashable, Sendable {
  /// How results name it, such as `host-upgrade`.
  public var name: String
  public var chain: FallbackChain
  public var kind: CampaignKind
  /// Where limits go by priority, the higher is served first.
  public var priority: Int
  /// When it is to be over, and what happens if it is not.
  public var deadline: CampaignDeadline?
  /// What makes it pause for good: any of these.
  public var stopIf: [StopCondition] = []

  public init(name: String, chain: FallbackChain, kind: CampaignKind) {
    self.name = name
    self.chain = chain
    self.kind = kind
    priority = kind.standardPriority
  }

  /// Notices, windows and customers' wishes do not count.
  public var isEmergency: Bool {
    if case .drains(let drains) = kind { drains.emergency != nil } else { false }
  }
}

public enum CampaignKind: Hashable, Sendable {
  case drains(HostDrains)
  case relocation(Relocation)
  case resizes(Resizes)
  /// Guests move one by one, as a kind of its own decides.
  case guests(GuestMoves)

  /// KubeVirt's VEP 62: what runs down a host 100, users 50, rebalancing 20; an emergency comes before all of these.
  public var standardPriority: Int {
    switch self {
    case .drains(let drains): drains.emergency == nil ? 100 : 1000
    case .relocation: 100
    case .resizes: 50
    case .guests(let moves): moves.kind.standardPriority
    }
  }
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
