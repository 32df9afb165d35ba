/// What a check looks at in each group of moves: a number per replication, of which less or more is better.
public enum CheckMetric: String, Codable, Hashable, Sendable, CaseIterable {
  /// What a move costs a client, on average, seconds.
  case downtimePerMove = "downtime_per_move_seconds"
  /// The share of the moves asked for whose chain came to its end with the guest where it was.
  case abandonedShare = "abandoned_share"
  /// The share of attempts and refusals among them that came to nothing.
  case failedShare = "failed_share"
  /// Data sent per completed move, bytes.
  case bytesPerMove = "bytes_per_move"
  /// Moves completed within the horizon.
  case completed
  /// From the wish to empty a host until it is empty, of the drains that finished, seconds; of the whole fleet only.
  case drainTime = "drain_time_seconds"
  /// The share of the drains begun that were given up; of the whole fleet only.
  case drainsGivenUp = "drains_given_up_share"

  public var words: String {
    switch self {
    case .downtimePerMove: "downtime per move"
    case .abandonedShare: "moves given up"
    case .failedShare: "failed attempts"
    case .bytesPerMove: "data per move"
    case .completed: "moves completed"
    case .drainTime: "drain time"
    case .drainsGivenUp: "drains given up"
    }
  }

  package var kind: FigureKind {
    switch self {
    case .downtimePerMove, .drainTime: .seconds
    case .abandonedShare, .failedShare, .drainsGivenUp: .share
    case .bytesPerMove: .bytes
    case .completed: .count
    }
  }

  public var lessIsBetter: Bool { self != .completed }

  /// One number per replication; `nil` for a replication in which there is nothing to take it of.
  ///
  /// - Parameter drains: Where the group is the whole fleet.
  func values(of series: GroupSeries, drains: DrainSeries?) -> [Double?] {
    func ratio(_ part: [Double], _ whole: [Double]) -> [Double?] {
      zip(part, whole).map { $1 > 0 ? $0 / $1 : nil }
    }
    switch self {
    case .downtimePerMove: return ratio(series.downtimeSeconds, series.completed)
    case .abandonedShare: return ratio(series.abandoned, series.moves)
    case .failedShare:
      return ratio(series.failedAttempts, zip(series.failedAttempts, series.completed).map { $0 + $1 })
    case .bytesPerMove: return ratio(series.transferredBytes, series.completed)
    case .completed: return series.completed.map { $0 }
    case .drainTime:
      guard let drains else { return [] }
      return zip(drains.meanTimeSeconds, drains.finished).map { $1 > 0 ? $0 : nil }
    case .drainsGivenUp: return drains.map { ratio($0.gaveUp, $0.started) } ?? []
    }
  }
}
