internal import CutoverCore
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
  ///   - networkGap: what the network adds to a pause.
  ///   - unnoticed: how long the guest had hung before anybody noticed.
  init(of machine: CutoverMachine, networkGap gap: Duration, unnoticed: Duration) {
    let downtime = machine.accounts.downtime ?? .zero
    guard downtime > .zero || unnoticed > .zero else { return }
    let wasPaused = machine.plan.stop == .pause && machine.outcome != .guestCrashed
    if wasPaused {
      pause = downtime
      networkGap = downtime + gap
      serviceGap = unnoticed
    } else {
      serviceGap = downtime + unnoticed
    }
  }
}
