internal import Quantities

/// When the disks of a pass have to make durable what they have done, and say so in the journal.
///
/// It counts for all of them together, whatever the pace of each: when 32 MiB have been looked at *and* half a second has
/// passed since the last time, another round of checkpoints is due, one of each disk, as soon as that disk can. So a death
/// costs 64 MiB or a second's work, whichever is more, of all disks taken together, however many are at work, as long as
/// no flush takes longer than half a second; what is copied in more than that is lost as well.
final class CheckpointPace: Sendable {
  private struct State {
    var round = 0
    /// Looked at since the round began, in bytes.
    var examined: Int64 = 0
    var began: Instant
  }

  let now: @Sendable () -> Instant
  private let state: Monitor<State>

  /// - Parameter now: The clock; a test has its own.
  init(now: @escaping @Sendable () -> Instant = { monotonicNow() }) {
    self.now = now
    state = Monitor(State(began: now()))
  }

  /// A disk has looked at so many bytes more.
  func add(_ examined: Int64) { state.withLock { $0.examined += examined } }

  /// How many rounds have become due so far.
  var round: Int {
    state.withLock { state in
      if state.examined >= CopyCheckpoint.amount.count {
        let time = now()
        if time - state.began >= CopyCheckpoint.interval {
          state = State(round: state.round + 1, examined: 0, began: time)
        }
      }
      return state.round
    }
  }
}
