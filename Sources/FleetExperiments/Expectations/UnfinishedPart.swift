internal import FleetSimulation

/// That a mean or a quantile is of what ended, and how much did not: of a replication, on average.
///
/// How long a drain takes is known of drains that finished, and a campaign is over with hosts that it has given up. Where
/// the horizon cuts off those that take long, the rest look quick, and a clause about them holds though the work was not
/// done. It holds all the same, and says so: whether the work was done is another clause, such as
/// `share(drains.finished) >= 100 %`.
public struct UnfinishedPart: Codable, Hashable, Sendable {
  /// `drains`, `moves` or `hosts`.
  public var of: String
  public var ended: Double
  /// Given up, cut off by the horizon, or not begun.
  public var notEnded: Double

  enum CodingKeys: String, CodingKey {
    case of, ended
    case notEnded = "not_ended"
  }

  public var words: String {
    let part = "\(Figure.count(notEnded)) of \(Figure.count(ended + notEnded)) \(of)"
    return switch of {
    case "hosts": "over, but \(part) were not done"
    case "moves": "of those completed; \(part) were not"
    default: "of those that finished; \(part) did not"
    }
  }

  /// Less than that of all goes without saying.
  private static let least = 0.01

  private init?(_ of: String, ended: Double, all: Double) {
    guard all > 0, (all - ended) / all >= UnfinishedPart.least else { return nil }
    self.init(of: of, ended: ended, notEnded: all - ended)
  }

  private init(of: String, ended: Double, notEnded: Double) {
    (self.of, self.ended, self.notEnded) = (of, ended, notEnded)
  }
}

extension UnfinishedPart {
  /// Of a metric that only what ended has; `nil` of others. A strategy's moves are by definition those that it ended.
  init?(_ metric: Metric, _ subject: MetricSubject) {
    switch metric.name {
    case "drains.time", "drain-time":
      self.init("drains", ended: subject.result.drains.finished.mean, all: subject.result.drains.asked.mean)
    case "downtime", "total-time":
      guard !subject.isStrategy else { return nil }
      self.init("moves", ended: subject.group.completed.mean, all: subject.group.moves.mean)
    case "end", "makespan", "latest-end":
      // A campaign that has given its hosts up is over, too, and the sooner the more of them.
      guard let course = subject.course else { return nil }
      self.init("hosts", ended: course.hostsDone.mean, all: course.hosts.mean)
    default: return nil
    }
  }
}

extension MetricCall {
  /// What the figure leaves out; `nil` where it is a total or a share, or of all there was.
  func unfinished(at place: EvaluationPlace) throws(ExpectationError) -> UnfinishedPart? {
    switch function {
    case .mean, .p50, .p95, .p99, .max: break
    case .total, .share, .min: return nil
    }
    guard let metric = Metric.named(metric) else { return nil }
    return try subject(of: metric, in: result(at: place), place).flatMap { UnfinishedPart(metric, $0) }
  }
}
