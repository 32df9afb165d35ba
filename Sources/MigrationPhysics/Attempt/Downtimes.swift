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
  /// - Parameters:
  ///   - networkGap: what the network adds to the pause of a guest that is somewhere else afterwards.
  ///   - restored: how the source was brought back; `nil` if it never stood still, or the guest has moved.
  ///   - unnoticed: how long the guest had hung before anybody noticed.
  ///   - stalled: how long it stood still at the destination, since memory that it asked for did not come.
  ///   - bootsAgain: how long it takes to serve again after it was lost; zero where it went with its host: what follows is
  ///     the doing of the host that failed, and would have come without a migration.
  package init(
    of machine: CutoverMachine, networkGap gap: Duration, restored: StartMethod?, unnoticed: Duration,
    stalled: Duration = .zero, bootsAgain: Duration = .zero
  ) {
    let accounts = machine.accounts
    let toTheEnd = (accounts.ended ?? .zero) - (accounts.outageBegan ?? accounts.ended ?? .zero)
    let outage = accounts.outage ?? toTheEnd
    switch machine.outcome {
    case .completed? where machine.plan.start == .resume:
      pause = outage
      networkGap = outage > .zero ? outage + gap : .zero
    case .completed?: serviceGap = outage + unnoticed
    case .lost? where accounts.outageEnded == nil: serviceGap = outage + unnoticed
    case .lost? where restored == nil:
      // It had gone on at the destination.
      pause = outage
      networkGap = outage + gap
    case .lost?, .cancelled?, .timedOut?, .notConverging?, .guestCrashed?, .shutdownIgnored?,
      .verificationFailed?, .windowMissed?, .failed?, nil:
      switch restored {
      case .resume?: (pause, networkGap) = (outage, outage)
      case .boot?: serviceGap = outage + unnoticed
      case nil: break
      }
    }
    // A guest that goes on stood still; what a lost one waited in vain for is part of its being down.
    if accounts.lost == nil {
      (pause, networkGap) = (pause + stalled, networkGap + stalled)
    } else {
      serviceGap = serviceGap + stalled + bootsAgain
    }
  }
}
