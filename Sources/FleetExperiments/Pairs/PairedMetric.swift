/// What two results are held against each other by, group by group: a number per replication, of which less or more is
/// better.
public enum PairedMetric: String, Codable, Hashable, Sendable, CaseIterable {
  // Totals of a replication.

  /// What all clients together lost, seconds.
  case downtime = "downtime_seconds"
  /// What they would have lost beyond that without what the scenario tries, seconds.
  case saved = "downtime_saved_seconds"
  case bytes = "transferred_bytes"
  /// Moves completed within the horizon.
  case completed
  /// Moves whose chain came to its end with the guest where it was.
  case abandoned
  case failedAttempts = "failed_attempts"
  /// Seconds that guests were slowed down.
  case brownout = "brownout_seconds"

  // Of a move.

  /// What a move costs a client that was completed, or was given up and had cost something, on average, seconds.
  case downtimePerMove = "downtime_per_move_seconds"
  /// Quantiles of the same within a replication, seconds.
  case downtimeMedian = "downtime_p50_seconds"
  case downtimeP95 = "downtime_p95_seconds"
  case downtimeP99 = "downtime_p99_seconds"
  /// The share of the moves asked for whose chain came to its end with the guest where it was.
  case abandonedShare = "abandoned_share"
  /// The share of attempts and refusals among them that came to nothing.
  case failedShare = "failed_share"
  /// Data sent per completed move, bytes.
  case bytesPerMove = "bytes_per_move"
  /// From the wish to empty a host until it is empty, of the drains that finished, seconds; of the whole fleet only.
  case drainTime = "drain_time_seconds"
  /// Quantiles of the same within a replication, seconds; of the whole fleet only.
  case drainTimeMedian = "drain_time_p50_seconds"
  case drainTimeP95 = "drain_time_p95_seconds"
  /// The share of the drains begun that were given up; of the whole fleet only.
  case drainsGivenUp = "drains_given_up_share"
  /// The share of the hosts to be drained whose drain finished within the horizon; of the whole fleet only.
  case drainsFinished = "drains_finished_share"
  /// From a campaign's beginning to its end, seconds; of campaigns only, and only of one that ended in every replication
  /// of both sides: of those that take too long only the short ones would be seen.
  case makespan = "makespan_seconds"

  /// What a gate looks at. A total says nothing that a mean per move and the number of moves do not.
  public static let gating: [PairedMetric] = [
    .downtimePerMove, .downtimeMedian, .downtimeP95, .downtimeP99, .abandonedShare, .failedShare,
    .bytesPerMove, .completed, .drainTime, .drainsGivenUp, .drainsFinished, .makespan,
  ]
  /// What a comparison shows of all moves together.
  public static let totals: [PairedMetric] = [
    .downtime, .saved, .bytes, .completed, .abandoned, .failedAttempts, .brownout,
  ]
  /// What shows how the distribution of a move's downtime shifts.
  public static let quantiles: [PairedMetric] = [.downtimeMedian, .downtimeP95, .downtimeP99]
  /// What a comparison shows of the drains of the fleet.
  public static let drains: [PairedMetric] = [
    .drainTime, .drainTimeMedian, .drainTimeP95, .drainsFinished, .drainsGivenUp,
  ]

  /// What files call it, such as `downtime-p95`.
  package var key: String { rawValue.replacing("_seconds", with: "").replacing("_", with: "-") }

  public var words: String {
    switch self {
    case .downtime: "downtime"
    case .saved: "downtime saved"
    case .bytes: "data moved"
    case .completed: "moves completed"
    case .abandoned: "moves given up"
    case .failedAttempts: "failed attempts"
    case .brownout: "brownout"
    case .downtimePerMove: "downtime per move"
    case .downtimeMedian: "median downtime"
    case .downtimeP95: "p95 of downtime"
    case .downtimeP99: "p99 of downtime"
    case .abandonedShare: "share of moves given up"
    case .failedShare: "share of attempts failed"
    case .bytesPerMove: "data per move"
    case .drainTime: "drain time"
    case .drainTimeMedian: "median drain time"
    case .drainTimeP95: "p95 of drain time"
    case .drainsGivenUp: "share of drains given up"
    case .drainsFinished: "share of drains finished"
    case .makespan: "makespan"
    }
  }

  package var kind: FigureKind {
    switch self {
    case .downtime, .saved, .brownout, .downtimePerMove, .downtimeMedian, .downtimeP95, .downtimeP99,
      .drainTime, .drainTimeMedian, .drainTimeP95, .makespan:
      .seconds
    case .abandonedShare, .failedShare, .drainsGivenUp, .drainsFinished: .share
    case .bytes, .bytesPerMove: .bytes
    case .completed, .abandoned, .failedAttempts: .count
    }
  }

  /// Whether it is the length of one thing, and no sum over many: people read those in other units.
  package var isSpan: Bool {
    switch self {
    case .downtimePerMove, .downtimeMedian, .downtimeP95, .downtimeP99, .drainTime, .drainTimeMedian,
      .drainTimeP95, .makespan:
      true
    default: false
    }
  }

  /// Whether it is how long drains took that finished.
  var isDrainTime: Bool { self == .drainTime || self == .drainTimeMedian || self == .drainTimeP95 }

  /// Whether it is a quantile of the downtimes within a replication, of which means are taken.
  package var isDowntimeQuantile: Bool { PairedMetric.quantiles.contains(self) }

  public var lessIsBetter: Bool { self != .completed && self != .saved && self != .drainsFinished }

  /// One number per replication; `nil` for a replication in which there is nothing to take it of.
  ///
  /// - Parameter drains: Where the group is the whole fleet.
  /// - Returns: nothing where the result does not know it.
  func values(of series: GroupSeries, drains: DrainSeries?) -> [Double?] {
    func ratio(_ part: [Double], _ whole: [Double]) -> [Double?] {
      zip(part, whole).map { $1 > 0 ? $0 / $1 : nil }
    }
    switch self {
    case .downtime: return series.downtimeSeconds
    case .saved: return series.savedSeconds
    case .bytes: return series.transferredBytes
    case .completed: return series.completed
    case .abandoned: return series.abandoned
    case .failedAttempts: return series.failedAttempts
    case .brownout: return series.brownoutSeconds
    case .downtimePerMove: return series.downtimeMean ?? ratio(series.downtimeSeconds, series.completed)
    case .downtimeMedian: return series.downtimeMedian ?? []
    case .downtimeP95: return series.downtimeP95 ?? []
    case .downtimeP99: return series.downtimeP99 ?? []
    case .abandonedShare: return ratio(series.abandoned, series.moves)
    case .failedShare:
      return ratio(series.failedAttempts, zip(series.failedAttempts, series.completed).map { $0 + $1 })
    case .bytesPerMove: return ratio(series.transferredBytes, series.completed)
    case .drainTime:
      guard let drains else { return [] }
      return zip(drains.meanTimeSeconds, drains.finished).map { $1 > 0 ? $0 : nil }
    case .drainTimeMedian: return drains?.timeMedian ?? []
    case .drainTimeP95: return drains?.timeP95 ?? []
    case .drainsGivenUp: return drains.map { ratio($0.gaveUp, $0.started) } ?? []
    case .drainsFinished:
      guard let drains, let notBegun = drains.notBegun else { return [] }
      return ratio(drains.finished, zip(drains.started, notBegun).map { $0 + $1 })
    // No cell of moves knows when its campaign was over.
    case .makespan: return []
    }
  }
}
