internal import FleetExperiments

/// What is to be said of a variant's result.
struct StudyDocument {
  let result: StudyResult
  private(set) var document = Document()
  /// Whether a page says beside it what the result is of, its answer and its verdicts.
  private let isPart: Bool

  init(_ result: StudyResult, isPart: Bool = false) {
    self.result = result
    self.isPart = isPart
    header()
    stopping()
    if !isPart { answers() }
    moves()
    data()
    downtime()
    strategies()
    failures()
    groups("By campaign", "campaign", result.byCampaign)
    groups("By VM class", "class", result.byClass)
    classDowntimes()
    classFailures()
    courses()
    drains()
    blockedDrains()
    tickets()
    policy()
    faults()
    outages()
    fleetFigures()
    if !isPart { expectations() }
  }

  mutating func add(_ block: Document.Block) { document.add(block) }

  mutating func add(_ heading: String, _ table: Table, note: String? = nil) {
    document.add(heading, table, note: note)
  }

  // MARK: - Parts

  private mutating func header() {
    let count = result.replications
    if !isPart { facts(count) }
    add(
      .note(
        count == 1
          ? StudyDocument.oneReplication
          : StudyDocument.severalReplications + ", in brackets the 95 % interval of that mean; "
            + "quantiles are over all replications together."))
  }

  static let oneReplication =
    "One replication has no confidence interval: run more of them to see how far chance goes."
  static let severalReplications = "Counts and totals are of one replication on average"

  private mutating func facts(_ count: Int) {
    add(.title(result.scenario + (result.variant.map { ", variant \($0)" } ?? "")))
    if let words = StudyDocument.settings(of: result) { add(.paragraph(words)) }
    if let question = result.question { add(.paragraph(question)) }
    let facts = [
      "seed \(result.seed)",
      count == 1 ? "1 replication" : "\(Figure.text(Double(count), .count)) replications",
      Figure.counted(result.hosts, "host"),
      Figure.counted(result.guests, "VM"),
      "horizon \(Figure.span(result.horizonSeconds))",
    ]
    add(.paragraph(facts.joined(separator: ", ")))
  }

  /// What the command line changed of the scenario.
  static func settings(of result: StudyResult) -> String? {
    guard let settings = result.settings, !settings.isEmpty else { return nil }
    return "with " + settings.map { "\($0.path) = \($0.value)" }.joined(separator: ", ")
  }

  /// By which rule it ended.
  private mutating func stopping() {
    guard let stopping = result.stopping else { return }
    let rules = stopping.rules.map { "\($0.text) (\($0.actual))" }.joined(separator: " and ")
    let looks = stopping.looks.count == 1 ? "the first look" : "look \(stopping.looks.count)"
    add(
      .note(
        stopping.isReached
          ? "Stopped at \(looks), for \(rules)."
          : "Ended with as many replications as it may have, and not for the rule: \(rules)."))
  }

  private mutating func answers() {
    let answer = StudyDocument.answer(result)
    guard !answer.blocks.isEmpty else { return }
    add(.heading("Answer"))
    for block in answer.blocks { add(block) }
  }

  /// What the scenario says to its own question; nothing where it says nothing.
  static func answer(_ result: StudyResult) -> Document {
    var document = Document()
    for answer in result.answers ?? [] {
      if let text = answer.text { document.add(.paragraph(text)) }
      if let table = answer.table { document.add(.table(StudyDocument.table(table))) }
    }
    return document
  }

  private static func table(_ answer: AnswerResult.Table) -> Table {
    var table = Table([.text(answer.of)] + answer.columns.map { .number($0) })
    for row in answer.rows { table.add([row.name] + row.texts.map { $0.isEmpty ? nil : $0 }) }
    return table
  }

  private mutating func drains() {
    let drains = result.drains
    let asked = drains.started.mean + drains.notBegun.mean
    guard asked > 0 else { return }
    func share(_ part: Estimate) -> String? { Figure.share(part.mean, of: asked) }
    var table = KeyFigures()
    table.add("started", drains.started)
    table.add("finished", drains.finished, note: share(drains.finished))
    table.add("given up", drains.gaveUp, note: share(drains.gaveUp))
    table.add(
      "under way at the horizon", rest: drains.started.mean - drains.finished.mean - drains.gaveUp.mean,
      of: asked)
    if drains.notBegun.mean > 0 {
      table.add("not begun at the horizon", drains.notBegun, note: share(drains.notBegun))
    }
    table.add("VMs left on hosts given up", drains.guestsLeft)
    add("Host drains", table.table)
    guard let time = drains.time else { return }
    add(
      .paragraph(
        "Time to empty a host, of those finished: p50 \(Figure.span(time.p50)), p95 \(Figure.span(time.p95)), "
          + "p99 \(Figure.span(time.p99)), max \(Figure.span(time.max))"))
  }

  private mutating func tickets() {
    let tickets = result.tickets
    guard tickets.opened.mean > 0 else { return }
    func share(_ part: Estimate) -> String? { Figure.share(part.mean, of: tickets.opened.mean) }
    var table = KeyFigures()
    table.add("opened", tickets.opened)
    table.add("started by the customer", tickets.startedByCustomer, note: share(tickets.startedByCustomer))
    table.add("moved to a later date", tickets.moved, note: share(tickets.moved))
    table.add("begun on time", tickets.kept, note: share(tickets.kept))
    table.add("begun late", tickets.late, note: share(tickets.late))
    table.add(
      "not begun: date to come, or refused",
      rest: tickets.opened.mean - tickets.kept.mean - tickets.late.mean,
      of: tickets.opened.mean)
    add("Tickets", table.table)
  }

  private mutating func faults() {
    var table = KeyFigures()
    if result.hostFailures.mean > 0 { table.add("host failures", result.hostFailures) }
    if result.linkFailures.mean > 0 { table.add("link failures", result.linkFailures) }
    if result.incidents.mean > 0 { table.add("VMs found hanging after their move", result.incidents) }
    add("Faults", table.table)
  }

  private mutating func expectations() {
    let broken = result.expectations.count { !$0.held }
    guard !result.expectations.isEmpty else { return }
    let held = result.expectations.count - broken
    add(.heading("Expectations: \(held) held, \(broken) broken"))
    add(.verdicts(result.expectations))
  }
}

/// A short table of labels, means, intervals and shares.
struct KeyFigures {
  private(set) var table = Table(
    [.text(""), .number("mean"), .text("95 % interval"), .number("share")], showsTitles: false)

  mutating func add(
    _ label: String, _ estimate: Estimate, _ kind: FigureKind = .count, isSigned: Bool = false,
    note: String? = nil
  ) {
    let figure = Figure.text(estimate, kind, isSigned: isSigned)
    table.add([label, figure.mean, figure.interval ?? "", estimate.mean == 0 ? "" : note ?? ""])
  }

  /// What is left of the estimates, of which only the mean is known.
  mutating func add(_ label: String, rest: Double, of whole: Double) {
    guard rest > 1e-9 * whole else { return }
    table.add([label, Figure.count(rest), "", Figure.share(rest, of: whole) ?? ""])
  }
}
