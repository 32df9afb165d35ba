internal import CutoverCore
internal import FleetSimulation
internal import MigrationPhysics
internal import Quantities

/// What happened when in one replication, gathered from its attempts in bounded memory.
struct ReplicationCourse: Sendable {
  /// Moves completed, by campaign.
  private(set) var completed: [TimeBins]
  /// Attempts that cost clients something, by strategy and by how much; see `DowntimeScale`.
  private(set) var downtimes: [Cell: TimeBins] = [:]
  private(set) var failures: [Failure: TimeBins] = [:]
  /// Bytes, by the sites that they went between.
  private(set) var traffic: [Route: TimeBins] = [:]
  /// Attempts of the first hosts that guests left; only the first replication has them.
  private(set) var spans: [Span] = []

  struct Cell: Hashable {
    var strategy: Int
    var step: Int
  }

  struct Failure: Hashable {
    var strategy: Int
    var code: String
  }

  struct Route: Hashable {
    var from: Int
    var to: Int
  }

  struct Span: Sendable {
    var host: Int
    var guest: Int
    var strategy: Int
    var code: String
    var began: Instant
    var ended: Instant
  }

  /// As many as a timeline can show.
  private static let mostHosts = 40
  private static let mostSpans = 3000

  private let keepsSpans: Bool
  private var spanHosts: Set<Int> = []

  init(campaigns: Int, keepsSpans: Bool) {
    completed = Array(repeating: TimeBins(), count: campaigns)
    self.keepsSpans = keepsSpans
  }

  mutating func add(_ row: AttemptRow, siteOfHost: [Int]) {
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

/// Steps of downtime on a logarithmic scale: eight a decade, from a millisecond on.
enum DowntimeScale {
  private static let perDecade = 8.0
  private static let least = 0.001

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
