internal import CutoverCore
internal import Quantities

extension CutoverPlan {
  /// Beyond what a hook may take: to be told to end, to be killed, and to be noticed.
  private static let margin = Duration.seconds(30)

  /// Gives each step that a hook does the time that the hook has. It is the hook's own limit that ends it; a machine that
  /// ceased to wait before would not know whether the guest goes down, or has come up.
  mutating func giveTime(to hooks: GuestHooks) {
    let least = hooks.timeout + Self.margin
    if case .shutDown(let patience, let ifIgnored) = stop, hooks.onPause != nil {
      stop = .shutDown(patience: max(patience, least), ifIgnored: ifIgnored)
    }
    deadlines.step = max(deadlines.step, least)
    deadlines.start = max(deadlines.start, least)
    deadlines.outage = max(deadlines.outage, least * 2)
  }
}
