internal import FleetExperiments

// The tables that break the totals down.

extension StudyDocument {
  mutating func strategies() {
    var table = Table(
      [.text("strategy"), .number("moves"), .number("attempts"), .number("refused"), .number("success")]
        + ["p50", "p95", "p99", "max"].map { .number($0, of: "total time") })
    for (name, group) in result.byStrategy.groups {
      let refused = max(0, group.completed.mean + group.failedAttempts.mean - group.attempts.mean)
      table.add(
        [
          name, Figure.count(group.moves.mean), Figure.count(group.attempts.mean),
          refused > 0 ? Figure.count(refused) : "", share(group.completed, group.attempts),
        ] + spans(group.totalTime))
    }
    add(
      "By strategy", table,
      note: "Moves: carried to their end by it. Success: of the attempts made; refused ones were never begun."
    )

    var downtimes = Table(
      [.text("strategy"), .text("downtime")] + ["p50", "p95", "p99", "max"].map { .number($0, of: "each") }
        + [.number("total"), .number("attempts")])
    var rows: [(strategy: String, kind: String, spread: Spread)] = []
    for (name, group) in result.byStrategy.groups {
      let kinds = [
        ("hypervisor pause", group.pause), ("network gap", group.networkGap),
        ("service gap", group.serviceGap),
      ]
      for case (let kind, let spread?) in kinds { rows.append((name, kind, spread)) }
    }
    let replications = max(1, result.replications)
    for row in rows {
      // From seconds of pauses to hours of boots: each in the unit that suits it.
      let total = Figure.text(row.spread.total(over: replications), .seconds)
      let count = Figure.count(Double(row.spread.count) / Double(replications))
      downtimes.add([row.strategy, row.kind] + spans(row.spread) + [total, count])
    }
    add(
      "Downtimes by strategy", downtimes,
      note: "The network gap is the pause as clients saw it, so it holds the pause: do not add the two. "
        + "The service gap is of VMs that went down and booted. Failed attempts count.")
  }

  /// Reasons down, strategies across.
  mutating func failures() {
    let groups = result.byStrategy.groups.filter { $0.result.failedAttempts.mean > 0 }
    let total = result.totals.failedAttempts.mean
    var table = Table(
      [.text("reason")] + groups.map { .number($0.name, of: "strategy") } + [
        .number("all"), .number("share"),
      ])
    for (code, all) in result.totals.failures.sorted(by: { ($1.value.mean, $0.key) < ($0.value.mean, $1.key) }
    ) {
      let counts = groups.map { group in
        group.result.failures[code].map { Figure.count($0.mean) } ?? ""
      }
      table.add(
        [FailureReason.words(for: code)] + counts + [
          Figure.count(all.mean), Figure.share(all.mean, of: total),
        ])
    }
    add("Failures and refusals", table)
    remedies()
  }

  /// What helps against the failures and refusals of which there are most.
  private mutating func remedies() {
    let frequent = result.totals.failures.sorted { ($1.value.mean, $0.key) < ($0.value.mean, $1.key) }
      .compactMap { code, _ in FailureRemedy.words(for: code).map { (FailureReason.words(for: code), $0) } }
      .prefix(StudyDocument.shownRemedies)
    guard !frequent.isEmpty else { return }
    add(.heading("What would help"))
    add(.list(frequent.map { (label: $0.0, lines: [$0.1]) }))
    add(
      .note(
        "One by one, with the values that were compared: fleetshift explain …, which names whom to ask about."
      ))
  }

  private static let shownRemedies = 4

  mutating func groups(_ heading: String, _ title: String, _ groups: NamedGroups) {
    let shown = groups.groups.filter { $0.result.moves.mean > 0 }
    // Only where anybody waits is it worth a column.
    let waits = shown.contains { $0.result.wait.map { $0.p95 >= 1 } ?? false }
    var table = Table(
      [.text(title), .number("asked"), .number("success"), .number("data")]
        + (waits ? ["p50", "p95"].map { .number($0, of: "wait") } : [])
        + ["p50", "p95"].map { .number($0, of: "total time") }
        + ["p50", "p95"].map { .number($0, of: "downtime") } + [.number("saved")])
    let data = Figure.column(shown.map(\.result.transferredBytes.mean), .bytes)
    let saved = Figure.column(shown.map(\.result.downtimeSaved.mean), .seconds)
    for (index, (name, group)) in shown.enumerated() {
      let spreads = (waits ? [group.wait] : []) + [group.totalTime, group.downtime]
      table.add(
        [name, Figure.count(group.moves.mean), share(group.completed, group.moves), data[index]]
          + spreads.flatMap { [$0?.p50, $0?.p95].map { $0.map(Figure.span) } } + [saved[index]])
    }
    add(
      heading, table,
      note: "Asked: moves asked for. "
        + (waits ? "Wait: from the wish, or the date agreed on, to the first attempt. " : "")
        + "Total time: of the attempt that succeeded. Downtime: of all attempts.")
  }

  /// The three downtimes, class by class.
  mutating func classDowntimes() {
    let kinds: [(name: String, spread: (GroupResult) -> Spread?)] = [
      ("hypervisor pause", { $0.pause }), ("network gap", { $0.networkGap }),
      ("service gap", { $0.serviceGap }),
    ]
    var table = Table(
      [.text("class")] + kinds.flatMap { kind in ["p50", "p95", "max"].map { .number($0, of: kind.name) } })
    for (name, group) in result.byClass.groups {
      let spreads = kinds.map { $0.spread(group) }
      guard spreads.contains(where: { $0 != nil }) else { continue }
      table.add(
        [name] + spreads.flatMap { [$0?.p50, $0?.p95, $0?.max].map { $0.map(Figure.span) } })
    }
    guard !table.rows.isEmpty else { return }
    add("Downtimes by VM class", table.withoutEmptyColumns())
  }

  /// Classes down, reasons across, by their codes.
  mutating func classFailures() {
    let codes = result.totals.failures.sorted { ($1.value.mean, $0.key) < ($0.value.mean, $1.key) }.map(\.key)
      .filter { code in result.byClass.groups.contains { $0.result.failures[code] != nil } }
    var table = Table(
      [.text("class"), .number("share", of: "failed")]
        + codes.map { .number($0.replacing("_", with: " "), of: "failed") })
    for (name, group) in result.byClass.groups where group.failedAttempts.mean > 0 {
      let refused = max(0, group.completed.mean + group.failedAttempts.mean - group.attempts.mean)
      table.add(
        [name, Figure.share(group.failedAttempts.mean, of: group.attempts.mean + refused)]
          + codes.map { code in group.failures[code].map { Figure.count($0.mean) } ?? "" })
    }
    guard !table.rows.isEmpty else { return }
    let legend = codes.compactMap { code in
      let (short, words) = (code.replacing("_", with: " "), FailureReason.words(for: code))
      return short == words || words == code ? nil : "\(short): \(words)"
    }
    add(
      "Failures and refusals by VM class", table,
      note: (["Share: of all attempts, made or refused"] + legend).joined(separator: ". ") + ".")
  }

  // MARK: - Cells

  private func share(_ part: Estimate, _ whole: Estimate) -> String? {
    Figure.share(part.mean, of: whole.mean)
  }

  private func spans(_ spread: Spread?) -> [String?] {
    [spread?.p50, spread?.p95, spread?.p99, spread?.max].map { $0.map(Figure.span) }
  }
}
