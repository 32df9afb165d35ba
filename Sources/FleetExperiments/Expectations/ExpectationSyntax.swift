/// What a clause says: two expressions and how they should relate.
struct ExpectationClaim: Hashable, Sendable {
  var left: ExpectationExpression
  var relation: Relation
  var right: ExpectationExpression

  var calls: [MetricCall] { left.calls + right.calls }
  var asksForPrecision: Bool { left.asksForPrecision || right.asksForPrecision }

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

/// A unit of time or data in which somebody asked, and in which the answer is given.
struct AskedUnit: Hashable, Sendable {
  var name: String
  /// One of it, in seconds or bytes.
  var size: Double

  func text(_ value: Double, digits: Int) -> String {
    Figure.short(value / size, digits: digits) + " " + name
  }
}

/// Something that comes to a number.
indirect enum ExpectationExpression: Hashable, Sendable {
  /// - Parameter unit: in which it was asked, where it was asked in one alone.
  case figure(value: Double, kind: FigureKind, position: Int, unit: AskedUnit? = nil)
  case call(MetricCall)
  /// Of the 95 % interval of the mean over replications; as a part of that mean where it is relative.
  case halfWidth(ExpectationExpression, isRelative: Bool, position: Int)
  case operation(ArithmeticOperator, ExpectationExpression, ExpectationExpression, kind: FigureKind)

  var kind: FigureKind {
    switch self {
    case .figure(_, let kind, _, _): kind
    case .call(let call): call.function == .share ? .share : call.kind
    case .halfWidth(let inner, let isRelative, _): isRelative ? .share : inner.kind
    case .operation(_, _, _, let kind): kind
    }
  }

  var position: Int {
    switch self {
    case .figure(_, _, let position, _): position
    case .call(let call): call.position
    case .halfWidth(_, _, let position): position
    case .operation(_, let left, _, _): left.position
    }
  }

  /// The unit of its first figure that has one.
  var unit: AskedUnit? {
    switch self {
    case .figure(_, _, _, let unit): unit
    case .call, .halfWidth: nil
    case .operation(_, let left, let right, _): left.unit ?? right.unit
    }
  }

  /// Whether it asks how sure the figures are.
  var asksForPrecision: Bool {
    switch self {
    case .figure, .call: false
    case .halfWidth: true
    case .operation(_, let left, let right, _): left.asksForPrecision || right.asksForPrecision
    }
  }

  /// The metrics that it is made of, in their order.
  var calls: [MetricCall] {
    switch self {
    case .figure: []
    case .call(let call): [call]
    case .halfWidth(let inner, _, _): inner.calls
    case .operation(_, let left, let right, _): left.calls + right.calls
    }
  }
}

enum ArithmeticOperator: String, Hashable, Sendable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case over = "/"

  /// What comes of two numbers; `nil` where nothing divides by zero.
  func apply(_ left: Double, _ right: Double) -> Double? {
    switch self {
    case .plus: left + right
    case .minus: left - right
    case .times: left * right
    case .over: right == 0 ? nil : left / right
    }
  }

  /// What the result counts; `nil` where such things are not reckoned together.
  func kind(_ left: FigureKind, _ right: FigureKind) -> FigureKind? {
    switch self {
    case .plus, .minus: return left == right ? left : nil
    case .times:
      // A plain number leaves the other what it is, and so does a share.
      if left == .count { return right }
      if right == .count { return left }
      if left == .share { return right }
      return right == .share ? left : nil
    case .over:
      if left == right { return .count }
      return right == .count || right == .share ? left : nil
    }
  }
}

/// `p95(service-gap of reboot in impatient)`.
struct MetricCall: Hashable, Sendable {
  var function: MetricFunction
  var metric: String
  var kind: FigureKind
  /// The strategy, campaign or class; `nil` for all moves.
  var group: String?
  /// The variant; `nil` for the one that is being judged.
  var variant: String?
  var position: Int
  var metricPosition: Int
  var groupPosition: Int
  var variantPosition: Int
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
