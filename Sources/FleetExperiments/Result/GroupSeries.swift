internal import FleetSimulation

/// A group's totals replication by replication, in their order: two results of the same seed are held against each other
/// pair by pair.
public struct GroupSeries: Codable, Hashable, Sendable {
  public var moves: [Double]
  public var completed: [Double]
  public var abandoned: [Double]
  public var attempts: [Double]
  /// Attempts that failed or were refused.
  public var failedAttempts: [Double]
  public var transferredBytes: [Double]
  public var downtimeSeconds: [Double]
  public var savedSeconds: [Double]
  public var brownoutSeconds: [Double]
  /// What each replication's moves cost their clients, on average and by quantile, seconds: those that were completed, and
  /// those given up that had cost something; `nil` where there was none. Without the second a policy under which moves
  /// fail dearly would look the better for it. Results of older versions have no mean, or nothing.
  public var downtimeMean: [Double?]?
  public var downtimeMedian: [Double?]?
  public var downtimeP95: [Double?]?
  public var downtimeP99: [Double?]?

  /// Moves asked for and not completed: given up, or unfinished at the horizon.
  var undone: [Double] { zip(moves, completed).map { $0 - $1 } }

  enum CodingKeys: String, CodingKey {
    case moves, completed, abandoned, attempts
    case failedAttempts = "failed_attempts"
    case transferredBytes = "transferred_bytes"
    case downtimeSeconds = "downtime_seconds"
    case savedSeconds = "downtime_saved_seconds"
    case brownoutSeconds = "brownout_seconds"
    case downtimeMean = "downtime_mean_seconds"
    case downtimeMedian = "downtime_p50_seconds"
    case downtimeP95 = "downtime_p95_seconds"
    case downtimeP99 = "downtime_p99_seconds"
  }
}

extension GroupSeries {
  init(_ cells: [Cell]) {
    moves = cells.map { Double($0.requested) }
    completed = cells.map { Double($0.completed) }
    abandoned = cells.map { Double($0.abandoned) }
    attempts = cells.map { Double($0.attempts) }
    failedAttempts = cells.map { Double($0.failedAttempts) }
    transferredBytes = cells.map(\.transferredBytes)
    downtimeSeconds = cells.map(\.downtimeSeconds)
    savedSeconds = cells.map(\.savedSeconds)
    brownoutSeconds = cells.map(\.brownoutSeconds)
    downtimeMean = cells.map(\.downtime.mean)
    let quantiles = cells.map { $0.downtime.quantiles([0.5, 0.95, 0.99]) }
    downtimeMedian = quantiles.map { $0?[0] }
    downtimeP95 = quantiles.map { $0?[1] }
    downtimeP99 = quantiles.map { $0?[2] }
  }
}

/// What became of the drains of each replication, in their order.
public struct DrainSeries: Codable, Hashable, Sendable {
  public var started: [Double]
  public var finished: [Double]
  public var gaveUp: [Double]
  /// The mean time of the drains that finished, seconds; zero where none did.
  public var meanTimeSeconds: [Double]
  /// Hosts that campaigns mean to drain and had not begun with at the horizon; results of older versions do not say, nor
  /// what follows.
  public var notBegun: [Double]?
  /// Quantiles of the times of the drains that finished, seconds; `nil` where none did.
  public var timeMedian: [Double?]?
  public var timeP95: [Double?]?

  enum CodingKeys: String, CodingKey {
    case started, finished
    case gaveUp = "gave_up"
    case meanTimeSeconds = "mean_time_seconds"
    case notBegun = "not_begun"
    case timeMedian = "time_p50_seconds"
    case timeP95 = "time_p95_seconds"
  }
}

extension DrainSeries {
  init(_ tallies: [DrainTally]) {
    started = tallies.map { Double($0.started) }
    finished = tallies.map { Double($0.finished) }
    gaveUp = tallies.map { Double($0.gaveUp) }
    meanTimeSeconds = tallies.map { $0.time.mean ?? 0 }
    notBegun = tallies.map { Double($0.notBegun) }
    let quantiles = tallies.map { $0.time.quantiles([0.5, 0.95]) }
    timeMedian = quantiles.map { $0?[0] }
    timeP95 = quantiles.map { $0?[1] }
  }
}
