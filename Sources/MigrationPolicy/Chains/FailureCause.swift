/// Why a step of a chain did not move the guest, as chains tell causes apart.
public enum FailureCause: String, Hashable, Sendable, CaseIterable {
  /// A rule forbids it, or the strategy cannot do it.
  case refused
  /// No host with room, for as long as patience lasted.
  case hostFull = "host-full"
  /// A limit that rejects had no units.
  case overLimit = "over-limit"
  case notConverging = "not-converging"
  case timedOut = "timed-out"
  case crashed
  /// It stood still without anybody noticing for a while.
  case hung
  case shutdownIgnored = "shutdown-ignored"
  case linkDown = "link-down"
  /// A host died under it.
  case hostDown = "host-down"
  /// The destination did not hold what the source held, or the guest did not come up there.
  case unsound
  /// No window, and no leave to stop it, until it was too late.
  case windowMissed = "window-missed"
  /// The customer does not want it.
  case optedOut = "opted-out"

  /// What is done where the chain says nothing: a fault of a host, a link or a copy may pass, the others would only
  /// happen again.
  public var standardReaction: ChainReaction {
    switch self {
    case .linkDown, .hostDown, .unsound: .retry
    case .refused, .hostFull, .overLimit, .notConverging, .timedOut, .crashed, .hung, .shutdownIgnored,
      .windowMissed:
      .next
    case .optedOut: .stop
    }
  }
}

/// What a chain does about a cause.
public enum ChainReaction: Hashable, Sendable {
  /// The next step; behind the last one the move ends.
  case next
  /// The same step again after its backoff, as long as it has tries left; then the next.
  case retry
  /// The step with this number, from 0.
  case goTo(Int)
  /// The move ends, and somebody is called.
  case incident
  /// The move ends.
  case stop
}
