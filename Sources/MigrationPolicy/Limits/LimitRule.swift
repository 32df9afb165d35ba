public import CutoverCore
public import Quantities

/// So many units, and what a move takes of them.
public struct LimitRule: Hashable, Sendable {
  public var scope = LimitScope.fleet
  /// What messages and results call it.
  public var name = ""
  /// Counts only what lies in this site; with `appliance`: moves that come from it or go there.
  public var site: String?
  public var capacity = 1
  public var cost = MoveCosts()
  public var held = LimitHold.attempt
  public var whenFull = WhenFull.queue
  /// What all that goes through an appliance shares.
  public var rate = ByteRate.unlimited

  public init() {}
}

/// What a limit is of. A move that touches two of a kind needs units of both.
public enum LimitScope: String, Hashable, Sendable, CaseIterable {
  case hostOut = "host-out"
  case hostIn = "host-in"
  /// Out and in together: vSphere's cost per host.
  case host
  /// From one certain host to another.
  case pair
  case nic
  case rackUplink = "rack-uplink"
  case wan
  /// A host's storage; only moves whose disk travels touch it.
  case pool
  case rack
  case site
  case fleet
  /// A box between sites that moves go through.
  case appliance
}

/// How many units a move takes, by what it is. vSphere: 1 for a live migration, 4 with its disk.
public struct MoveCosts: Hashable, Sendable {
  public var live = 1
  public var liveWithDisk = 1
  /// Copied while it runs, and booted at the other end.
  public var warm = 1
  public var cold = 1
  public var inPlace = 0

  public init() {}

  public func units(of plan: CutoverPlan) -> Int {
    if plan.media.isEmpty && plan.start == .boot { return plan.staysOnHost ? inPlace : cold }
    if plan.staysOnHost { return inPlace }
    if plan.carriesRunningState { return plan.media.contains(.disk) ? liveWithDisk : live }
    return plan.replication.isEmpty ? cold : warm
  }

  public var greatest: Int { max(live, liveWithDisk, warm, cold, inPlace) }
}

/// How long a move keeps its units.
public enum LimitHold: String, Hashable, Sendable, CaseIterable {
  /// From its begin to its end.
  case attempt
  /// Until its disk has been copied for the first time (Forklift's slots: nothing while it waits for its cutover).
  case untilCopied = "until-copied"
}

/// What becomes of a move that a limit has no units for.
public enum WhenFull: Hashable, Sendable {
  /// It waits in line (vSphere, KubeVirt, Nova).
  case queue
  /// Its step counts as refused (XAPI's storage motion: the fourth is an error).
  case reject
  /// It asks again after this long, and has no place in line (VDSM: 10 s).
  case retry(Duration)
  /// It waits in line with the room at its destination reserved and prepared (Deckhouse).
  case park
}
