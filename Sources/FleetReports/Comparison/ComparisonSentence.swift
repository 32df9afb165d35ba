internal import FleetExperiments

/// What a comparison means, in a sentence for somebody who reads nothing else.
struct ComparisonSentence {
  let comparison: Comparison

  init(_ comparison: Comparison) { self.comparison = comparison }

  var text: String { downtime + vms + "." + (caveat.map { " " + $0 } ?? "") }

  /// Who moves fewer VMs pays less downtime, and that is no merit.
  private var caveat: String? {
    guard let moves = comparison.metrics.first(where: { $0.name == "moves completed" }),
      abs(moves.difference.mean) > 0.005 * max(moves.first.mean, moves.second.mean)
    else { return nil }
    let word = moves.difference.mean < 0 ? "fewer" : "more"
    return "But \(comparison.second) completed \(Figure.count(abs(moves.difference.mean))) moves \(word) "
      + "(\(Figure.count(moves.second.mean)) against \(Figure.count(moves.first.mean))): "
      + "what was not moved has cost nothing yet."
  }

  private var downtime: String {
    let (first, second) = (comparison.first, comparison.second)
    guard let metric = comparison.metrics.first(where: { $0.name == "downtime" }) else {
      return "\(second) is held against \(first)"
    }
    let difference = metric.difference
    if difference.mean == 0, difference.low == difference.high {
      return "\(second) pays the same downtime as \(first)"
    }
    let interval = self.interval(difference)
    let (amount, word) = (interval.amount, difference.mean < 0 ? "less" : "more")
    switch metric.isSignificant {
    case true?: return "\(second) pays \(amount) \(word) downtime than \(first) (95 %: \(interval.words))"
    case false?:
      return "\(second) and \(first) cannot be told apart by downtime: \(amount) \(word) on average, "
        + "but the 95 % interval holds zero"
    case nil:
      return "\(second) paid \(amount) \(word) downtime than \(first) in the one replication there is"
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

  private var vms: String {
    let guests = comparison.guests
    let better = Figure.share(guests.better.mean, of: 1) ?? "0 %"
    let worse = Figure.share(guests.worse.mean, of: 1) ?? "0 %"
    guard guests.better.mean + guests.equal.mean + guests.worse.mean > 0 else {
      return "; no VM had any downtime"
    }
    if guests.worse.mean == 0 { return "; \(better) of the VMs moved are better off, and none is worse off" }
    if guests.better.mean == 0 { return "; \(worse) of the VMs moved are worse off, and none is better off" }
    return "; \(better) of the VMs moved are better off, \(worse) worse"
  }
}
