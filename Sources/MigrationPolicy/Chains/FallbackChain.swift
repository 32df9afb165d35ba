public import Quantities

/// What to try, and what to try next: `live -> reboot by ticket -> cold`.
public struct FallbackChain: Hashable, Sendable {
  public var steps: [ChainStep]
  /// Tries and refusals of one move, all steps together, after which it ends.
  public var mostTries = Int.max
  public var deadlines: [OwnerDeadline] = []

  public init(_ steps: [ChainStep]) { self.steps = steps }
}

/// One strategy in a chain.
public struct ChainStep: Hashable, Sendable {
  /// A name in the catalogue of strategies.
  public var strategy: String
  /// How often it is tried when it fails for a reason that may pass: a fault of a host, link or copy. A refusal, a
  /// time-out, non-convergence or a crashed guest goes on to the next step at once, unless `on` says otherwise.
  public var tries = 1
  /// The wait before a second try; each later one waits twice as long (KubeVirt: 20 s, doubling).
  public var backoff = Duration.seconds(20)
  /// No wait between tries is longer.
  public var longestBackoff = Duration.max
  /// A second try goes to another host, if there is one.
  public var wantsOtherTarget = false
  /// What to do by cause, where it is not what goes without saying.
  public var on: [FailureCause: ChainReaction] = [:]
  /// The step waits for a date that the customer was told.
  public var ticket: TicketTerms?
  /// When the guest is stopped.
  public var cutover = CutoverTerms()
  /// After a resize both ends are held until somebody confirms it.
  public var confirmation: ResizeConfirmation?

  public init(strategy: String) { self.strategy = strategy }

  public func reaction(to cause: FailureCause) -> ChainReaction {
    on.isEmpty ? cause.standardReaction : on[cause] ?? cause.standardReaction
  }
}

/// When the ends of a resize are let go (Nova's `resize_confirm_window`).
public enum ResizeConfirmation: Hashable, Sendable {
  case after(Duration)
  /// Never by itself: what the old host holds is lost to the fleet.
  case never
}
