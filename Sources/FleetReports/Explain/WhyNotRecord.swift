internal import CutoverCore
internal import FleetExperiments
internal import FleetSimulation
internal import MigrationPolicy
internal import Quantities

/// Why a VM did not move, for programs; texts are those of the screen.
struct WhyNotRecord: Encodable {
  let verdict: String
  let campaign: String?
  let steps: [StepRecord]
  /// Where nobody asked: by campaign, what would have been in the way at the horizon.
  let prospects: [ProspectRecord]?
  /// Hosts whose drain did not end because of it.
  let holdsUp: [HeldUpRecord]

  enum CodingKeys: String, CodingKey {
    case verdict, campaign, steps, prospects
    case holdsUp = "holds_up"
  }

  init(_ whyNot: WhyNot, _ words: NoteWords) {
    let teller = WhyNotWords(words: words)
    verdict = teller.verdict(whyNot)
    campaign = whyNot.move.map { words.campaign($0.campaign) }
    steps = whyNot.steps.map { StepRecord($0, teller) }
    prospects =
      whyNot.move == nil
      ? whyNot.prospects.map { prospect in
        ProspectRecord(
          campaign: words.campaign(prospect.campaign),
          steps: prospect.steps.map { ObstaclesRecord($0, words) })
      } : nil
    holdsUp = whyNot.drains.filter(\.isHeldUp).map {
      HeldUpRecord(
        campaign: words.campaign($0.drain.campaign), host: $0.host, vms: $0.drain.guests.count,
        left: $0.drain.ended == nil ? nil : $0.drain.left)
    }
  }
}

struct ProspectRecord: Encodable {
  let campaign: String
  let steps: [ObstaclesRecord]
}

struct HeldUpRecord: Encodable {
  let campaign: String
  let host: Int
  let vms: Int
  let left: [Int]?
}

struct StepRecord: Encodable {
  let strategy: String
  let outcome: String
  let reason: String?
  let at: Double?
  let text: [String]
  let obstacles: ObstaclesRecord?
  let change: String?

  enum CodingKeys: String, CodingKey {
    case strategy, outcome, reason, text, obstacles, change
    case at = "at_seconds"
  }

  init(_ step: ChainStepLife, _ teller: WhyNotWords) {
    strategy = teller.words.strategy(step.strategy)
    (outcome, reason) =
      switch step.outcome {
      case .notReached: ("not_reached", nil)
      case .moved: ("moved", nil)
      case .refused(let code): ("refused", code)
      case .failed(let code): ("failed", code)
      case .ticketRefused: ("ticket_refused", nil)
      case .overdue(let owner): ("overdue", owner)
      case .calledOff: ("called_off", nil)
      case .notOver: ("not_over", nil)
      }
    at = step.at?.seconds
    text = teller.lines(of: step)
    obstacles = step.obstacles.map { ObstaclesRecord($0, teller.words) }
    change = teller.change(for: step)
  }
}

/// All that is in the way of one strategy.
struct ObstaclesRecord: Encodable {
  let strategy: String
  /// The code with which the strategy itself refused.
  let refusal: String?
  let rules: [RuleRecord]
  let neededMemory: Int64
  let neededDisk: Int64
  let hosts: [HostsRecord]
  let changes: [String]

  enum CodingKeys: String, CodingKey {
    case strategy, refusal, rules, hosts, changes
    case neededMemory = "needed_memory_bytes"
    case neededDisk = "needed_disk_bytes"
  }

  init(_ found: Examination, _ words: NoteWords) {
    let obstacles = ObstacleWords(words: words, examination: found)
    strategy = words.strategy(found.strategy)
    refusal = found.strategyRefusal?.rawValue
    rules = found.rules.map(RuleRecord.init)
    (neededMemory, neededDisk) = (found.memory.count, found.disk.count)
    hosts = obstacles.groups.map {
      HostsRecord(
        hosts: $0.hosts, reasons: $0.reasons, mostFreeMemory: $0.mostMemory?.count,
        mostFreeDisk: $0.mostDisk?.count)
    }
    changes = obstacles.changes
  }
}

struct RuleRecord: Encodable {
  let rule: String
  let reason: String
  let compared: String?
  let remedy: String?

  init(_ finding: RuleFinding) {
    (rule, reason) = (finding.refusal.name, finding.refusal.reason.rawValue)
    (compared, remedy) = (finding.words, finding.refusal.remedy)
  }
}

/// Hosts with the same in the way; no reasons: they would do.
struct HostsRecord: Encodable {
  let hosts: [Int]
  let reasons: [String]
  let mostFreeMemory: Int64?
  let mostFreeDisk: Int64?

  enum CodingKeys: String, CodingKey {
    case hosts, reasons
    case mostFreeMemory = "most_free_memory_bytes"
    case mostFreeDisk = "most_free_disk_bytes"
  }
}
