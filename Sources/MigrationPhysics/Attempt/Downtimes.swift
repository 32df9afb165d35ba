package import CutoverCore
public import Quantities

/// The three downtimes of one attempt, never mixed.
public struct Downtimes: Hashable, Codable, Sendable {
  /// The hypervisor held the guest still, which then went on where it stood.
  public var pause = Duration.zero
  /// What a client saw of that pause: with the network's part until it found the guest again.
  public var networkGap = Duration.zero
  /// The guest was down: shut down or crashed, until it had booted.
  public var serviceGap = Duration.zero

  public init() {}

  /// What a client saw, of whichever kind: this is what "downtime" means in totals, and what is saved or not.
  public var seenByClients: Duration { networkGap + serviceGap }
}

extension Downtimes {
  /// The downtimes of an attempt that has ended.
  ///
  /// Of a guest that was lost they run to the loss: what follows is the doing of the host that failed, and would have
  /// come without a migration.
  ///
  /// - Parameters:
  ///   - networkGap: what the network adds to the pause of a guest that is somewhere else afterwards.
  ///   - restored: how the source was brought back; `nil` if it never stood still, or the guest has moved.
  ///   - unnoticed: how long the guest had hung before anybody noticed.
  package init(
    of machine: CutoverMachine, networkGap gap: Duration, restored: StartMethod?, unnoticed: Duration
  ) {
    let accounts = machine.accounts
    let toTheEnd = (accounts.ended ?? .zero) - (accounts.outageBegan ?? accounts.ended ?? .zero)
    let downtime = accounts.downtime ?? toTheEnd
    switch machine.outcome {
    case .completed? where machine.plan.start == .resume:
      pause = downtime
      networkGap = downtime > .zero ? downtime + gap : .zero
    case .completed?, .lost?: serviceGap = downtime + unnoticed
    case .cancelled?, .timedOut?, .notConverging?, .guestCrashed?, .shutdownIgnored?, .verificationFailed?,
      .windowMissed?, .failed?, nil:
      switch restored {
      case .resume?: (pause, networkGap) = (downtime, downtime)
      case .boot?: serviceGap = downtime + unnoticed
      case nil: break
      }
    }
  }
}
