internal import FleetExperiments

/// What a check found, for somebody who decides about a merge: only what differs.
struct CheckDocument {
  let check: Check
  private(set) var document = Document()

  init(_ check: Check) {
    self.check = check
    document.add(.title("\(check.scenario): \(Self.headline(check))"))
    document.add(.paragraph(sentence))
    document.add("What changed", table, note: note)
    if !check.broken.isEmpty {
      document.add(.heading("Broken expectations"))
      document.add(
        .verdicts(check.broken.map { ExpectationResult(text: $0.text, held: false, actual: $0.words) }))
    }
  }

  static func headline(_ check: Check) -> String {
    switch check.outcome {
    case .same: "nothing changed"
    case .moved: "changed, and nobody is worse off than is tolerated"
    case .broken where check.broken.count == 1: "an expectation is broken, and was broken before too"
    case .broken: "\(check.broken.count) expectations are broken, and were broken before too"
    case .worse where check.findings.contains(where: { $0.verdict == .worse }): "worse"
    case .worse: "an expectation is broken"
    }
  }

  private var sentence: String {
    let worse = check.findings.filter { $0.verdict == .worse }
    let classes = Set(worse.filter { $0.group.kind == .vmClass }.map(\.group.name)).count
    let all = Set(check.findings.filter { $0.group.kind == .vmClass }.map(\.group.name)).count
    let pairs = Figure.counted(check.replications, "pair") + " of replications"
    if check.findings.allSatisfy({ $0.verdict == .equal }) {
      return
        "All of \(Figure.text(Double(check.findings.count), .count)) figures are the very same in \(pairs)."
    }
    guard let first = worse.first else {
      return "Nothing is worse by more than \(Figure.text(check.tolerance, .share)) in \(pairs)."
    }
    let some = all == 1 ? "The one class of VMs is" : "\(classes) of \(all) classes of VMs are"
    let who = all > 0 && classes > 0 ? " \(some) worse off in some way." : ""
    return
      "\(first.metric.words.prefix(1).uppercased() + first.metric.words.dropFirst()) of \(first.group.words): "
      + "\(first.value(first.before)) before, \(first.value(first.after)) after."
      + who
  }

  private var note: String {
    "After minus before, means of \(Figure.counted(check.replications, "pair")) of replications that draw the same random numbers, in "
      + "brackets the 95 % interval. Probability: of such a difference by chance alone, adjusted for all figures "
      + "looked at (Holm). Up to \(Figure.text(check.tolerance, .share)) worse is tolerated."
      + (check.differing.contains { $0.metric.isDowntimeQuantile } ? " " + PairedFinding.quantileWords : "")
  }

  private var table: Table {
    var table = Table([
      .text("VMs"), .text("figure"), .number("before"), .number("after"), .number("relative"),
      .text("95 % interval"), .number("probability"), .text("verdict"),
    ])
    for finding in check.differing {
      table.add([
        finding.group.words, finding.metric.words, finding.value(finding.before),
        finding.value(finding.after),
        finding.relativeWords, finding.relativeInterval, finding.probabilityWords, finding.verdict.rawValue,
      ])
    }
    return table
  }
}

extension BrokenExpectation {
  /// What it came to, and whether that is news.
  var words: String {
    guard let heldBefore, let actualBefore else { return actual }
    return "\(actual); "
      + (heldBefore ? "held before: \(actualBefore)" : "broken before too: \(actualBefore)")
  }
}
