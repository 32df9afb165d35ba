public import Quantities

/// What to try, and what to try next: `live -> reboot by ticket -> cold`.
public struct FallbackChain: Hashable, Sendable {
  public var steps: [ChainStep]

  public init(_ steps: [ChainStep]) { self.steps = steps }
}

/// One strategy in a chain.
public struct ChainStep: Hashable, Sendable {
  /// A name in the catalogue of strategies.
  public var strategy: String
  /// How often it is tried when it fails for a reason that may pass: a fault of a host, link or copy. A refusal, a
  /// time-out, non-convergence or a crashed guest goes on to the next step at once.
  public var tries = 1
  /// The wait before a second try; each later one waits twice as long (KubeVirt: 20 s, doubling).
  public var backoff = Duration.seconds(20)
  /// The step waits for a date that the customer was told.
  public var ticket: TicketTerms?

  public init(strategy: String) { self.strategy = strategy }
}

/// How a customer is told of a migration that he will notice, and what he may do about it.
///
/// Rackspace: the ticket names date and time; the customer lets it run, asks for another time, or starts it himself.
public struct TicketTerms: Hashable, Sendable {
  /// From the ticket to the date it names.
  public var notice = Duration.days(7)
  /// The share of customers who start it themselves, at any time before the date.
  public var startedByCustomer = 0.0
  /// The share who ask for a later date.
  public var moved = 0.0
  /// How much later at the most; any shorter time alike.
  public var movedByUpTo = Duration.days(7)
  /// Begun this much after the date it still counts as on time.
  public var window = Duration.hours(2)

  public init() {}
}
