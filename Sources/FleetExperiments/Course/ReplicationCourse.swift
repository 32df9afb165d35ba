internal import CutoverCore
package import FleetSimulation
internal import MigrationPhysics
internal import Quantities

/// What happened when in one replication, gathered from its attempts in bounded memory.
package struct ReplicationCourse: Sendable {
  /// Moves completed, by campaign.
  private(set) var completed: [TimeBins]
  /// Attempts that cost clients something, by strategy and by how much; see `DowntimeScale`.
  private(set) var downtimes: [Cell: TimeBins] = [:]
  private(set) var failures: [Failure: TimeBins] = [:]
  /// Bytes, by the sites that they went between.
  private(set) var traffic: [Route: TimeBins] = [:]
  /// Attempts of the first hosts that guests left; only the first replication has them.
  private(set) var spans: [Span] = []

  struct Cell: Hashable, Codable {
    var strategy: Int
    var step: Int
  }

  struct Failure: Hashable, Codable {
    var strategy: Int
    var code: String
  }

  struct Route: Hashable, Codable {
    var from: Int
    var to: Int
  }

  struct Span: Codable, Sendable {
    var host: Int
    var guest: Int
    var strategy: Int
    var code: String
    var began: Instant
    var ended: Instant
  }

  /// As many as a timeline can show.
  private static let mostHosts = 40
  static let mostSpans = 3000

  private let keepsSpans: Bool
  private var spanHosts: Set<Int> = []

  package init(campaigns: Int, keepsSpans: Bool) {
    completed = Array(repeating: TimeBins(), count: campaigns)
    self.keepsSpans = keepsSpans
  }

  package mutating func add(_ row: AttemptRow, siteOfHost: [Int]) {
    guard let began = row.accounts.began, let ended = row.accounts.ended else { return }
    let isCompleted = row.outcome == "completed"
    if isCompleted {
      completed[row.campaign].add(1, at: ended)
    } else {
      failures[Failure(strategy: row.strategy, code: row.outcome), default: TimeBins()].add(1, at: ended)
    }
    let downtime = row.downtimes.seenByClients.seconds
    if let step = DowntimeScale.step(of: downtime) {
      downtimes[Cell(strategy: row.strategy, step: step), default: TimeBins()].add(1, at: ended)
    }
    let route = Route(from: siteOfHost[row.source], to: siteOfHost[row.target])
    traffic[route, default: TimeBins()].add(row.transferred.value, from: began, to: ended)
    guard keepsSpans, spans.count < ReplicationCourse.mostSpans else { return }
    if spanHosts.count < ReplicationCourse.mostHosts { spanHosts.insert(row.source) }
    guard spanHosts.contains(row.source) else { return }
    spans.append(
      Span(
        host: row.source, guest: row.guest, strategy: row.strategy, code: row.outcome, began: began,
        ended: ended))
  }

  /// The widest of all bins, nanoseconds.
  var width: Int64 {
    let all = completed + downtimes.values + failures.values + traffic.values
    return all.map(\.width).max() ?? 1
  }
}

// MARK: - As stored

// Dictionaries have no order, so what they hold is stored as rows that have one: the same course, the same bytes.
extension ReplicationCourse: Codable {
  private enum CodingKeys: String, CodingKey {
    case completed, downtimes, failures, traffic, spans
  }

  private struct Row<Key: Codable>: Codable {
    var key: Key
    var bins: TimeBins
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(completed, forKey: .completed)
    try container.encode(
      downtimes.sorted { ($0.key.strategy, $0.key.step) < ($1.key.strategy, $1.key.step) }
        .map { Row(key: $0.key, bins: $0.value) }, forKey: .downtimes)
    try container.encode(
      failures.sorted { ($0.key.strategy, $0.key.code) < ($1.key.strategy, $1.key.code) }
        .map { Row(key: $0.key, bins: $0.value) }, forKey: .failures)
    try container.encode(
      traffic.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
        .map { Row(key: $0.key, bins: $0.value) }, forKey: .traffic)
    try container.encode(spans, forKey: .spans)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(campaigns: 0, keepsSpans: false)
    completed = try container.decode([TimeBins].self, forKey: .completed)
    for row in try container.decode([Row<Cell>].self, forKey: .downtimes) { downtimes[row.key] = row.bins }
    for row in try container.decode([Row<Failure>].self, forKey: .failures) { failures[row.key] = row.bins }
    for row in try container.decode([Row<Route>].self, forKey: .traffic) { traffic[row.key] = row.bins }
    spans = try container.decode([Span].self, forKey: .spans)
  }
}

/// Steps of downtime on a logarithmic scale: eight a decade, from a millisecond on.
enum DowntimeScale {
  private static let perDecade = 8.0
  private static let least = 0.001
  /// The last begins at 10^27 seconds.
  static let steps = 0..<241

  /// The step of a downtime in seconds; `nil` where there was none.
  static func step(of seconds: Double) -> Int? {
    guard seconds > 0 else { return nil }
    return max(0, Int((log10(seconds / least) * perDecade).rounded(.down)))
  }

  /// Where a step begins, in seconds.
  static func start(of step: Int) -> Double { least * pow(10, Double(step) / perDecade) }
}

#if canImport(Glibc)
  private import Glibc
#endif
