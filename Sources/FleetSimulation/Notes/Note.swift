public import CutoverCore
public import Quantities

/// One thing that happened to a VM or a host, for whoever asks afterwards why.
///
/// A simulation makes notes only for a sink that asks for them (`Simulation.noteSink`), and hands them on in the order
/// of events.
public struct Note: Hashable, Sendable {
  public let at: Instant
  /// The VM; -1 for what happens to a host.
  public let guest: Int
  /// The host that it happens to, or where the VM is.
  public let host: Int
  public let event: NoteEvent

  public init(at: Instant, guest: Int, host: Int, _ event: NoteEvent) {
    (self.at, self.guest, self.host, self.event) = (at, guest, host, event)
  }
}

/// What a note tells of. Strategies and campaigns are numbered as in `AttemptNames`, hosts and VMs as in the fleet.
public enum NoteEvent: Hashable, Sendable {
  // Of a VM's move.

  /// Somebody wants it moved; `drain`: so that its host is emptied.
  case asked(campaign: Int, isDrain: Bool)
  /// Somebody wants it moved, and it is on another move.
  case turnedAway(campaign: Int)
  /// Somebody wants it smaller than what its disk holds.
  case tooFull(campaign: Int)
  /// A step of its chain begins, the first being 0.
  case stepBegan(strategy: Int, step: Int, of: Int)
  case ticket(date: Instant, TicketAnswer)
  /// A ticket of which nothing comes: the customer does not want it, or would have had to answer.
  case ticketRefused
  case waits(NoteWait)
  /// Somebody's patience with it has ended.
  case overdue(owner: String)
  /// All that is in the way of a step that cannot begin; followed by what becomes of it.
  indirect case examined(Examination)
  /// A step was refused before anything was done.
  case refused(strategy: Int, RefusalReason)
  case attemptBegan(strategy: Int, number: Int, target: Int, cap: ByteRate)
  /// An attempt's action came to its end, by that event.
  case acted(CutoverAction, CutoverEvent, took: Duration)
  case attemptEnded(strategy: Int, CutoverOutcome, target: Int, NoteCosts)
  /// After a success that was none.
  case incident(down: Duration)
  /// It was lost on the way, with its memory: it boots where it was.
  case bootsAgain(takes: Duration)
  /// Its host has died with it.
  case lost
  /// Its host has failed, and it is started on that one.
  case restarted(on: Int)
  /// The move is over; the VM is on `host` of the note.
  case moveEnded(isCompleted: Bool, downtime: Duration)

  // Of a host.

  case drainBegan(campaign: Int, guests: [Int])
  /// It is empty, and is worked on until then.
  case drainFinished(workUntil: Instant)
  case drainGivenUp(left: [Int], isOutOfTime: Bool)
  case tookBack
  case failed(until: Instant)
  case repaired
}

/// What a customer makes of a ticket.
public enum TicketAnswer: String, Hashable, Sendable {
  case letItRun = "let_it_run"
  case movedTheDate = "moved_the_date"
  case startsItHimself = "starts_it_himself"
  case silence
}

/// What a move waits for.
public enum NoteWait: Hashable, Sendable {
  /// Others leave the host first: so many are in line before it.
  case turn(ahead: Int)
  /// There is room, but on hosts that take in as many as they may.
  case slot
  /// A limit of that name has no units left.
  case limit(String)
  /// No host has room.
  case room(memory: Bytes, disk: Bytes, until: Instant)
  /// A rule that may change its mind.
  case rule(RefusalReason, until: Instant)
  case date(until: Instant)
  case backoff(until: Instant)
  /// Its own host is down.
  case repair(until: Instant)
}

/// What an attempt came to.
public struct NoteCosts: Hashable, Sendable {
  public var time = Duration.zero
  public var transferred = Bytes.zero
  public var pause = Duration.zero
  public var downtime = Duration.zero
}
