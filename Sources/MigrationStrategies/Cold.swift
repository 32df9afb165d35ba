public import CutoverCore
public import Quantities

/// Cold migration: off for the whole copy, resized while it is off, booted at the other end. It always converges, and
/// is the baseline that "downtime saved" is measured against.
public struct Cold: MigrationStrategy {
  public let name = "cold"
  public var looksAtGuest: Bool { false }
  /// How long the guest may take to power down. 60 s: Nova's `shutdown_timeout`.
  public var shutdownPatience: Duration
  public var ifShutdownIgnored: IgnoredShutdown
  /// How long the guest may be down for the copy before it is brought back where it was.
  public var timeout: Duration

  public init(
    shutdownPatience: Duration = .seconds(60), ifShutdownIgnored: IgnoredShutdown = .powerOff,
    timeout: Duration = .hours(48)
  ) {
    self.shutdownPatience = shutdownPatience
    self.ifShutdownIgnored = ifShutdownIgnored
    self.timeout = timeout
  }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    var deadlines = CutoverDeadlines()
    deadlines.outage = timeout
    return CutoverPlan(
      strategy: name, media: request.disk == .local ? [.disk] : [], notBefore: request.notBefore,
      stop: .shutDown(patience: shutdownPatience, ifIgnored: ifShutdownIgnored), resizeTo: request.resizeTo,
      start: .boot, deadlines: deadlines)
  }
}
