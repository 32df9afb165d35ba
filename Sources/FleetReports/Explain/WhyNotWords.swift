internal import CutoverCore
internal import FleetExperiments
internal import FleetSimulation
internal import Quantities

/// Why a VM did not move, in the words of people.
struct WhyNotWords {
  let words: NoteWords

  /// Groups of hosts that are told; those with more in the way than any of these are left out.
  static let shownGroups = 8

  // MARK: - The move

  func verdict(_ whyNot: WhyNot) -> String {
    guard let move = whyNot.move else { return "Nobody asked for its move within the horizon" }
    guard move.ended != nil else {
      return "It has not moved by the horizon: \(MoveWords.result(move, words))"
    }
    guard move.isCompleted else { return "It did not move" }
    let carrier = move.strategy.map(words.strategy) ?? "another way"
    let before = whyNot.steps.prefix { $0.outcome != .moved }.map { words.strategy($0.strategy) }
    guard !before.isEmpty else {
      return move.setbacks.isEmpty
        ? "It did move, by \(carrier), and nothing was in its way"
        : "It did move, by \(carrier), and not at the first try"
    }
    return "It moved by \(carrier), and not by \(before.joined(separator: " or "))"
  }

  func story(_ move: MoveLife, of count: Int) -> String {
    var text = "\(words.campaign(move.campaign)) asked for its move at \(Moment.text(move.asked))"
    if let end = move.ended {
      text += move.isCompleted ? ", and it was over at " : ", and it was given up at "
      text += Moment.text(end)
    }
    let times = MoveWords.times(move)
    if !times.isEmpty { text += "; of that time: \(times)" }
    if count > 1 { text += ". It had \(count) moves in all: see --vm \(move.guest)" }
    return text + "."
  }

  func heldUp(_ waiting: WhyNot.WaitingDrain, by vm: Int) -> String {
    let drain = waiting.drain
    let name = "\(words.campaign(drain.campaign)) could not empty \(words.host(waiting.host))"
    guard let end = drain.ended else {
      return "\(name) by the horizon, for VM \(vm) is on it. See --host \(waiting.host)."
    }
    let why = drain.isOutOfTime ? "its time was over" : "every chain had come to its end"
    let others = drain.left.count - 1
    let left = others == 0 ? "VM \(vm) alone was left" : "VM \(vm) and \(others) more were left"
    return "\(name) and gave up at \(Moment.text(end)), when \(why): \(left) of \(drain.guests.count)."
  }

  // MARK: - A step

  /// What became of it, what was compared, and what would help.
  func lines(of step: ChainStepLife) -> [String] {
    let time = step.at.map { " at \(Moment.text($0))" } ?? ""
    switch step.outcome {
    case .notReached: return ["not reached"]
    case .moved: return ["moved it\(time)"]
    case .calledOff: return ["called off\(time), while it waited"] + waiting(step)
    case .notOver: return ["not over: since \(step.at.map(Moment.text) ?? "")"] + waiting(step)
    case .ticketRefused: return ["not begun\(time): its owner does not want it, or did not answer"]
    case .overdue(let owner): return ["ended\(time): \(owner) had waited long enough"] + waiting(step)
    case .failed(let code):
      let times = step.setbacks == 1 ? "" : ", the last of \(step.setbacks) setbacks"
      return ["failed\(time)\(times): \(FailureReason.words(for: code))"] + lastRound(step)
    case .refused(let code):
      return ["refused\(time): \(FailureReason.words(for: code))"] + refusal(step, code)
    }
  }

  private func refusal(_ step: ChainStepLife, _ code: String) -> [String] {
    guard let found = step.obstacles else { return [] }
    let obstacles = ObstacleWords(words: words, examination: found)
    let cause = obstacles.cause(of: RefusalReason(rawValue: code))
    var lines = [cause.text].compactMap { $0 }
    // All rules about the VM itself have to be met.
    for finding in found.rules where ObstacleWords.text(finding) != cause.text {
      lines.append("besides, \(ObstacleWords.text(finding))")
    }
    return lines
  }

  /// What it was waiting for when it was last told.
  private func waiting(_ step: ChainStepLife) -> [String] {
    let waits = step.notes.last { note in
      if case .waits = note.event { true } else { false }
    }
    let rules = step.obstacles?.rules.map(ObstacleWords.text) ?? []
    return [waits.flatMap { words.text($0) }].compactMap { $0 } + rules
  }

  /// What the last round of copying made of the VM's writes.
  private func lastRound(_ step: ChainStepLife) -> [String] {
    for note in step.notes.reversed() {
      guard case .acted(.copy(let medium, let pass, _), .copied(let report), let took) = note.event,
        took > .zero
      else { continue }
      let what = medium == .disk ? "disk" : "RAM"
      let sent = ByteRate(bytesPerSecond: report.transferred.value / took.seconds)
      let written = ByteRate(bytesPerSecond: report.remaining.value / took.seconds)
      return [
        "in the last whole round over \(what), the \(pass + 1)\(WhyNotWords.ending(pass + 1)), \(report.transferred) "
          + "went in \(Figure.span(took.seconds)) (\(sent)), while \(report.remaining) were written (\(written))"
      ]
    }
    return []
  }

  private static func ending(_ number: Int) -> String {
    switch (number % 10, number % 100) {
    case (_, 11...13): "th"
    case (1, _): "st"
    case (2, _): "nd"
    case (3, _): "rd"
    default: "th"
    }
  }

  /// What would have to be otherwise for the step to go; `nil` where it went or was not needed.
  func change(for step: ChainStepLife) -> String? {
    if case .failed(let code) = step.outcome { return FailureRemedy.words(for: code) }
    if step.outcome == .ticketRefused { return "its owner's leave" }
    guard step.outcome != .moved, let found = step.obstacles else { return nil }
    let changes = ObstacleWords(words: words, examination: found).changes
    guard !changes.isEmpty else {
      return found.staysOnHost ? nil : "nothing more: \(ObstacleWords.list(found.open)) would have done then"
    }
    return changes.joined(separator: "; and ")
  }

  // MARK: - Hosts

  func hosts(_ found: Examination) -> [(label: String, lines: [String])] {
    let obstacles = ObstacleWords(words: words, examination: found)
    let groups = obstacles.groups
    var rows = groups.prefix(WhyNotWords.shownGroups).map {
      (label: ObstacleWords.list($0.hosts), lines: [obstacles.text($0)])
    }
    let hidden = groups.dropFirst(WhyNotWords.shownGroups).reduce(0) { $0 + $1.hosts.count }
    if hidden > 0 { rows.append((label: "\(hidden) more", lines: ["with more in the way"])) }
    return rows
  }

  /// What somebody would have met with who had asked.
  func prospect(_ found: Examination) -> [String] {
    let obstacles = ObstacleWords(words: words, examination: found)
    let changes = obstacles.changes
    guard !changes.isEmpty else {
      return [
        found.staysOnHost
          ? "nothing in the way" : "nothing in the way: \(ObstacleWords.list(found.open)) would do"
      ]
    }
    var lines = found.rules.map(ObstacleWords.text)
    if found.open.isEmpty, !found.staysOnHost {
      lines += hosts(found).map { "\($0.label): \($0.lines.joined(separator: "; "))" }
    }
    return lines + ["what would have to change: \(changes.joined(separator: "; and "))"]
  }
}
