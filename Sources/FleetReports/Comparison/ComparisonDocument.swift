internal import FleetExperiments

/// What is to be said of two variants held against each other.
struct ComparisonDocument {
  let comparison: Comparison
  private(set) var document = Document()

  init(_ comparison: Comparison) {
    self.comparison = comparison
    let (first, second) = (comparison.first, comparison.second)
    document.add(.title("\(comparison.scenario): \(second) against \(first)"))
    document.add(.paragraph(ComparisonSentence(comparison).text))
    document.add("Differences", differences)
    document.add(.note(note))
    document.add("VMs moved in both, by downtime per move", shares)
  }

  private var note: String {
    guard comparison.replications > 1 else {
      return
        "One pair of replications has no confidence interval: what is chance and what is not cannot be told."
    }
    return "\(comparison.second) minus \(comparison.first), means of "
      + "\(Figure.text(Double(comparison.replications), .count)) pairs of replications that draw the same random "
      + "numbers, in brackets the 95 % interval of the difference. A difference whose interval holds zero may be chance."
  }

  private var differences: Table {
    var table = Table([
      .text(""), .number(comparison.first), .number(comparison.second), .number("difference"),
      .text("95 % interval"), .number("relative"), .text("verdict"),
    ])
    for metric in comparison.metrics where metric.first.mean != 0 || metric.second.mean != 0 {
      let kind = metric.kind
      let difference = Figure.text(metric.difference, kind, isSigned: true)
      table.add([
        metric.name, Figure.text(metric.first.mean, kind), Figure.text(metric.second.mean, kind),
        ComparisonDocument.signed(difference.mean), difference.interval ?? "", metric.relativeChange ?? "–",
        metric.verdict,
      ])
    }
    return table
  }

  private var shares: Table {
    var table = KeyFigures()
    for (label, share) in [
      ("better off", comparison.guests.better), ("the same", comparison.guests.equal),
      ("worse off", comparison.guests.worse),
    ] {
      table.add(label, share, .share)
    }
    return table.table
  }

  static func signed(_ text: String) -> String {
    text.hasPrefix("-") || text == "0" || text.hasPrefix("0 ") ? text : "+" + text
  }
}

extension MetricDifference {
  var kind: FigureKind {
    switch unit {
    case .count: .count
    case .bytes: .bytes
    case .seconds: .seconds
    }
  }

  /// `-83.6 %` of the first; `nil` where that is nothing.
  var relativeChange: String? {
    guard first.mean != 0 else { return nil }
    let change = difference.mean / abs(first.mean)
    return change == 0 ? "0 %" : (change > 0 ? "+" : "") + Figure.text(change, .share)
  }

  var verdict: String {
    if difference.mean == 0, difference.low == difference.high { return "equal" }
    guard let isSignificant else { return "cannot be told" }
    guard isSignificant else { return "may be chance" }
    guard let lessIsBetter else { return "different" }
    return (difference.mean < 0) == lessIsBetter ? "better" : "worse"
  }
}
