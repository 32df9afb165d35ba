internal import Quantities

/// Recursive descent over the tokens of one clause.
struct ExpectationParser {
  private let text: [Character]
  private let tokens: [ExpectationToken]
  private var index = 0

  /// - Parameter tokens: those of `text`, the end last.
  init(_ text: String, _ tokens: [ExpectationToken]) {
    self.text = Array(text)
    self.tokens = tokens
  }

  private var current: ExpectationToken { tokens[index] }

  private mutating func advance() { index = min(index + 1, tokens.count - 1) }

  private mutating func accept(_ kind: ExpectationToken.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  private func error(_ message: String, _ remedy: String, at position: Int? = nil) -> ExpectationError {
    ExpectationError(position: position ?? current.position, message: message, remedy: remedy)
  }

  // MARK: - Clause

  /// A comparison, and nothing behind it.
  mutating func claim() throws(ExpectationError) -> ExpectationClaim {
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
    return try checked(claim, operationPosition)
  }

  private mutating func relation() throws(ExpectationError) -> ExpectationClaim.Relation {
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
  private mutating func tolerance(of right: ExpectationExpression) throws(ExpectationError) -> Double {
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
    if case .figure = left, case .figure = right {
      throw error("neither side is a metric", "write one such as p99(downtime)", at: left.position)
    }
    return try checked(ExpectationClaim(left: left, relation: .equals(within: 0), right: right), position)
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

  private mutating func expression() throws(ExpectationError) -> ExpectationExpression {
    var left = try product()
    while let operation = accept([.plus, .minus]) {
      left = try joined(left, operation.operator, try product(), at: operation.position)
    }
    return left
  }

  private mutating func product() throws(ExpectationError) -> ExpectationExpression {
    var left = try factor()
    while let operation = accept([.times, .over]) {
      left = try joined(left, operation.operator, try factor(), at: operation.position)
    }
    return left
  }

  private mutating func accept(
    _ operators: [ArithmeticOperator]
  ) -> (operator: ArithmeticOperator, position: Int)? {
    guard case .symbol(let symbol) = current.kind,
      let found = operators.first(where: { $0.rawValue == symbol })
    else { return nil }
    defer { advance() }
    return (found, current.position)
  }

  private func joined(
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

  private mutating func factor() throws(ExpectationError) -> ExpectationExpression {
    switch current.kind {
    case .symbol("("):
      advance()
      let inner = try expression()
      guard accept(.symbol(")")) else {
        throw error("\(current.words) stands where ) should", "close what was opened with (")
      }
      return inner
    case .number: return try figure()
    case .word(let name): return .call(try call(name))
    default:
      throw error(
        "\(current.words) stands where a metric or a figure should",
        "write one such as p95(service-gap of reboot) or 30 min")
    }
  }

  private mutating func call(_ name: String) throws(ExpectationError) -> MetricCall {
    let position = current.position
    if let metric = Metric.named(name), metric.isOfOneCampaign { return try campaignCall(metric) }
    let functions = MetricFunction.allCases.map(\.rawValue)
    guard let function = MetricFunction(rawValue: name) else {
      guard Metric.named(name) == nil else {
        throw error("'\(name)' does not say what of it is meant", "write total(\(name)), or p95(\(name))")
      }
      throw error("there is no function called '\(name)'", Spelling.remedy(for: name, among: functions))
    }
    advance()
    guard accept(.symbol("(")) else {
      throw error("'\(name)' is not followed by what it is of", "write \(name)(...)")
    }
    let metricPosition = current.position
    let metric = try metric()
    var (group, groupPosition) = (String?.none, current.position)
    if accept(.word("of")) {
      groupPosition = current.position
      group = try self.group()
      guard metric.isOfGroups else {
        throw error("\(metric.name) is of the whole fleet", "leave out of \(group ?? "")", at: groupPosition)
      }
    }
    if metric.isOfOneCampaign, group == nil {
      throw error("\(metric.name) is of one campaign", "write \(metric.name)(NAME)", at: metricPosition)
    }
    let (variant, variantPosition) = try variant()
    try close()
    try check(function, of: metric, at: position)
    return MetricCall(
      function: function, metric: metric.name, kind: metric.kind, group: group, variant: variant,
      position: position, metricPosition: metricPosition, groupPosition: groupPosition,
      variantPosition: variantPosition)
  }

  /// `in strict`.
  private mutating func variant() throws(ExpectationError) -> (name: String?, position: Int) {
    guard accept(.word("in")) else { return (nil, current.position) }
    let position = current.position
    guard case .word(let name) = current.kind else {
      throw error("in is not followed by a variant", "write the name of one, or base")
    }
    advance()
    return (name, position)
  }

  /// `end(host-upgrade)`: of one campaign, the mean of its replications.
  private mutating func campaignCall(_ metric: Metric) throws(ExpectationError) -> MetricCall {
    let position = current.position
    advance()
    guard accept(.symbol("(")) else {
      throw error("'\(metric.name)' is not followed by a campaign", "write \(metric.name)(NAME)")
    }
    let groupPosition = current.position
    let group = try group()
    let (variant, variantPosition) = try variant()
    try close()
    return MetricCall(
      function: .mean, metric: metric.name, kind: metric.kind, group: group, variant: variant,
      position: position, metricPosition: position, groupPosition: groupPosition,
      variantPosition: variantPosition)
  }

  private mutating func close() throws(ExpectationError) {
    guard accept(.symbol(")")) else {
      throw error(
        "\(current.words) stands where ) should",
        "close it with ), and put names with spaces in double quotes")
    }
  }

  private mutating func metric() throws(ExpectationError) -> Metric {
    guard case .word(let name) = current.kind else {
      throw error("\(current.words) stands where a metric should", "one of \(listed(Metric.names))")
    }
    guard let metric = Metric.named(name) else {
      if name == "failures" {
        throw error("failures need a reason", "write failures.timed_out, or failed for all of them")
      }
      throw error("there is no metric called '\(name)'", Spelling.remedy(for: name, among: Metric.names))
    }
    advance()
    return metric
  }

  private mutating func group() throws(ExpectationError) -> String {
    switch current.kind {
    case .word(let name), .quoted(let name):
      advance()
      return name
    default: throw error("of is not followed by a name", "write a strategy, a campaign or a class")
    }
  }

  private func check(_ function: MetricFunction, of metric: Metric, at position: Int) throws(ExpectationError)
  {
    guard function != metric.extremeFunction else { return }
    switch function {
    case .total: return
    case .mean where metric.isOfOneCampaign: return
    case .min:
      throw error("the least \(metric.name) is not known", "write total(\(metric.name))", at: position)
    case .share where metric.whole == nil:
      throw error("\(metric.name) is not a part of anything", "write total(\(metric.name))", at: position)
    case .mean where metric.spread == nil, .p50 where metric.spread == nil, .p95 where metric.spread == nil,
      .p99 where metric.spread == nil, .max where metric.spread == nil:
      throw error(
        "\(metric.name) is not known of single moves", "write total(\(metric.name))", at: position)
    case .share, .mean, .p50, .p95, .p99, .max: return
    }
  }

  /// A number and, right behind it, its unit: `11.6 PB`, `12 min 5 s`, `70 %`, `57000`.
  private mutating func figure() throws(ExpectationError) -> ExpectationExpression {
    let start = current.position
    var (end, unit) = (start, "")
    while case .number(let digits) = current.kind {
      end = current.end
      advance()
      if accept(.symbol("%")) {
        guard unit.isEmpty, let value = Double(digits) else {
          throw error("a percentage is a single number", "write it as 70 %", at: start)
        }
        return .figure(value: value / 100, kind: .share, position: start)
      }
      guard case .word(let name) = current.kind, name != "within", name != "is" else { break }
      (unit, end) = (name, current.end)
      advance()
    }
    let written = String(text[start..<end])
    guard !unit.isEmpty else {
      guard let value = Double(written) else {
        throw error("'\(written)' is no number", "write it like 0.5", at: start)
      }
      return .figure(value: value, kind: .count, position: start)
    }
    return try quantity(written, unit, at: start)
  }

  private func quantity(_ written: String, _ unit: String, at position: Int) throws(ExpectationError)
    -> ExpectationExpression
  {
    let isData = unit.last == "B" || unit.lowercased().contains("byte") || unit.lowercased().hasSuffix("bit")
    do {
      if isData { return .figure(value: try Bytes(parsing: written).value, kind: .bytes, position: position) }
      return .figure(value: try Duration(parsing: written).seconds, kind: .seconds, position: position)
    } catch {
      throw ExpectationError(position: position, message: error.message, remedy: error.hint)
    }
  }

  private func listed(_ names: [String]) -> String { names.joined(separator: ", ") }

  // MARK: - Kinds

  /// Refuses to compare unlike things; a plain number beside a share is that share.
  private func checked(_ claim: ExpectationClaim, _ position: Int) throws(ExpectationError)
    -> ExpectationClaim
  {
    var claim = claim
    claim.left = try share(claim.left, beside: claim.right)
    claim.right = try share(claim.right, beside: claim.left)
    let (left, right) = (claim.left.kind, claim.right.kind)
    guard left != right else { return claim }
    var (remedy, place) = ("compare like with like", position)
    if case .figure(_, _, let at) = claim.right { (remedy, place) = (example(of: left), at) }
    if case .figure(_, _, let at) = claim.left { (remedy, place) = (example(of: right), at) }
    throw error("\(left.words) is compared with \(right.words)", remedy, at: place)
  }

  private func share(
    _ side: ExpectationExpression, beside other: ExpectationExpression
  ) throws(ExpectationError) -> ExpectationExpression {
    guard other.kind == .share, case .figure(let value, .count, let position) = side else { return side }
    guard value <= 1 else {
      throw error("a share is at most 1", "write \(Figure.short(value)) % if percent are meant", at: position)
    }
    return .figure(value: value, kind: .share, position: position)
  }

  private func example(of kind: FigureKind) -> String {
    switch kind {
    case .count: "write a plain number, such as 57000"
    case .bytes: "write an amount of data, such as 11.6 PB"
    case .seconds: "write a time, such as 30 min"
    case .share: "write a percentage, such as 70 %"
    }
  }
}
