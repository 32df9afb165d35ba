internal import DiscreteEvent
public import FleetSimulation

/// Two variants of one scenario held against each other, pair by pair: the same replication, the same guest.
public struct Comparison: Codable, Sendable {
  public var schema = "fleetshift.comparison/1"
  public var scenario: String
  public var first: String
  public var second: String
  public var replications: Int
  public var metrics: [MetricDifference]
  /// Guests whose downtime in the second variant is less, the same, or more than in the first.
  public var guests: GuestShares

  enum CodingKeys: String, CodingKey {
    case schema, scenario, first, second, replications, metrics
    case guests = "vms"
  }
}

/// One metric's totals and their paired difference.
public struct MetricDifference: Codable, Hashable, Sendable {
  public var name: String
  public var unit: Unit
  public var first: Estimate
  public var second: Estimate
  /// Second minus first, replication by replication.
  public var difference: Estimate
  /// Whether less of it is better; `nil` where neither is.
  public var lessIsBetter: Bool?

  enum CodingKeys: String, CodingKey {
    case name, unit, first, second, difference
    case lessIsBetter = "less_is_better"
  }

  public enum Unit: String, Codable, Sendable {
    case count, bytes, seconds
  }

  /// Whether the interval of the difference leaves zero out; `nil` with one replication.
  public var isSignificant: Bool? {
    guard let low = difference.low, let high = difference.high else { return nil }
    return low > 0 || high < 0
  }
}

/// Shares, 0 to 1, of the guests that were moved in both variants, by what a move cost them on average. A guest that
/// one variant did not move has paid nothing there yet, which is no merit of the variant.
public struct GuestShares: Codable, Hashable, Sendable {
  public var better: Estimate
  public var equal: Estimate
  public var worse: Estimate
}

extension Comparison {
  /// A difference of downtime below this many seconds counts as none: nobody could tell.
  private static let indistinguishable: Float = 0.001

  /// - Precondition: both have the same number of ledgers, at least one, of the same fleet.
  public init(_ scenario: String, _ first: (name: String, [Ledger]), _ second: (name: String, [Ledger])) {
    precondition(first.1.count == second.1.count, "each replication needs its partner")
    self.scenario = scenario
    self.first = first.name
    self.second = second.name
    replications = first.1.count
    let totals = (first.1.map(\.total), second.1.map(\.total))
    func metric(
      _ name: String, _ unit: MetricDifference.Unit, lessIsBetter: Bool?, _ value: (Cell) -> Double
    ) -> MetricDifference {
      let (a, b) = (totals.0.map(value), totals.1.map(value))
      return MetricDifference(
        name: name, unit: unit, first: Estimate(a), second: Estimate(b),
        difference: Estimate(zip(a, b).map { $1 - $0 }), lessIsBetter: lessIsBetter)
    }
    metrics = [
      metric("downtime", .seconds, lessIsBetter: true, \.downtimeSeconds),
      metric("downtime saved", .seconds, lessIsBetter: false, \.savedSeconds),
      metric("data moved", .bytes, lessIsBetter: true, \.transferredBytes),
      metric("moves completed", .count, lessIsBetter: false) { Double($0.completed) },
      metric("moves given up", .count, lessIsBetter: true) { Double($0.abandoned) },
      metric("failed attempts", .count, lessIsBetter: true) { Double($0.failedAttempts) },
      metric("brownout", .seconds, lessIsBetter: true, \.brownoutSeconds),
    ]
    guests = GuestShares(zip(first.1, second.1).map { Comparison.shares($0, $1) })
  }

  private static func shares(_ first: Ledger, _ second: Ledger) -> (
    better: Double, equal: Double, worse: Double
  ) {
    var (better, equal, worse) = (0.0, 0.0, 0.0)
    for guest in first.guestDowntime.indices {
      let (moves, otherMoves) = (first.guestMoves[guest], second.guestMoves[guest])
      guard moves > 0, otherMoves > 0 else { continue }
      let a = first.guestDowntime[guest] / Float(moves)
      let b = second.guestDowntime[guest] / Float(otherMoves)
      if abs(a - b) < indistinguishable { equal += 1 } else if b < a { better += 1 } else { worse += 1 }
    }
    let all = max(1, better + equal + worse)
    return (better / all, equal / all, worse / all)
  }
}

extension GuestShares {
  init(_ shares: [(better: Double, equal: Double, worse: Double)]) {
    better = Estimate(shares.map(\.better))
    equal = Estimate(shares.map(\.equal))
    worse = Estimate(shares.map(\.worse))
  }
}
