public import CutoverCore
public import Quantities

/// The guest is made anew on another host: Nova's evacuate, a restart by high availability, a stateless server that
/// boots from its image. Its memory is gone; its disk too, unless that lies on storage that outlived the host.
public struct Rebuild: MigrationStrategy {
  public let name = "rebuild"
  public var looksAtGuest: Bool { false }
  public var disk: RebuildDisk
  public var shutdownPatience: Duration

  public init(disk: RebuildDisk = .shared, shutdownPatience: Duration = .seconds(60)) {
    self.disk = disk
    self.shutdownPatience = shutdownPatience
  }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    var plan = CutoverPlan(
      strategy: name, media: [], notBefore: request.notBefore,
      stop: .shutDown(patience: shutdownPatience, ifIgnored: .powerOff), resizeTo: request.resizeTo,
      start: .boot)
    plan.rebuild = disk
    return plan
  }
}
