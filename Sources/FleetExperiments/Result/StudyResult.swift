/// What a variant of a scenario came to: the only thing that reports read.
///
/// Its JSON form is versioned by `schema`; keys may be added to it, and those that are there stay. Times are in seconds,
/// data in bytes. An estimate is the mean over replications of a replication's total; a spread is over single moves or
/// attempts.
public struct StudyResult: Codable, Sendable {
  public var schema = StudyResult.currentSchema
  public var scenario: String
  public var variant: String?
  /// What the command line put in the place of the scenario's values, in its order; absent where nothing was.
  public var settings: [Setting]?
  /// What the scenario asks, in its author's words; results of older versions do not say.
  public var question: String?
  public var seed: UInt64
  public var replications: Int
  public var horizonSeconds: Double
  public var guests: Int
  public var hosts: Int
  /// The strategy that "saved" is measured against.
  public var baseline: String
  public var totals: GroupResult
  public var byStrategy: NamedGroups
  public var byClass: NamedGroups
  public var byCampaign: NamedGroups
  public var drains: DrainResult
  public var tickets: TicketResult
  public var policy: PolicyResult?
  /// Moves still under way at the horizon.
  public var unfinished: Estimate
  /// Wishes refused because the guest was already being moved.
  public var busy: Estimate
  public var hostFailures: Estimate
  public var linkFailures: Estimate
  public var incidents: Estimate
  /// Campaigns in their order; results of older versions have none, nor what follows.
  public var courses: [CampaignResult]?
  public var outages: OutageResult?
  public var fleet: FleetResult?
  public var expectations: [ExpectationResult] = []
  /// What the scenario says to its question; of its variants none does.
  public var answers: [AnswerResult]?
  /// Of a study that ended by a rule.
  public var stopping: StoppingResult?

  public static let currentSchema = "fleetshift.summary/1"

  /// A path and the value that it was given.
  public struct Setting: Codable, Hashable, Sendable {
    public var path: String
    public var value: String

    public init(_ path: String, _ value: String) { (self.path, self.value) = (path, value) }
  }

  enum CodingKeys: String, CodingKey {
    case schema, scenario, variant, settings, question, seed, replications, guests, hosts, baseline, drains,
      tickets
    case policy, outages, fleet, stopping
    case courses = "campaigns"
    case totals = "all"
    case unfinished, busy, incidents, expectations, answers
    case horizonSeconds = "horizon_seconds"
    case byStrategy = "by_strategy"
    case byClass = "by_class"
    case byCampaign = "by_campaign"
    case hostFailures = "host_failures"
    case linkFailures = "link_failures"
  }
}

/// A group of moves: all of them, a strategy's, a class's or a campaign's.
public struct GroupResult: Codable, Hashable, Sendable {
  /// Moves asked for; of a strategy, those that it carried to their end.
  public var moves: Estimate
  public var completed: Estimate
  /// Moves whose chain came to its end with the guest where it was.
  public var abandoned: Estimate
  public var attempts: Estimate
  public var failedAttempts: Estimate
  /// Attempts that failed or were refused, by reason.
  public var failures: [String: Estimate]

  public var transferredBytes: Estimate
  public var diskBytes: Estimate
  public var memoryBytes: Estimate
  public var repeatedBytes: Estimate
  public var outageBytes: Estimate
  public var wastedBytes: Estimate

  /// What clients saw, of completed moves with all their attempts; of moves given up, where they saw anything.
  public var downtime: Spread?
  public var pause: Spread?
  public var networkGap: Spread?
  public var serviceGap: Spread?
  public var totalTime: Spread?

  public var downtimeTotal: Estimate
  public var baselineDowntime: Estimate
  public var downtimeSaved: Estimate
  public var brownout: Estimate

  /// The totals of each replication, for whoever pairs them; results of older versions have none.
  public var series: GroupSeries?
  /// How long attempts held their slots that did not converge or took too long.
  public var slotWaste: Estimate?
  /// Of moves that were begun: from the wish, or the date agreed with the customer, to the first attempt.
  public var wait: Spread?

  enum CodingKeys: String, CodingKey {
    case wait = "wait_seconds"
    case slotWaste = "slot_waste_seconds"
    case moves, completed, abandoned, attempts, failures
    case series = "per_replication"
    case failedAttempts = "failed_attempts"
    case transferredBytes = "transferred_bytes"
    case diskBytes = "disk_bytes"
    case memoryBytes = "memory_bytes"
    case repeatedBytes = "repeated_bytes"
    case outageBytes = "outage_bytes"
    case wastedBytes = "wasted_bytes"
    case downtime = "downtime_seconds"
    case pause = "pause_seconds"
    case networkGap = "network_gap_seconds"
    case serviceGap = "service_gap_seconds"
    case totalTime = "total_time_seconds"
    case downtimeTotal = "downtime_total_seconds"
    case baselineDowntime = "baseline_downtime_seconds"
    case downtimeSaved = "downtime_saved_seconds"
    case brownout = "brownout_seconds"
  }
}

/// Groups by name, in the order of the tables; a JSON object, which keeps no order: read back, they come by name, `8gb`
/// before `32gb`.
public struct NamedGroups: Codable, Sendable {
  public var groups: [(name: String, result: GroupResult)]

  public init(_ groups: [(name: String, result: GroupResult)]) { self.groups = groups }

  public subscript(name: String) -> GroupResult? { groups.first { $0.name == name }?.result }

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    groups = []
    for key in container.allKeys.sorted(by: { NumberedName($0.stringValue) < NumberedName($1.stringValue) }) {
      groups.append((key.stringValue, try container.decode(GroupResult.self, forKey: key)))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, result) in groups { try container.encode(result, forKey: Name(stringValue: name)) }
  }
}

public struct DrainResult: Codable, Hashable, Sendable {
  public var started: Estimate
  /// Hosts that campaigns mean to drain and had not begun with at the horizon.
  public var notBegun = Estimate([0])
  public var finished: Estimate
  public var gaveUp: Estimate
  public var guestsLeft: Estimate
  /// Of drains that finished.
  public var time: Spread?
  /// Replication by replication; results of older versions have none.
  public var series: DrainSeries?
  /// Of those finished: worked on with guests on the host.
  public var inPlace: Estimate?
  /// Guests left on hosts given up, by what held them.
  public var blocked: [String: Estimate]?
  /// Guests on hosts still being emptied at the horizon, by what they waited for.
  public var waiting: [String: Estimate]?

  /// Hosts that were to be drained, on average.
  var asked: Estimate { Estimate([started.mean + notBegun.mean]) }

  enum CodingKeys: String, CodingKey {
    case started, finished, blocked, waiting
    case inPlace = "in_place"
    case series = "per_replication"
    case notBegun = "not_begun"
    case gaveUp = "gave_up"
    case guestsLeft = "guests_left"
    case time = "time_seconds"
  }
}

public struct TicketResult: Codable, Hashable, Sendable {
  public var opened: Estimate
  public var startedByCustomer: Estimate
  public var moved: Estimate
  public var kept: Estimate
  public var late: Estimate

  enum CodingKeys: String, CodingKey {
    case opened, moved, kept, late
    case startedByCustomer = "started_by_customer"
  }
}

public struct ExpectationResult: Codable, Hashable, Sendable {
  public var text: String
  public var held: Bool
  /// What it came to, in words.
  public var actual: String
  /// Where it is about what ended, and a part did not: absent where all did, or all but one in a hundred.
  public var unfinished: UnfinishedPart?

  package init(text: String, held: Bool, actual: String, unfinished: UnfinishedPart? = nil) {
    (self.text, self.held, self.actual, self.unfinished) = (text, held, actual, unfinished)
  }

  /// What it came to, and of what, for people.
  public var words: String { actual + (unfinished.map { ", \($0.words)" } ?? "") }
}
