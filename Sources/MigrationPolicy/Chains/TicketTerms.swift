public import Quantities

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
  /// How often the same customer may ask for a later date; of those who have, the share `moved` asks again.
  public var mostMoves = 1
  /// No date lies later than this after the ticket (OCI and Azure name such days).
  public var latest: Duration?
  /// The share who do not want it at all.
  public var optedOut = 0.0
  /// The share who never answer; it goes ahead on the date all the same, unless `needsAnswer`.
  public var unanswered = 0.0
  /// Without an answer it counts as not wanted.
  public var needsAnswer = false

  public init() {}
}
