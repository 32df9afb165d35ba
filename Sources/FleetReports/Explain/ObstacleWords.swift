internal import CutoverCore
internal import FleetExperiments
internal import FleetModel
internal import FleetSimulation
internal import MigrationPolicy
internal import Quantities

/// What stands in the way of a move, in the words of people.
struct ObstacleWords {
  let words: NoteWords
  let examination: Examination

  // MARK: - One host

  /// Hosts with the same words are told together, so that what differs from host to host is left out.
  func text(_ obstacle: HostObstacle) -> String {
    switch obstacle {
    case .otherSite(let site): "not in \(site)"
    case .otherHost(let host): "it is to go to \(words.host(host))"
    case .draining: "being emptied"
    case .workedOn: "being worked on"
    case .retired: "gone for good"
    case .down: "down by a failure"
    case .cordoned: "to be emptied later, and takes nobody in"
    case .storage(let name): "does not reach the storage \(name) that its disk lies on"
    case .rule(let finding): ObstacleWords.text(finding)
    case .memory: "no room: \(examination.memory) of RAM are needed"
    case .disk: "no room: \(examination.disk) of disk are needed"
    case .set(let set, let companion): text(set, companion)
    case .slots(let into, let limit):
      "takes in as many as it may: \(into) of \(limit) (limits.host-in)"
    case .limit(let limit):
      "limit \(limit.name): \(limit.inUse) of \(limit.capacity) units in use, and it takes \(limit.needed)"
    }
  }

  private func text(_ set: GuestSet, _ companion: Int?) -> String {
    let place = set.domain == .host ? "host" : "rack"
    let other = companion.map { "VM \($0)" } ?? "the others of its set"
    return set.relation == .apart
      ? "\(other) is on that \(place), and they are to be apart"
      : "\(other) is on another \(place), and they are to be together"
  }

  /// `rule kernels: row floor: guest kernel 2.6.32 is below 3.0`.
  static func text(_ finding: RuleFinding) -> String {
    let reason = finding.words ?? FailureReason.words(for: finding.refusal.reason.rawValue)
    return "rule \(finding.refusal.name): \(reason)"
  }

  // MARK: - What would have to change

  /// What would have to change for the move to begin, one thing each; empty: nothing.
  var changes: [String] {
    if let reason = examination.strategyRefusal {
      return [FailureRemedy.words(for: reason.rawValue) ?? "another strategy"]
    }
    var changes = examination.rules.map { remedy(of: $0) }
    if let headroom = examination.headroom {
      changes.append(
        "\(headroom.needed - headroom.left) more of free RAM in the site, or less headroom (placement.headroom)"
      )
    }
    if !examination.staysOnHost, examination.open.isEmpty { changes += nearest }
    return ObstacleWords.unique(changes)
  }

  /// What is in the way on the host that is nearest to being fit.
  private var nearest: [String] {
    guard let host = examination.hosts.min(by: { distance($0) < distance($1) }) else {
      return ["another host"]
    }
    return host.obstacles.map { change($0, on: host.host) }
  }

  private func distance(_ host: Examination.HostFinding) -> (Int, Double, Int) {
    var (weight, missing) = (0, 0.0)
    for obstacle in host.obstacles {
      switch obstacle {
      // No one would do anything about these.
      case .otherSite, .otherHost, .retired: weight += 1000
      case .rule(let finding): weight += finding.refusal.isFinal ? 100 : 10
      case .storage, .set, .cordoned: weight += 100
      case .memory(let free):
        weight += 10
        missing += (examination.memory - free).value
      case .disk(let free):
        weight += 10
        missing += (examination.disk - free).value
      case .draining, .workedOn, .down, .slots, .limit: weight += 10
      }
    }
    return (weight, missing, host.host)
  }

  private func change(_ obstacle: HostObstacle, on number: Int) -> String {
    let host = words.host(number)
    switch obstacle {
    case .otherSite(let site): return "another host in \(site)"
    case .otherHost(let wanted): return "\(words.host(wanted)) able to take it"
    case .draining, .workedOn, .down: return "\(host) back in service"
    case .cordoned: return "\(host) open for others until its own turn comes"
    case .retired: return "another host"
    case .storage(let name): return "a host that reaches the storage \(name)"
    case .rule(let finding): return remedy(of: finding)
    case .memory(let free): return "\(examination.memory - free) more of free RAM on \(host)"
    case .disk(let free): return "\(examination.disk - free) more of free disk on \(host)"
    case .set(let set, let companion):
      let other = companion.map { "VM \($0)" } ?? "the others of its set"
      return set.relation == .apart ? "\(other) gone from \(host)" : "\(other) on \(host)"
    case .slots: return "a slot on \(host) (limits.host-in)"
    case .limit(let limit):
      return limit.needed > limit.capacity
        ? "limit \(limit.name) of at least \(limit.needed) units: with \(limit.capacity) it can never go"
        : "\(limit.inUse + limit.needed - limit.capacity) units of limit \(limit.name) given back"
    }
  }

  private func remedy(of finding: RuleFinding) -> String {
    finding.refusal.remedy ?? FailureRemedy.words(for: finding.refusal.reason.rawValue)
      ?? "rule \(finding.refusal.name) to be another"
  }

  private static func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }

  // MARK: - A refusal

  /// The rule that a refusal came from, with what it compared, and what would help.
  func cause(of reason: RefusalReason) -> (text: String?, remedy: String?) {
    if let finding = finding(of: reason) { return (ObstacleWords.text(finding), remedy(of: finding)) }
    if reason == .headroom, let room = examination.headroom {
      let hosts = room.hosts == 1 ? "its largest host" : "its \(room.hosts) largest hosts"
      return (
        "\(room.left) of RAM would be left free in the site, and \(hosts) need \(room.needed)",
        FailureRemedy.words(for: reason.rawValue)
      )
    }
    return (reason == .targetFull ? shortage : nil, FailureRemedy.words(for: reason.rawValue))
  }

  /// How far the host that lacks nothing but room is from having it.
  private var shortage: String? {
    let needed = "\(examination.memory) of RAM and \(examination.disk) of disk are needed"
    let roomless = examination.hosts.filter { host in
      host.obstacles.allSatisfy {
        switch $0 {
        case .memory, .disk: true
        default: false
        }
      }
    }
    guard let nearest = roomless.min(by: { distance($0) < distance($1) }) else { return needed }
    let free = nearest.obstacles.compactMap { obstacle in
      switch obstacle {
      case .memory(let free): "\(free) of RAM"
      case .disk(let free): "\(free) of disk"
      default: nil
      }
    }
    guard !free.isEmpty else { return needed }
    return "\(needed), and the most that a fit host has is \(free.joined(separator: " and ")), on "
      + words.host(nearest.host)
  }

  private func finding(of reason: RefusalReason) -> RuleFinding? {
    if let own = examination.rules.first(where: { $0.refusal.reason == reason }) { return own }
    for host in examination.hosts {
      for case .rule(let finding) in host.obstacles where finding.refusal.reason == reason { return finding }
    }
    return nil
  }

  // MARK: - Hosts

  /// Hosts that are alike in what is in the way.
  struct Group {
    var hosts: [Int]
    /// All that is in the way; empty: they would do.
    var reasons: [String]
    var mostMemory: Bytes?
    var mostDisk: Bytes?
  }

  /// Those with the least in the way first.
  var groups: [Group] {
    var groups: [Group] = []
    var known: [[String]: Int] = [:]
    for host in examination.hosts {
      let reasons = host.obstacles.map(text)
      let index = known[reasons] ?? groups.count
      if index == groups.count {
        known[reasons] = index
        groups.append(Group(hosts: [], reasons: reasons))
      }
      groups[index].hosts.append(host.host)
      for obstacle in host.obstacles {
        switch obstacle {
        case .memory(let free): groups[index].mostMemory = max(groups[index].mostMemory ?? .zero, free)
        case .disk(let free): groups[index].mostDisk = max(groups[index].mostDisk ?? .zero, free)
        default: break
        }
      }
    }
    return groups.sorted {
      ($0.reasons.count, -$0.hosts.count, $0.hosts[0]) < ($1.reasons.count, -$1.hosts.count, $1.hosts[0])
    }
  }

  func text(_ group: Group) -> String {
    guard !group.reasons.isEmpty else { return "would do" }
    var text = group.reasons.joined(separator: "; ")
    let most = [group.mostMemory.map { "\($0) of RAM" }, group.mostDisk.map { "\($0) of disk" }]
      .compactMap { $0 }.joined(separator: " and ")
    if !most.isEmpty { text += group.hosts.count == 1 ? ", \(most) free" : ", at most \(most) free" }
    return text
  }

  /// `host 3`, or `5 hosts (1 to 4, 9)`.
  static func list(_ hosts: [Int]) -> String {
    guard hosts.count > 1 else { return "host \(hosts[0])" }
    var runs: [ClosedRange<Int>] = []
    for host in hosts {
      if let last = runs.last, last.upperBound == host - 1 {
        runs[runs.count - 1] = last.lowerBound...host
      } else {
        runs.append(host...host)
      }
    }
    let shown = runs.prefix(3).map { run in
      switch run.count {
      case 1: "\(run.lowerBound)"
      case 2: "\(run.lowerBound), \(run.upperBound)"
      default: "\(run.lowerBound) to \(run.upperBound)"
      }
    }
    return "\(hosts.count) hosts (" + shown.joined(separator: ", ") + (runs.count > 3 ? ", …)" : ")")
  }
}
