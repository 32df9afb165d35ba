internal import FleetExperiments

/// What is to be said of variants held against the first of them.
struct ComparisonDocument {
  private let comparison: Comparison
  private(set) var document = Document()

  /// - Parameter isPart: whether a page says beside it what is compared and what that means.
  init(_ comparison: Comparison, isPart: Bool = false) {
    self.comparison = comparison
    let contrasts = comparison.contrasts
    let names = contrasts.count == 1 ? contrasts[0].name : "\(contrasts.count) others"
    if !isPart {
      document.add(.title("\(comparison.scenario): \(names) against \(comparison.reference)"))
      for contrast in contrasts {
        document.add(.paragraph(ComparisonSentence(comparison.reference, contrast).text))
      }
      if contrasts.count > 1 { document.add("At a glance", glance) }
    }
    for contrast in contrasts { add(contrast, isAlone: contrasts.count == 1) }
  }

  private mutating func add(_ contrast: Comparison.Contrast, isAlone: Bool) {
    func heading(_ words: String) -> String { isAlone ? words : "\(contrast.name): \(words)" }
    document.add(heading("Differences"), table(PairedMetric.totals, contrast))
    document.add(
      heading("Downtime of a move"),
      table(
        [.downtimePerMove] + PairedMetric.quantiles, contrast,
        names: [
          .downtimePerMove: "mean", .downtimeMedian: "median", .downtimeP95: "p95", .downtimeP99: "p99",
        ]),
      note: contrast.name == comparison.contrasts.first?.name ? PairedFinding.quantileWords : nil)
    if let pace = pace(contrast) { document.add(heading("Drains and campaigns"), pace) }
    document.add(.note(note(contrast)))
    if let unended = unended(contrast) { document.add(.note(unended)) }
    document.add(
      heading("Classes and campaigns"), groups(contrast),
      note: "Only what differs beyond chance; \(unclear(contrast)).")
    if let guests = contrast.guests {
      document.add(heading("VMs moved in both, by downtime per move"), shares(guests))
    }
  }

  /// How long it all takes; `nil` where nothing is drained and no campaign ended.
  private func pace(_ contrast: Comparison.Contrast) -> Table? {
    let drains: [PairedMetric: String] = [
      .drainTime: "drain, mean", .drainTimeMedian: "drain, median", .drainTimeP95: "drain, p95",
      .drainsFinished: "drains finished", .drainsGivenUp: "drains given up",
    ]
    var table = table(PairedMetric.drains, contrast, names: drains)
    for finding in contrast.findings where finding.metric == .makespan {
      table.add(["\(finding.group.name): begin to end"] + cells(finding))
    }
    return table.rows.isEmpty ? nil : table
  }

  /// Whose times are not compared, or are of a part of what was to be done.
  private func unended(_ contrast: Comparison.Contrast) -> String? {
    var words: [String] = []
    if let finished = contrast[.drainsFinished], min(finished.before, finished.after) < 1 {
      words.append("Drain times are only of the drains that finished.")
    }
    for campaign in contrast.campaigns ?? [] where min(campaign.finishedBefore, campaign.finishedAfter) < 1 {
      func share(_ part: Double) -> String { Figure.share(part, of: 1) ?? "0 %" }
      words.append(
        "\(campaign.name) was over at the horizon in \(share(campaign.finishedBefore)) of the replications of "
          + "\(comparison.reference) and \(share(campaign.finishedAfter)) of \(contrast.name): how long it takes is "
          + "not compared.")
    }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  private func note(_ contrast: Comparison.Contrast) -> String {
    guard comparison.replications > 1 else {
      return
        "One pair of replications has no confidence interval: what is chance and what is not cannot be told."
    }
    let count = comparison.contrasts.reduce(0) { $0 + $1.findings.count { $0.verdict != .equal } }
    return "\(contrast.name) minus \(comparison.reference), means of "
      + "\(Figure.text(Double(comparison.replications), .count)) pairs of replications that draw the same random "
      + "numbers, with 95 % intervals of the difference in its unit: Student's t, and the bootstrap (BCa), which asks "
      + "for no shape of distribution. "
      + "Verdicts are by t, and count all \(count) figures that differ at all (Holm): the chance that any better or "
      + "worse here is a false alarm is below 5 %."
  }

  private func unclear(_ contrast: Comparison.Contrast) -> String {
    let rest = contrast.findings.filter { $0.group.kind != .all && $0.metric != .makespan }
    let (same, chance) = (rest.count { $0.verdict == .equal }, rest.count { $0.verdict == .unclear })
    return
      "of the others \(same) \(same == 1 ? "figure is" : "figures are") the very same, and \(chance) may differ by chance"
  }

  private func table(
    _ metrics: [PairedMetric], _ contrast: Comparison.Contrast,
    names: [PairedMetric: String] = [:]
  ) -> Table {
    var table = Table([
      .text(""), .number(comparison.reference), .number(contrast.name), .number("difference"),
      .number("relative"), .text("95 % (t)"), .text("verdict"), .text("95 % (BCa)"),
    ])
    for metric in metrics {
      guard let finding = contrast[metric], finding.before != 0 || finding.after != 0 else { continue }
      table.add([names[metric] ?? metric.words] + cells(finding))
    }
    return table
  }

  private func cells(_ finding: PairedFinding) -> [String?] {
    let difference = finding.differenceWords
    return [
      finding.value(finding.before), finding.value(finding.after), difference.mean,
      finding.roundedRelativeWords ?? "", difference.interval, finding.verdictWords,
      finding.bootstrapInterval,
    ]
  }

  private func groups(_ contrast: Comparison.Contrast) -> Table {
    var table = Table([
      .text("VMs"), .text("figure"), .number(comparison.reference), .number(contrast.name),
      .number("relative"), .text("95 % (t)"), .text("verdict"),
    ])
    for finding in contrast.findings.differing where finding.group.kind != .all && finding.metric != .makespan
    {
      table.add([
        finding.group.words, finding.metric.words, finding.value(finding.before),
        finding.value(finding.after), finding.relativeWords, finding.relativeInterval, finding.verdictWords,
      ])
    }
    return table
  }

  /// Each side in a row.
  private var glance: Table {
    let metrics: [PairedMetric] = [.downtime, .downtimePerMove, .bytes, .completed, .failedAttempts]
    // Of a few campaigns the makespan; of many there is no room.
    let all = comparison.contrasts.flatMap(\.findings).filter { $0.metric == .makespan }.map(\.group)
    let campaigns = all.indices.filter { all.firstIndex(of: all[$0]) == $0 }.map { all[$0] }.prefix(2)
    let figures =
      metrics.map { (title: $0.words, metric: $0, group: PairedGroup.all) }
      + campaigns.map { (title: "\($0.name): begin to end", metric: .makespan, group: $0) }
    var table = Table([.text("")] + figures.map { .number($0.title) } + [.text("downtime is")])
    table.add(
      [comparison.reference]
        + figures.map { figure in
          comparison.contrasts.lazy.compactMap { $0[figure.metric, figure.group] }.first
            .map { $0.value($0.before) }
        } + [""])
    for contrast in comparison.contrasts {
      table.add(
        [contrast.name] + figures.map { f in contrast[f.metric, f.group].map { $0.value($0.after) } }
          + [contrast[.downtime]?.verdictWords])
    }
    return table
  }

  private func shares(_ guests: GuestShares) -> Table {
    var table = KeyFigures()
    for (label, share) in [
      ("better off", guests.better), ("the same", guests.equal), ("worse off", guests.worse),
    ] {
      table.add(label, share, .share)
    }
    return table.table
  }
}
