import CutoverCore

/// The phases of the machine and what leads from one to the next, gathered from explored plans: amounts, numbers and
/// outcomes are left out, so that what is left is small enough to be read.
struct StateDiagram {
  struct Change: Hashable {
    var from: String
    var event: String
    var to: String
  }

  private(set) var changes: Set<Change> = []

  /// Adds what the machine does under this plan.
  mutating func add(_ explored: ExploredPlan, driverMayDie: Bool = false) throws {
    let rules = WorldRules(
      explored.plan, remaining: [0, 900],
      faults: explored.isSmall ? CutoverFault.allCases : [.link, .verification], driverMayDie: driverMayDie)
    var explorer = Explorer<CutoverMachine>(explored.plan, rules: rules)
    _ = explorer.explore(from: try CutoverMachine(explored.plan))
    for (index, course) in explorer.courses.enumerated() {
      for (event, next) in course {
        changes.insert(
          Change(
            from: explorer.machines[index].phase.name, event: event.name,
            to: explorer.machines[next].phase.name))
      }
    }
  }

  var phases: Set<String> { Set(changes.flatMap { [$0.from, $0.to] }) }

  // MARK: - As a page

  /// The order in which phases are told: forwards, the way back, the ends.
  static let order = [
    "planned", "preparing", "replicating", "resting", "waiting", "stopping", "poweringOff", "inOutage",
    "starting", "pulling", "releasing", "fencing", "restoring", "discarding", "completed", "calledOff",
    "lost",
  ]

  private static let notices = [
    "failed", "deadlinePassed", "cancelled", "guestCrashed", "sourceLost", "destinationLost",
    "driverReturned",
  ]

  /// A Mermaid diagram of the steps that are answered, and a table of all else that may happen.
  var markdown: String {
    let answers = sorted { !Self.notices.contains($0.event) }
    var text = "## Steps that are answered\n\n```mermaid\nstateDiagram-v2\n  [*] --> planned\n"
    for (from, to, events) in answers { text += "  \(from) --> \(to): \(events)\n" }
    for end in ["completed", "calledOff", "lost"] { text += "  \(end) --> [*]\n" }
    text += "```\n\n| in | this | leads to |\n| --- | --- | --- |\n"
    for (from, to, events) in answers { text += "| \(from) | \(events) | \(to) |\n" }
    text += "\n## Whatever else happens\n\n| in | this | leads to |\n| --- | --- | --- |\n"
    for (from, to, events) in sorted(where: { Self.notices.contains($0.event) }) {
      text += "| \(from) | \(events) | \(to == from ? "itself" : to) |\n"
    }
    return text
  }

  private func sorted(where holds: (Change) -> Bool) -> [(from: String, to: String, events: String)] {
    var events: [String: [String: [String]]] = [:]
    for change in changes where holds(change) {
      events[change.from, default: [:]][change.to, default: []].append(change.event)
    }
    return Self.order.flatMap { from in
      Self.order.compactMap { to in
        (events[from]?[to]).map { (from, to, $0.sorted().joined(separator: ", ")) }
      }
    }
  }
}

extension CutoverPhase {
  fileprivate var name: String {
    switch self {
    case .planned: "planned"
    case .preparing: "preparing"
    case .replicating: "replicating"
    case .resting: "resting"
    case .waiting: "waiting"
    case .stopping: "stopping"
    case .poweringOff: "poweringOff"
    case .inOutage: "inOutage"
    case .starting: "starting"
    case .pulling: "pulling"
    case .releasing: "releasing"
    case .fencing: "fencing"
    case .restoring: "restoring"
    case .discarding: "discarding"
    case .finished(.completed): "completed"
    case .finished(.lost): "lost"
    case .finished: "calledOff"
    }
  }
}

extension CutoverEvent {
  fileprivate var name: String { String("\(self)".prefix { $0 != "(" }) }
}
