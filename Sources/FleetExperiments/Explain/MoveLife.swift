internal import CutoverCore
public import FleetSimulation
public import Quantities

/// One move of a VM, from the wish to its end, put together from notes.
public struct MoveLife: Hashable, Sendable {
  public let guest: Int
  public let campaign: Int
  public let isDrain: Bool
  public let asked: Instant
  /// `nil` where it had not ended at the horizon.
  public private(set) var ended: Instant?
  public private(set) var isCompleted = false
  public private(set) var downtime = Duration.zero
  /// What it did last, or does.
  public private(set) var state = State.asked
  /// How long it was in each state.
  public private(set) var times: [State: Duration] = [:]
  /// The strategy that carried it out.
  public private(set) var strategy: Int?
  public private(set) var attempts = 0
  /// Why steps were refused or attempts failed, in order: strategy and code.
  public private(set) var setbacks: [(strategy: Int, code: String)] = []
  public private(set) var notes: [Note] = []
  private var since: Instant

  /// What a move is doing.
  public enum State: String, Hashable, Sendable, CaseIterable {
    case asked, turn, slot, limit, room, date, backoff, repair
    case underWay = "under_way"
    case ended
  }

  public static func == (a: MoveLife, b: MoveLife) -> Bool { a.notes == b.notes }
  public func hash(into hasher: inout Hasher) { hasher.combine(notes) }

  private init(_ note: Note, campaign: Int, isDrain: Bool) {
    (guest, self.campaign, self.isDrain, asked, since) = (note.guest, campaign, isDrain, note.at, note.at)
    notes = [note]
  }

  /// The moves of all the VMs in the notes, in the order in which they were asked for.
  public static func moves(in notes: [Note], until horizon: Instant) -> [MoveLife] {
    var lives: [MoveLife] = []
    var open: [Int: Int] = [:]
    for note in notes where note.guest >= 0 {
      if case .asked(let campaign, let isDrain) = note.event {
        open[note.guest] = lives.count
        lives.append(MoveLife(note, campaign: campaign, isDrain: isDrain))
      } else if let index = open[note.guest] {
        lives[index].add(note)
        if lives[index].state == .ended { open[note.guest] = nil }
      }
    }
    for index in open.values { lives[index].pass(to: horizon) }
    return lives
  }

  private mutating func pass(to time: Instant) {
    times[state, default: .zero] = times[state, default: .zero] + (time - since)
    since = time
  }

  private mutating func add(_ note: Note) {
    notes.append(note)
    guard let next = next(after: note.event) else { return }
    pass(to: note.at)
    state = next
    if next == .ended { ended = note.at }
  }

  /// The state that the event leads to; `nil` where it changes none.
  private mutating func next(after event: NoteEvent) -> State? {
    switch event {
    case .waits(let wait):
      switch wait {
      case .turn: return .turn
      case .slot: return .slot
      case .limit: return .limit
      case .room, .rule: return .room
      case .date: return .date
      case .backoff: return .backoff
      case .repair: return .repair
      }
    case .attemptBegan:
      attempts += 1
      return .underWay
    case .refused(let strategy, let reason):
      setbacks.append((strategy, reason.rawValue))
      return .asked
    case .attemptEnded(let strategy, let outcome, _, _):
      if outcome == .completed { self.strategy = strategy } else { setbacks.append((strategy, outcome.code)) }
      return .asked
    case .moveEnded(let isCompleted, let downtime):
      (self.isCompleted, self.downtime) = (isCompleted, downtime)
      return .ended
    case .asked, .turnedAway, .tooFull, .stepBegan, .ticket, .ticketRefused, .overdue, .acted, .incident,
      .bootsAgain, .lost, .restarted, .drainBegan, .drainFinished, .drainGivenUp, .tookBack, .failed,
      .repaired, .examined:
      return nil
    }
  }
}
