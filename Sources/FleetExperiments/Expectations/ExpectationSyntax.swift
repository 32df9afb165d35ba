/// What a clause says: two expressions and how they should relate.
struct ExpectationClaim: Hashable, Sendable {
  var left: ExpectationExpression
  var relation: Relation
  var right: ExpectationExpression

  enum Relation: Hashable, Sendable {
    case less, atMost, greater, atLeast
    /// `within` is the tolerance as a part of the right side; zero for the very same.
    case equals(within: Double)

    func holds(_ left: Double, _ right: Double) -> Bool {
      switch self {
      case .less: left < right
      case .atMost: left <= right
      case .greater: left > right
      case .atLeast: left >= right
      case .equals(let tolerance): abs(left - right) <= tolerance * abs(right)
      }
    }
  }
}

/// Something that comes to a number.
enum ExpectationExpression: Hashable, Sendable {
  case figure(value: Double, kind: FigureKind, position: Int)
  case call(MetricCall)

  var kind: FigureKind {
    switch self {
    case .figure(_, let kind, _): kind
    case .call(let call): call.function == .share ? .share : call.kind
    }
  }

  var position: Int {
    switch self {
    case .figure(_, _, let position): position
    case .call(let call): call.position
    }
  }
}

/// `p95(service-gap of reboot)`.
struct MetricCall: Hashable, Sendable {
  var function: MetricFunction
  var metric: String
  var kind: FigureKind
  /// The strategy, campaign or class; `nil` for all moves.
  var group: String?
  var position: Int
  var metricPosition: Int
  var groupPosition: Int
}

enum MetricFunction: String, Hashable, Sendable, CaseIterable {
  /// Of a replication, on average.
  case total
  /// Of single moves or attempts.
  case mean, p50, p95, p99, max
  /// Of all replications.
  case min
  /// Of the whole that it is a part of.
  case share
}
