public import FleetSimulation
public import Quantities

/// Whom to ask about in one replication: for each thing that went wrong or took longest, one VM or host with which it
/// did.
///
/// ```swift
/// for lead in try Leads(in: scenario, replication: 0).leads {
///   let explanation = try Explanation(of: lead.subject, in: scenario, replication: 0)
/// }
/// ```
public struct Leads: Sendable {
  /// What is worth asking after, and one with whom it happened.
  public struct Lead: Hashable, Sendable {
    public let matter: Matter
    /// How many moves, or drains, it happened to; 1 for what is one of its kind.
    public let count: Int
    public let subject: Explanation.Subject
  }

  public enum Matter: Hashable, Sendable {
    /// Steps of moves that were refused or failed, by strategy and code.
    case setback(strategy: Int, code: String)
    /// Moves whose chain came to its end.
    case movesGivenUp
    case movesUnfinished
    case drainsGivenUp
    case drainsUnfinished
    /// From the beginning to the empty host, of those that were emptied.
    case longestDrain(Duration)
    /// From the wish to the end, of the moves that were over.
    case longestMove(Duration)
    /// Of one move, all its attempts together.
    case longestDowntime(Duration)
  }

  public let scenario: String
  public let variant: String?
  public let seed: UInt64
  public let replication: Int
  public let horizon: Duration
  public let names: AttemptNames
  /// Of hosts first, then what stood in the way of moves, the most frequent first, then how moves ended.
  public let leads: [Lead]

  /// Simulates the replication and listens.
  ///
  /// - Throws: `FleetError` if the fleet cannot be built.
  public init(in scenario: Scenario, replication: Int) throws {
    var simulation = try Simulation(scenario, replication: replication)
    (self.scenario, variant, seed) = (scenario.name, scenario.variant, scenario.seed)
    (self.replication, horizon, names) = (replication, scenario.horizon, simulation.names)
    let listener = Listener()
    simulation.noteSink = { listener.take($0) }
    simulation.run()
    let end = Instant.zero + scenario.horizon
    let moves = MoveLife.moves(in: listener.ofGuests, until: end)
    leads = Self.ofHosts(listener.ofHosts, until: end) + Self.setbacks(of: moves) + Self.ends(of: moves)
  }

  private static func ofHosts(_ notes: [Int: [Note]], until end: Instant) -> [Lead] {
    let drains = notes.sorted { $0.key < $1.key }.flatMap { host, notes in
      DrainLife.drains(in: notes, until: end).map { (host: host, drain: $0) }
    }
    func lead(_ matter: Matter, where holds: (DrainLife) -> Bool) -> Lead? {
      let those = drains.filter { holds($0.drain) }
      return those.first.map { Lead(matter: matter, count: those.count, subject: .host($0.host)) }
    }
    func time(_ drain: DrainLife) -> Duration {
      drain.isFinished ? drain.ended.map { $0 - drain.began } ?? .zero : .zero
    }
    let longest = drains.max { time($0.drain) < time($1.drain) }.flatMap { slow in
      time(slow.drain) > .zero
        ? Lead(matter: .longestDrain(time(slow.drain)), count: 1, subject: .host(slow.host)) : nil
    }
    return [
      lead(.drainsGivenUp) { $0.ended != nil && !$0.isFinished },
      lead(.drainsUnfinished) { $0.ended == nil }, longest,
    ].compactMap { $0 }
  }

  /// For each reason a VM of whom `WhyNot` would tell it.
  private static func setbacks(of moves: [MoveLife]) -> [Lead] {
    struct Reason: Hashable {
      var strategy: Int
      var code: String
    }
    var counts: [Reason: Int] = [:]
    var examples: [Reason: Explanation.Subject] = [:]
    for move in moves {
      for reason in Set(move.setbacks.map { Reason(strategy: $0.strategy, code: $0.code) }) {
        counts[reason, default: 0] += 1
      }
    }
    let byGuest = Dictionary(grouping: moves, by: \.guest).sorted { $0.key < $1.key }
    for (guest, moves) in byGuest {
      for setback in WhyNot.told(of: moves)?.setbacks ?? [] {
        let reason = Reason(strategy: setback.strategy, code: setback.code)
        if examples[reason] == nil { examples[reason] = .whyNot(guest) }
      }
    }
    // What is told of nobody's last move is in the life of somebody.
    for move in moves {
      for setback in move.setbacks {
        let reason = Reason(strategy: setback.strategy, code: setback.code)
        if examples[reason] == nil { examples[reason] = .vm(move.guest) }
      }
    }
    return counts.sorted {
      ($1.value, $0.key.strategy, $0.key.code) < ($0.value, $1.key.strategy, $1.key.code)
    }.compactMap { reason, count in
      examples[reason].map {
        Lead(
          matter: .setback(strategy: reason.strategy, code: reason.code), count: count, subject: $0)
      }
    }
  }

  /// Of what came to nothing a VM of whom `WhyNot` would tell it, if there is one.
  private static func ends(of moves: [MoveLife]) -> [Lead] {
    let told = Set(Dictionary(grouping: moves, by: \.guest).values.compactMap(WhyNot.told))
    func lead(_ matter: Matter, where holds: (MoveLife) -> Bool) -> Lead? {
      let those = moves.filter(holds)
      let subject = those.first(where: told.contains).map { Explanation.Subject.whyNot($0.guest) }
      return (subject ?? those.first.map { .vm($0.guest) }).map {
        Lead(matter: matter, count: those.count, subject: $0)
      }
    }
    func longest(_ matter: (Duration) -> Matter, _ time: (MoveLife) -> Duration) -> Lead? {
      moves.max { time($0) < time($1) }.flatMap { move in
        time(move) > .zero ? Lead(matter: matter(time(move)), count: 1, subject: .vm(move.guest)) : nil
      }
    }
    return [
      lead(.movesGivenUp) { $0.ended != nil && !$0.isCompleted },
      lead(.movesUnfinished) { $0.ended == nil },
      longest(Matter.longestMove) { move in move.ended.map { $0 - move.asked } ?? .zero },
      longest(Matter.longestDowntime, \.downtime),
    ].compactMap { $0 }
  }
}

/// Keeps what tells how moves and drains began and ended. A class, for it is filled while the simulation runs.
private final class Listener {
  private(set) var ofGuests: [Note] = []
  private(set) var ofHosts: [Int: [Note]] = [:]

  func take(_ note: Note) {
    switch note.event {
    case .asked, .refused, .attemptBegan, .attemptEnded, .moveEnded: ofGuests.append(note)
    case .drainBegan, .drainFinished, .drainGivenUp: ofHosts[note.host, default: []].append(note)
    default: break
    }
  }
}
