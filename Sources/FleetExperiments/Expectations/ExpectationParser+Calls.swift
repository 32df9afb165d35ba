/// Metrics, and what is asked of them.
extension ExpectationParser {
  /// `ci(total(downtime))`.
  mutating func halfWidth() throws(ExpectationError) -> ExpectationExpression {
    let position = current.position
    advance()
    guard accept(.symbol("(")) else {
      throw error("'ci' is not followed by what it is of", "write ci(total(downtime))")
    }
    let start = current.position
    let inner = try expression()
    try close()
    if inner.calls.isEmpty {
      throw error("a figure is as sure as can be", "write a metric in ci(...)", at: start)
    }
    if inner.asksForPrecision {
      throw error("an interval has no interval", "write a metric in ci(...)", at: start)
    }
    return .halfWidth(inner, isRelative: false, position: position)
  }

  /// `downtime.p95`, and a count that is one side of a `/`.
  mutating func shortCall(_ name: String) throws(ExpectationError) -> MetricCall? {
    let position = current.position
    func call(_ function: MetricFunction, _ metric: Metric) throws(ExpectationError) -> MetricCall {
      try check(function, of: metric, at: position)
      advance()
      return MetricCall(
        function: function, metric: metric.name, kind: metric.kind, position: position,
        metricPosition: position, groupPosition: position, variantPosition: position)
    }
    if let metric = Metric.named(name), metric.kind == .count {
      let isBeside = [index - 1, index + 1].contains {
        tokens.indices.contains($0) && tokens[$0].kind == .symbol("/")
      }
      return isBeside ? try call(.total, metric) : nil
    }
    guard let dot = name.lastIndex(of: "."),
      let function = MetricFunction(rawValue: String(name[name.index(after: dot)...])),
      let metric = Metric.named(String(name[..<dot])), !metric.isOfOneCampaign
    else { return nil }
    return try call(function, metric)
  }

  mutating func call(_ name: String) throws(ExpectationError) -> MetricCall {
    let position = current.position
    if let metric = Metric.named(name), metric.isOfOneCampaign { return try campaignCall(metric) }
    if let short = try shortCall(name) { return short }
    let functions = MetricFunction.allCases.map(\.rawValue) + ["ci"]
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
  mutating func variant() throws(ExpectationError) -> (name: String?, position: Int) {
    guard accept(.word("in")) else { return (nil, current.position) }
    let position = current.position
    guard case .word(let name) = current.kind else {
      throw error("in is not followed by a variant", "write the name of one, or base")
    }
    advance()
    return (name, position)
  }

  /// `end(host-upgrade)`: of one campaign, the mean of its replications.
  mutating func campaignCall(_ metric: Metric) throws(ExpectationError) -> MetricCall {
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

  mutating func close() throws(ExpectationError) {
    guard accept(.symbol(")")) else {
      throw error(
        "\(current.words) stands where ) should",
        "close it with ), and put names with spaces in double quotes")
    }
  }

  mutating func metric() throws(ExpectationError) -> Metric {
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

  mutating func group() throws(ExpectationError) -> String {
    switch current.kind {
    case .word(let name), .quoted(let name):
      advance()
      return name
    default: throw error("of is not followed by a name", "write a strategy, a campaign or a class")
    }
  }

  func check(_ function: MetricFunction, of metric: Metric, at position: Int) throws(ExpectationError) {
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

  func listed(_ names: [String]) -> String { names.joined(separator: ", ") }
}
