public import CutoverCore
public import Quantities

/// The guest stays on its host and is down, or frozen, while that is worked on: Akamai's `linode/power_off_on`, Azure's
/// memory-preserving update, vSphere's suspend-to-memory, AWS's system reboot.
public struct InPlace: MigrationStrategy {
  public let name = "in-place"
  public var looksAtGuest: Bool { false }
  /// Frozen with its memory kept, rather than shut down and booted.
  public var isFrozen: Bool
  /// How long the work on the host takes.
  public var work: Duration
  public var shutdownPatience: Duration
  public var ifShutdownIgnored: IgnoredShutdown

  public init(
    isFrozen: Bool = false, work: Duration = .minutes(10), shutdownPatience: Duration = .seconds(60),
    ifShutdownIgnored: IgnoredShutdown = .powerOff
  ) {
    self.isFrozen = isFrozen
    self.work = work
    self.shutdownPatience = shutdownPatience
    self.ifShutdownIgnored = ifShutdownIgnored
  }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    guard request.resizeTo == nil else { throw Refusal(.notPossible) }
    var deadlines = CutoverDeadlines()
    deadlines.outage = work + .hours(24)
    var plan = CutoverPlan(
      strategy: name, media: [], notBefore: request.notBefore,
      stop: isFrozen ? .pause : .shutDown(patience: shutdownPatience, ifIgnored: ifShutdownIgnored),
      start: isFrozen ? .resume : .boot, deadlines: deadlines)
    plan.place = .sameHost
    plan.hold = work
    return plan
  }
}
