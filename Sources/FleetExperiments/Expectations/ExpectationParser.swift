/// Recursive descent over the tokens of one clause.
struct ExpectationParser {
  let text: [Character]
  let tokens: [ExpectationToken]
  private(set) var index = 0

  /// - Parameter tokens: those of `text`, the end last.
  init(_ text: String, _ tokens: [ExpectationToken]) {
    self.text = Array(text)
    self.tokens = tokens
  }

  var current: ExpectationToken { tokens[index] }

  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  mutating func accept(_ kind: ExpectationToken.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  func error(_ message: String, _ remedy: String, at position: Int? = nil) -> ExpectationError {
    ExpectationError(position: position ?? current.position, message: message, remedy: remedy)
  }

  // MARK: - Clause

  /// `by class:`, if the clause begins so.
  mutating func axis() throws(ExpectationError) -> AnswerAxis? {
    guard accept(.word("by")) else { return nil }
    let axes: [AnswerAxis] = [.classes, .strategies, .campaigns]
    guard case .word(let name) = current.kind, let axis = axes.first(where: { $0.singular == name }) else {
      throw error(
        "by is not followed by what it is asked of",
        "write by \(axes.map(\.singular).joined(separator: ":, by ")):")
    }
    advance()
    guard accept(.symbol(":")) else {
      throw error("\(current.words) stands where : should", "write by \(name): and then the clause")
    }
    return axis
  }

  /// A comparison, and nothing behind it.
  ///
  /// - Parameter axis: what it is asked of one by one.
  mutating func claim(by axis: AnswerAxis? = nil) throws(ExpectationError) -> ExpectationClaim {
    let start = current.position
    let left = try expression()
    let (operation, operationPosition) = (current, current.position)
    var relation = try relation()
    let right = try expression()
    if case .equals = relation {
      relation = .equals(within: try tolerance(of: right))
    } else if current.kind == .word("within") {
      throw error("within goes with is", "write is instead of \(operation.words), or leave it out")
    }
    guard current.kind == .end else {
      throw error(
        "\(current.words) comes after the end of the clause", "write each clause on a line of its own")
    }
    if left.calls.isEmpty, right.calls.isEmpty {
      throw error("neither side is a metric", "write one such as total(moves)", at: left.position)
    }
    let claim = ExpectationClaim(left: left, relation: relation, right: right)
    if let axis,
      !claim.calls.contains(where: { $0.group == nil && Metric.named($0.metric)?.isOfGroups == true })
    {
      throw error(
        "nothing in it is asked of each \(axis.singular)",
        "leave out by \(axis.singular):, or what it is of", at: start)
    }
    return try checked(claim, operationPosition)
  }

  mutating func relation() throws(ExpectationError) -> ExpectationClaim.Relation {
    let relation: ExpectationClaim.Relation
    switch current.kind {
    case .symbol("<"): relation = .less
    case .symbol("<="): relation = .atMost
    case .symbol(">"): relation = .greater
    case .symbol(">="): relation = .atLeast
    case .word("is"): relation = .equals(within: 0)
    case .end:
      throw error("nothing to compare with", "go on with is, <=, >=, < or >, and a figure or a metric")
    case .symbol("="): throw error("'=' has no meaning here", "write is, <=, >=, < or >")
    default: throw error("\(current.words) is no comparison", "write is, <=, >=, < or >")
    }
    advance()
    return relation
  }

  /// `within 1 %`.
  mutating func tolerance(of right: ExpectationExpression) throws(ExpectationError) -> Double {
    guard accept(.word("within")) else {
      guard right.kind != .count, current.kind == .end else { return 0 }
      throw error("no measured figure is ever exactly that", "say how near it has to be: within 1 %")
    }
    guard case .number(let digits) = current.kind, let value = Double(digits) else {
      throw error("within needs a percentage", "write within 1 %")
    }
    advance()
    guard accept(.symbol("%")) else {
      throw error("the tolerance has no %", "it is relative: write within \(digits) %")
    }
    return value / 100
  }

  /// A metric alone, such as `p95(service-gap of reboot)`.
  mutating func metricAlone() throws(ExpectationError) -> MetricCall {
    guard case .call(let call) = try expression() else {
      throw error("that is no metric", "write one such as p95(service-gap of reboot)", at: 0)
    }
    guard current.kind == .end else {
      throw error("\(current.words) comes after the end of the metric", "write one metric at a time")
    }
    return call
  }

  /// `p99(downtime) = 30 s`: two sides, whichever sign is between them.
  mutating func equation() throws(ExpectationError) -> ExpectationClaim {
    let left = try expression()
    let position = current.position
    if !accept(.symbol("=")) { _ = try relation() }
    let right = try expression()
    guard current.kind == .end else {
      throw error("\(current.words) comes after the end of the equation", "write one equation")
    }
    if left.asksForPrecision || right.asksForPrecision {
      throw error(
        "a half width is nothing to solve for", "write a metric such as p99(downtime)", at: left.position)
    }
    if case .figure = left, case .figure = right {
      throw error("neither side is a metric", "write one such as p99(downtime)", at: left.position)
    }
    return try checked(ExpectationClaim(left: left, relation: .equals(within: 0), right: right), position)
  }

  /// `total(transferred) = 11.6 PB within 1 %`: two sides that are to be equal, and how nearly.
  ///
  /// - Returns: the claim with its tolerance, which is `usual` where none is said.
  mutating func target(usual: Double) throws(ExpectationError) -> ExpectationClaim {
    let left = try expression()
    let position = current.position
    if !accept(.symbol("=")), !accept(.word("is")) {
      throw error("\(current.words) stands where = should", "a target is something to be met: write =, or is")
    }
    let right = try expression()
    let tolerancePosition = current.position
    let within = current.kind == .word("within") ? try tolerance(of: right) : usual
    guard within > 0 else {
      throw error(
        "no simulated figure is ever exactly that", "say how near it has to be: within 1 %",
        at: tolerancePosition)
    }
    guard current.kind == .end else {
      throw error("\(current.words) comes after the end of the target", "write each in a --target of its own")
    }
    if left.calls.isEmpty, right.calls.isEmpty {
      throw error("neither side is a metric", "write one such as total(moves)", at: left.position)
    }
    let claim = ExpectationClaim(left: left, relation: .equals(within: within), right: right)
    return try checked(claim, position)
  }

  // MARK: - Expressions

  /// An expression, and nothing behind it.
  mutating func wholeExpression() throws(ExpectationError) -> ExpectationExpression {
    let expression = try expression()
    guard current.kind == .end else {
      throw error(
        "\(current.words) comes after the end of the expression", "join two of them with +, -, * or /")
    }
    return expression
  }

  /// The words at the beginning, if they are these; they are then behind it.
  mutating func accept(words: [String]) -> Bool {
    for (offset, word) in words.enumerated()
    where tokens[min(index + offset, tokens.count - 1)].kind != .word(word) { return false }
    for _ in words { advance() }
    return true
  }

  mutating func expression() throws(ExpectationError) -> ExpectationExpression {
    var left = try product()
    while let operation = accept([.plus, .minus]) {
      left = try joined(left, operation.operator, try product(), at: operation.position)
    }
    return left
  }

  mutating func product() throws(ExpectationError) -> ExpectationExpression {
    var left = try factor()
    while let operation = accept([.times, .over]) {
      left = try joined(left, operation.operator, try factor(), at: operation.position)
    }
    return left
  }

  mutating func accept(
    _ operators: [ArithmeticOperator]
  ) -> (operator: ArithmeticOperator, position: Int)? {
    guard case .symbol(let symbol) = current.kind,
      let found = operators.first(where: { $0.rawValue == symbol })
    else { return nil }
    defer { advance() }
    return (found, current.position)
  }

  func joined(
    _ left: ExpectationExpression, _ operation: ArithmeticOperator, _ right: ExpectationExpression,
    at position: Int
  ) throws(ExpectationError) -> ExpectationExpression {
    var (left, right) = (left, right)
    if operation == .plus || operation == .minus {
      left = try share(left, beside: right)
      right = try share(right, beside: left)
    }
    guard let kind = operation.kind(left.kind, right.kind) else {
      throw error(
        "\(left.kind.words) \(operation.rawValue) \(right.kind.words) has no meaning",
        "reckon like with like; only plain numbers and shares go with everything in * and /", at: position)
    }
    return .operation(operation, left, right, kind: kind)
  }

  mutating func factor() throws(ExpectationError) -> ExpectationExpression {
    switch current.kind {
    case .symbol("("):
      advance()
      let inner = try expression()
      guard accept(.symbol(")")) else {
        throw error("\(current.words) stands where ) should", "close what was opened with (")
      }
      return inner
    case .number: return try figure()
    case .word("ci"): return try halfWidth()
    case .word(let name): return .call(try call(name))
    default:
      throw error(
        "\(current.words) stands where a metric or a figure should",
        "write one such as p95(service-gap of reboot) or 30 min")
    }
  }
}
