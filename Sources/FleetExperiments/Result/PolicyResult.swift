internal import FleetSimulation
internal import MigrationPolicy

/// What became of promises: tickets, notices, other people's patience, resizes. Absent where a scenario makes none
/// beyond plain tickets.
public struct PolicyResult: Codable, Hashable, Sendable {
  /// Where the tickets stand at the horizon, in the words of Linode's API; together they are all that were opened.
  public var ticketStatuses: [String: Estimate]
  public var datesMoved: Estimate
  public var optedOut: Estimate
  public var unanswered: Estimate
  /// Stops of guests whose strategy needs a notice: told in time, or not.
  public var noticesKept: Estimate
  public var noticesViolated: Estimate
  /// Stops in emergencies, which owe nobody a notice; results of older versions do not say.
  public var noticesWaived: Estimate?
  /// How often somebody's patience ended, by whose it was.
  public var overdue: [String: Estimate]
  /// Moves that ended with somebody being called.
  public var escalations: Estimate
  public var disksLost: Estimate
  public var resizesConfirmed: Estimate
  public var resizesUnconfirmed: Estimate
  /// The memory that unconfirmed resizes hold of hosts that their guests have left.
  public var heldBytes: Estimate
  /// Wishes for a smaller flavor whose disk the guest's data do not fit; results of older versions do not say.
  public var resizesTooFull: Estimate?
  /// Wishes for another size that there is no flavor for; results of older versions do not say.
  public var resizesUnfit: Estimate?

  enum CodingKeys: String, CodingKey {
    case overdue, escalations, unanswered
    case ticketStatuses = "ticket_statuses"
    case datesMoved = "dates_moved"
    case optedOut = "opted_out"
    case noticesKept = "notices_kept"
    case noticesViolated = "notices_violated"
    case noticesWaived = "notices_waived"
    case disksLost = "disks_lost"
    case resizesConfirmed = "resizes_confirmed"
    case resizesUnconfirmed = "resizes_unconfirmed"
    case heldBytes = "held_bytes"
    case resizesTooFull = "resizes_too_full"
    case resizesUnfit = "resizes_unfit"
  }

  /// - Returns: `nil` where there is nothing to say.
  init?(_ scenario: Scenario, _ ledgers: [Ledger]) {
    func estimate(_ value: (Ledger) -> Int) -> Estimate { Estimate(ledgers.map { Double(value($0)) }) }
    let owners = Set(ledgers.flatMap(\.overdue.keys)).sorted()
    overdue = [:]
    for owner in owners { overdue[owner] = estimate { $0.overdue[owner] ?? 0 } }
    ticketStatuses = [
      "pending": estimate(\.tickets.pending), "scheduled": estimate(\.tickets.scheduled),
      "started": estimate(\.tickets.started), "in-progress": estimate(\.tickets.inProgress),
      "completed": estimate(\.tickets.completed), "canceled": estimate(\.tickets.canceled),
    ]
    datesMoved = estimate(\.tickets.datesMoved)
    optedOut = estimate(\.tickets.optedOut)
    unanswered = estimate(\.tickets.unanswered)
    noticesKept = estimate(\.notices.kept)
    noticesViolated = estimate(\.notices.violated)
    let waived = estimate(\.notices.waived)
    noticesWaived = waived
    escalations = estimate(\.escalations)
    disksLost = estimate(\.disksLost)
    resizesConfirmed = estimate(\.resizes.confirmed)
    resizesUnconfirmed = estimate(\.resizes.unconfirmed)
    heldBytes = Estimate(ledgers.map(\.resizes.heldBytes))
    let (tooFull, unfit) = (estimate(\.resizes.tooFull), estimate(\.resizes.unfit))
    (resizesTooFull, resizesUnfit) = (tooFull, unfit)
    let news = [
      optedOut, unanswered, noticesKept, noticesViolated, waived, escalations, disksLost, resizesConfirmed,
      resizesUnconfirmed, tooFull, unfit,
    ]
    guard !scenario.notices.minimum.isEmpty || !owners.isEmpty || news.contains(where: { $0.mean > 0 }) else {
      return nil
    }
  }

  /// The statuses in the order in which a ticket goes through them.
  public static let statuses = ["pending", "scheduled", "started", "in-progress", "completed", "canceled"]
}
