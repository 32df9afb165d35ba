internal import CutoverCore
internal import FleetExperiments
internal import FleetSimulation
internal import Quantities

/// The JSON form of an explanation; times in seconds since the start, data in bytes.
struct ExplanationRecord: Encodable {
  var schema = "fleetshift.explain/1"
  let scenario: String
  let variant: String?
  let seed: UInt64
  let replication: Int
  let horizonSeconds: Double
  let vm: Int?
  let host: Int
  let moves: [MoveRecord]
  let drains: [DrainRecord]?
  let events: [EventRecord]
  let whyNot: WhyNotRecord?

  enum CodingKeys: String, CodingKey {
    case schema, scenario, variant, seed, replication, vm, host, moves, drains, events
    case whyNot = "why_not"
    case horizonSeconds = "horizon_seconds"
  }

  init(_ explanation: Explanation) {
    (scenario, variant) = (explanation.scenario, explanation.variant)
    (seed, replication) = (explanation.seed, explanation.replication)
    horizonSeconds = explanation.horizon.seconds
    (vm, host) = (explanation.vm?.number, explanation.host.number)
    let (names, end) = (explanation.names, Instant.zero + explanation.horizon)
    moves = MoveLife.moves(in: explanation.notes, until: end).map { MoveRecord($0, names) }
    drains =
      explanation.vm == nil
      ? DrainLife.drains(in: explanation.notes, until: end).map { DrainRecord($0, names) } : nil
    let words = NoteWords(names: names, sites: explanation.sites)
    events = Timeline(explanation.notes, words).entries.map { EventRecord($0.note, $0.text, names) }
    whyNot = explanation.whyNot.map { WhyNotRecord($0, words) }
  }
}

struct MoveRecord: Encodable {
  let vm: Int
  let campaign: String
  let asked: Double
  let ended: Double?
  let completed: Bool
  let strategy: String?
  let attempts: Int
  let downtime: Double
  /// Seconds in each state.
  let times: [String: Double]
  let setbacks: [SetbackRecord]

  enum CodingKeys: String, CodingKey {
    case vm, campaign, completed, strategy, attempts, setbacks
    case asked = "asked_seconds"
    case ended = "ended_seconds"
    case downtime = "downtime_seconds"
    case times = "spent_seconds"
  }

  init(_ move: MoveLife, _ names: AttemptNames) {
    (vm, campaign) = (move.guest, names.campaigns[move.campaign])
    (asked, ended) = (move.asked.seconds, move.ended?.seconds)
    (completed, attempts) = (move.isCompleted, move.attempts)
    strategy = move.strategy.map { names.strategies[$0] }
    downtime = move.downtime.seconds
    times = Dictionary(
      uniqueKeysWithValues: move.times.filter { $0.value > .zero }.map { ($0.key.rawValue, $0.value.seconds) }
    )
    setbacks = move.setbacks.map { SetbackRecord(strategy: names.strategies[$0.strategy], reason: $0.code) }
  }
}

struct SetbackRecord: Encodable {
  let strategy: String
  let reason: String
}

struct DrainRecord: Encodable {
  let campaign: String
  let began: Double
  let ended: Double?
  let finished: Bool
  let vms: [Int]
  let left: [Int]

  enum CodingKeys: String, CodingKey {
    case campaign, finished, vms, left
    case began = "began_seconds"
    case ended = "ended_seconds"
  }

  init(_ drain: DrainLife, _ names: AttemptNames) {
    campaign = names.campaigns[drain.campaign]
    (began, ended) = (drain.began.seconds, drain.ended?.seconds)
    (finished, vms) = (drain.isFinished, drain.guests)
    left = drain.ended == nil ? drain.moves.filter { $0.ended == nil }.map(\.guest) : drain.left
  }
}

/// An event, with the same words as on the screen.
struct EventRecord: Encodable {
  let at: Double
  let vm: Int?
  let host: Int
  let kind: String
  let text: String
  var strategy: String?
  var reason: String?
  var target: Int?
  var until: Double?
  var took: Double?
  var sent: Int64?
  var remaining: Int64?

  enum CodingKeys: String, CodingKey {
    case vm, host, kind, text, strategy, reason, target
    case at = "at_seconds"
    case until = "until_seconds"
    case took = "took_seconds"
    case sent = "sent_bytes"
    case remaining = "remaining_bytes"
  }

  init(_ note: Note, _ text: String, _ names: AttemptNames) {
    (at, vm, host) = (note.at.seconds, note.guest < 0 ? nil : note.guest, note.host)
    self.text = String(text.drop { $0 == " " })
    switch note.event {
    case .asked: kind = "asked"
    case .turnedAway: kind = "turned_away"
    case .tooFull: kind = "too_full"
    case .stepBegan(let strategy, _, _):
      kind = "step"
      self.strategy = names.strategies[strategy]
    case .ticket(let date, let answer):
      (kind, until, reason) = ("ticket", date.seconds, answer.rawValue)
    case .ticketRefused: kind = "ticket_refused"
    case .examined: kind = "examined"
    case .overdue(let owner): (kind, reason) = ("overdue", owner)
    case .waits(let wait):
      switch wait {
      case .turn: kind = "waits_for_turn"
      case .slot: kind = "waits_for_slot"
      case .limit(let name): (kind, reason) = ("waits_for_limit", name)
      case .room: kind = "waits_for_room"
      case .rule(let rule, let time): (kind, reason, until) = ("waits_for_rule", rule.rawValue, time.seconds)
      case .date(let time): (kind, until) = ("waits_for_date", time.seconds)
      case .backoff(let time): (kind, until) = ("backs_off", time.seconds)
      case .repair(let time): (kind, until) = ("waits_for_repair", time.seconds)
      }
    case .refused(let strategy, let reason):
      (kind, self.strategy, self.reason) = ("refused", names.strategies[strategy], reason.rawValue)
    case .attemptBegan(let strategy, _, let target, _):
      (kind, self.strategy, self.target) = ("attempt", names.strategies[strategy], target)
    case .acted(_, let event, let time):
      (kind, took) = ("action", time.seconds)
      switch event {
      case .copied(let report): (sent, remaining) = (report.transferred.count, report.remaining.count)
      case .moved(let amount): sent = amount.count
      default: break
      }
    case .attemptEnded(let strategy, let outcome, let target, let costs):
      (kind, self.strategy, reason) = ("attempt_ended", names.strategies[strategy], outcome.code)
      (self.target, took, sent) = (target, costs.time.seconds, costs.transferred.count)
    case .incident(let down): (kind, took) = ("incident", down.seconds)
    case .bootsAgain(let time): (kind, took) = ("boots_again", time.seconds)
    case .lost: kind = "lost"
    case .restarted(let target): (kind, self.target) = ("restarted", target)
    case .moveEnded(let isCompleted, _): kind = isCompleted ? "moved" : "given_up"
    case .drainBegan: kind = "drain_began"
    case .drainFinished(let time): (kind, until) = ("drain_finished", time.seconds)
    case .drainGivenUp: kind = "drain_given_up"
    case .tookBack: kind = "in_service"
    case .failed(let time): (kind, until) = ("failed", time.seconds)
    case .repaired: kind = "repaired"
    }
  }
}
