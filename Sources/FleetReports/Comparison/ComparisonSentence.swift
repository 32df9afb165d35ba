internal import FleetExperiments

/// What a contrast means, in a few sentences for somebody who reads nothing else.
struct ComparisonSentence {
  private let reference: String
  private let contrast: Comparison.Contrast

  init(_ reference: String, _ contrast: Comparison.Contrast) {
    (self.reference, self.contrast) = (reference, contrast)
  }

  var text: String {
    ([downtime + vms + "."] + [drains, pace, shift, classes, caveat].compactMap { $0 }).joined(separator: " ")
  }

  private var downtime: String {
    let name = contrast.name
    guard let finding = contrast[.downtime] else { return "\(name) is held against \(reference)" }
    if finding.verdict == .equal { return "\(name) pays the same downtime as \(reference)" }
    let interval = interval(finding.difference)
    let (amount, word) = (interval.amount, finding.difference.mean < 0 ? "less" : "more")
    switch finding.verdict {
    case .better, .worse, .tolerated, .different, .equal:
      return "\(name) pays \(amount) \(word) downtime than \(reference) (95 %: \(interval.words))"
    case .unclear where finding.probability == nil:
      return "\(name) paid \(amount) \(word) downtime than \(reference) in the one replication there is"
    case .unclear:
      let low = finding.difference.low ?? 0
      let holdsZero = low <= 0 && (finding.difference.high ?? 0) >= 0
      return "\(name) and \(reference) cannot be told apart by downtime: \(amount) \(word) on average, but "
        + (holdsZero
          ? "the 95 % interval holds zero" : "that may be chance with as many figures as are looked at")
    }
  }

  /// The size of the difference and of its interval's ends, the smaller first.
  private func interval(_ difference: Estimate) -> (amount: String, words: String) {
    var size = difference
    if difference.mean < 0 {
      size.mean = -difference.mean
      (size.low, size.high) = (difference.high.map { -$0 }, difference.low.map { -$0 })
    }
    let figure = Figure.text(size, .seconds, isSigned: true)
    let words = figure.interval.map { String($0.dropFirst().dropLast()) } ?? ""
    return (figure.mean, words)
  }

  /// Of single guests where they are known.
  private var vms: String {
    guard let guests = contrast.guests else { return "" }
    let better = Figure.share(guests.better.mean, of: 1) ?? "0 %"
    let worse = Figure.share(guests.worse.mean, of: 1) ?? "0 %"
    guard guests.better.mean + guests.equal.mean + guests.worse.mean > 0 else {
      return "; no VM had any downtime"
    }
    if guests.worse.mean == 0, guests.better.mean == 0 { return "; no VM is better or worse off" }
    if guests.worse.mean == 0 { return "; \(better) of the VMs moved are better off, and none is worse off" }
    if guests.better.mean == 0 { return "; \(worse) of the VMs moved are worse off, and none is better off" }
    return "; \(better) of the VMs moved are better off, \(worse) worse"
  }

  /// Whether hosts are emptied at all comes before how soon.
  private var drains: String? {
    guard let finding = contrast[.drainsFinished], [.better, .worse, .tolerated].contains(finding.verdict)
    else {
      return nil
    }
    return
      "It finishes \(finding.value(finding.after)) of the drains, \(reference) \(finding.value(finding.before))."
  }

  /// Which campaigns take longer or end sooner, where chance does not explain it; the first three.
  private var pace: String? {
    let parts = contrast.findings.filter {
      $0.metric == .makespan && ($0.verdict == .better || $0.verdict == .worse)
    }.prefix(3).map { finding in
      "\(finding.group.name) takes \(finding.value(finding.after)) instead of \(finding.value(finding.before))"
    }
    return parts.isEmpty ? nil : "From begin to end " + parts.joined(separator: ", ") + "."
  }

  /// Which part of the distribution of a move's downtime moves, where chance does not explain it.
  private var shift: String? {
    let parts = PairedMetric.quantiles.compactMap { metric -> String? in
      guard let finding = contrast[metric], finding.verdict == .better || finding.verdict == .worse else {
        return nil
      }
      let name = metric == .downtimeMedian ? "the median" : metric == .downtimeP95 ? "the p95" : "the p99"
      let word = finding.difference.mean < 0 ? "shorter" : "longer"
      return "\(name) \(Figure.span(abs(finding.difference.mean))) \(word)"
    }
    guard let last = parts.last else { return nil }
    return "Of a move's downtime "
      + (parts.count == 1 ? last : parts.dropLast().joined(separator: ", ") + " and " + last)
      + (parts.count == 1 ? " is all that shifts." : ".")
  }

  /// How many classes pay more for a move, and which of them the most.
  private var classes: String? {
    let all = contrast.findings.filter { $0.group.kind == .vmClass && $0.metric == .downtimePerMove }
    guard all.count > 1 else { return nil }
    let better = all.count { $0.verdict == .better }
    let worse = all.filter { $0.verdict == .worse }
    guard better > 0 || !worse.isEmpty else { return nil }
    var text = "By class of VM, \(better) of \(all.count) pay less for a move and \(worse.count) more"
    let most = worse.max { ($0.relative ?? .infinity) < ($1.relative ?? .infinity) }
    if let most {
      text +=
        ": \(most.group.name) \(worse.count == 1 ? "" : "the most, ")"
        + (most.relativeWords ?? "from nothing")
    }
    return text + "."
  }

  /// Who moves fewer VMs pays less downtime, and that is no merit.
  private var caveat: String? {
    guard let moves = contrast[.completed],
      abs(moves.difference.mean) > 0.005 * max(moves.before, moves.after)
    else { return nil }
    let word = moves.difference.mean < 0 ? "fewer" : "more"
    let completed =
      "\(contrast.name) completed \(Figure.count(abs(moves.difference.mean))) moves \(word) "
      + "(\(Figure.count(moves.after)) against \(Figure.count(moves.before)))"
    guard let undone = contrast.undone,
      abs(undone.after - undone.before) < 0.5 * abs(moves.difference.mean)
    else {
      return "But \(completed): what was not moved has cost nothing yet."
    }
    let left = [undone.after, undone.before].map(Figure.count)
    return completed + again(undone)
      + (left[0] != left[1]
        ? "\(left[0]) against \(left[1]) are left undone."
        : undone.after == 0
          ? "nothing is left undone on either side." : "as many are left undone on either side.")
  }

  /// Moves that are asked for again are no merit and no fault by themselves.
  private func again(_ undone: Comparison.UndoneMoves) -> String {
    guard let before = undone.repeatedBefore, let after = undone.repeatedAfter, before != after else {
      return "; "
    }
    return ": \(Figure.count(after)) against \(Figure.count(before)) are of VMs that had been moved before; "
  }
}
