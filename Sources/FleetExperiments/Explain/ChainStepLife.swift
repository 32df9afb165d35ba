internal import CutoverCore
public import FleetSimulation
public import Quantities

/// One step of a chain in one move: what became of it.
public struct ChainStepLife: Sendable {
  /// As in `AttemptNames`.
  public let strategy: Int
  public private(set) var outcome = Outcome.notReached
  /// When that was decided; for a step that is under way: since when.
  public private(set) var at: Instant?
  /// What was in its way when it was last tried.
  public private(set) var obstacles: Examination?
  /// When that was.
  public private(set) var examined: Instant?
  /// Attempts that failed, and refusals.
  public private(set) var setbacks = 0
  /// What happened in it, in order.
  public private(set) var notes: [Note] = []

  public enum Outcome: Hashable, Sendable {
    /// The chain did not come so far.
    case notReached
    case moved
    case refused(code: String)
    case failed(code: String)
    /// The customer does not want it, or would have had to answer.
    case ticketRefused
    /// Somebody's patience ended.
    case overdue(owner: String)
    /// The move ended while the step waited: nobody wanted it any more.
    case calledOff
    /// It was still waiting, or under way, at the horizon.
    case notOver
  }

  private init(_ strategy: Int) { self.strategy = strategy }

  /// The steps of a move's chain. A step that was gone back to is told as it went the last time.
  static func steps(of move: MoveLife, chain: [Int]) -> [ChainStepLife] {
    var steps = chain.map(ChainStepLife.init)
    var current: Int?
    for note in move.notes {
      if case .stepBegan(_, let step, _) = note.event {
        current = step
        steps[step].begin(note)
      } else if let current {
        steps[current].add(note)
      }
    }
    if let current, case .notOver = steps[current].outcome, move.ended != nil {
      steps[current].outcome = .calledOff
      steps[current].at = move.ended
    }
    return steps
  }

  private mutating func begin(_ note: Note) {
    (outcome, at, obstacles, examined) = (.notOver, note.at, nil, nil)
    notes.append(note)
  }

  private mutating func add(_ note: Note) {
    notes.append(note)
    switch note.event {
    case .examined(let found): (obstacles, examined) = (found, note.at)
    case .refused(_, let reason): decide(.refused(code: reason.rawValue), note.at)
    case .attemptEnded(_, let end, _, _):
      if end == .completed { decide(.moved, note.at) } else { decide(.failed(code: end.code), note.at) }
    case .ticketRefused: decide(.ticketRefused, note.at)
    case .overdue(let owner): decide(.overdue(owner: owner), note.at)
    // It tries again.
    case .waits: outcome = .notOver
    default: break
    }
  }

  private mutating func decide(_ end: Outcome, _ time: Instant) {
    if case .moved = end {} else { setbacks += 1 }
    // An attempt that is called off for it ends a moment later.
    if case .overdue = outcome, at == time { return }
    (outcome, at) = (end, time)
  }
}
