public import CutoverCore
public import Quantities

/// A guest of several disks, each of which somebody stands for: all are commanded alike.
public final class GuestOnDisks: GuestControl {
  private let members: [(guest: any GuestControl, destination: String)]

  /// - Parameter members: Who stands for each disk, and where that disk will be.
  public init(_ members: [(guest: any GuestControl, destination: String)]) { self.members = members }

  public func attach() throws {
    var attached: [any GuestControl] = []
    do {
      for member in members {
        try member.guest.attach()
        attached.append(member.guest)
      }
    } catch {
      for guest in attached { guest.detach() }
      throw error
    }
  }

  public func reattach() throws { for member in members { try member.guest.reattach() } }
  public func detach() { for member in members { member.guest.detach() } }

  public func pause() throws { for member in members { try member.guest.pause() } }
  public func shutDown() throws { for member in members { try member.guest.shutDown() } }
  public func powerOff() throws { for member in members { try member.guest.powerOff() } }
  public func resized(to size: Bytes, at image: String) throws {
    for member in members { try member.guest.resized(to: size, at: image) }
  }
  public func start(_ method: StartMethod, at image: String) throws {
    for member in members { try member.guest.start(method, at: member.destination) }
  }
  public func fence() throws -> Bool {
    for member in members where try !member.guest.fence() { return false }
    return true
  }
  public func restore(_ method: StartMethod) throws {
    for member in members { try member.guest.restore(method) }
  }

  public func slow(by throttle: Double) { for member in members { member.guest.slow(by: throttle) } }
  public var hasCrashed: Bool { members.contains { $0.guest.hasCrashed } }

  /// What all of them prove together.
  public func examine(_ image: String) throws -> RehearsalEvidence? {
    var sum: RehearsalEvidence?
    for member in members {
      guard let evidence = try member.guest.examine(member.destination) else { continue }
      sum = RehearsalEvidence(
        writes: (sum?.writes ?? 0) + evidence.writes, blocks: (sum?.blocks ?? 0) + evidence.blocks,
        lost: (sum?.lost ?? 0) + evidence.lost)
    }
    return sum
  }

  public var hookRuns: [HookRun] { members.flatMap { $0.guest.hookRuns } }
}
