/// What one replication came to: aggregates only, mergeable in the order of replications.
public struct Ledger: Hashable, Codable, Sendable {
  public internal(set) var strategies: [String]
  public internal(set) var classes: [String]
  public internal(set) var campaigns: [String]
  public internal(set) var byStrategy: [Cell]
  public internal(set) var byClass: [Cell]
  public internal(set) var byCampaign: [Cell]
  /// The names of ends other than completion, in the order in which they were first seen.
  public private(set) var codes: [String] = []

  public internal(set) var drains = DrainTally()
  public internal(set) var tickets = TicketTally()
  /// Moves still under way or waiting when the horizon came.
  public internal(set) var unfinished = 0
  /// Wishes of customers that came to nothing because another move of the same guest was under way.
  public internal(set) var busy = 0
  public internal(set) var hostFailures = 0
  public internal(set) var linkFailures = 0
  /// Successes after which something was wrong: a guest that hung or crashed and was booted at the destination, one that
  /// nobody reached for a while, or one with a wrong clock.
  public internal(set) var incidents = 0
  public internal(set) var notices = NoticeTally()
  public internal(set) var resizes = ResizeTally()
  /// Moves that ended with somebody being called.
  public internal(set) var escalations = 0
  /// Guests made anew whose disk was lost.
  public internal(set) var disksLost = 0
  /// How often the patience of each owner of a deadline ended.
  public internal(set) var overdue: [String: Int] = [:]
  /// What clients saw, in seconds, guest by guest.
  public internal(set) var guestDowntime: ContiguousArray<Float>
  /// Completed moves, guest by guest.
  public internal(set) var guestMoves: ContiguousArray<UInt16>
  public internal(set) var events = 0
  /// How the campaigns went, in their order.
  public internal(set) var courses: [CampaignTally]
  public internal(set) var outages = OutageTally()
  /// Seconds that guests were down because their host had failed.
  public internal(set) var outageSeconds = Samples()
  /// Completed moves of guests that had been moved before.
  public internal(set) var repeatMoves = 0
  /// The least share of memory that the hosts in service of a site had free.
  public internal(set) var headroom = 1.0
  /// The most hosts that were out of service at once.
  public internal(set) var mostHostsOut = 0

  init(strategies: [String], classes: [String], campaigns: [String], guests: Int) {
    self.strategies = strategies
    self.classes = classes
    self.campaigns = campaigns
    byStrategy = Array(repeating: Cell(), count: strategies.count)
    byClass = Array(repeating: Cell(), count: classes.count)
    byCampaign = Array(repeating: Cell(), count: campaigns.count)
    courses = Array(repeating: CampaignTally(), count: campaigns.count)
    guestDowntime = ContiguousArray(repeating: 0, count: guests)
    guestMoves = ContiguousArray(repeating: 0, count: guests)
  }

  /// One in which nothing has been counted.
  public init(_ names: AttemptNames) {
    self.init(strategies: names.strategies, classes: names.classes, campaigns: names.campaigns, guests: 0)
  }

  /// Without what is known of single guests, which no summary needs and which is most of a large fleet's ledger.
  public func withoutGuests() -> Ledger {
    var ledger = self
    ledger.guestDowntime = []
    ledger.guestMoves = []
    return ledger
  }

  mutating func code(_ name: String) -> Int {
    if let index = codes.firstIndex(of: name) { return index }
    codes.append(name)
    return codes.count - 1
  }

  /// All campaigns together.
  public var total: Cell {
    byCampaign.reduce(into: Cell()) { $0.merge($1) }
  }

  /// The failures of a cell by name, sorted by name.
  public func failures(of cell: Cell) -> [(code: String, count: Int)] {
    cell.failures.enumerated().filter { $0.element > 0 }
      .map { (code: codes[$0.offset], count: $0.element) }
      .sorted { $0.code < $1.code }
  }
}

/// How host drains went.
public struct DrainTally: Hashable, Codable, Sendable {
  public internal(set) var started = 0
  /// Hosts whose turn had not come, or that waited for leave, when the horizon came.
  public internal(set) var notBegun = 0
  public internal(set) var finished = 0
  /// Given up with guests left on the host.
  public internal(set) var gaveUp = 0
  /// Guests left on hosts whose drain was given up.
  public internal(set) var guestsLeft = 0
  /// Of the finished: worked on with guests on the host.
  public internal(set) var inPlace = 0
  /// What held the guests left on hosts given up.
  public internal(set) var blocked: [String: Int] = [:]
  /// What guests waited for whose host was still being emptied at the horizon.
  public internal(set) var waiting: [String: Int] = [:]
  /// Seconds from the start of a drain that finished to the empty host.
  public internal(set) var time = Samples()

  public init() {}
}

/// How customers and dates went.
public struct TicketTally: Hashable, Codable, Sendable {
  public internal(set) var opened = 0
  public internal(set) var startedByCustomer = 0
  public internal(set) var moved = 0
  /// The first attempt after the date began within the window.
  public internal(set) var kept = 0
  /// It began later, or the move ended without one.
  public internal(set) var late = 0
  /// The customer did not want it.
  public internal(set) var optedOut = 0
  /// Without a date: he did not want it, or did not answer where that is the same.
  public internal(set) var withdrawn = 0
  /// He never answered.
  public internal(set) var unanswered = 0
  /// Dates moved, a customer's second and later ones included.
  public internal(set) var datesMoved = 0
  // Where the tickets stand at the horizon, in the words of Linode's API; together they are all that were opened.
  public internal(set) var pending = 0
  public internal(set) var scheduled = 0
  public internal(set) var started = 0
  public internal(set) var inProgress = 0
  public internal(set) var completed = 0
  public internal(set) var canceled = 0

  public init() {}
}
