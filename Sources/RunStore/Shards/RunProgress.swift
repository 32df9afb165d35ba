internal import Quantities
internal import Synchronization

/// How far the shards of a run have come, for whoever shows it; and the way to stop them.
public final class RunProgress: Sendable {
  // A class for its identity: the simulating threads and the one that shows progress look at the same one.
  private struct State {
    var (done, units, attempts) = (0, 0, 0)
    /// The part of each running unit that is done, and the attempts that have ended in it.
    var running: [Int: (share: Double, attempts: Int)] = [:]
  }

  private let state = Mutex(State())
  private let stopped = Atomic<Bool>(false)

  public init() {}

  /// Ends the work at the next opportunity; what whole units have come to is kept.
  public func stop() { stopped.store(true, ordering: .relaxed) }

  public var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// The share of the work that is done, 0 to 1; replications that have ended out of all; attempts that have ended now.
  public var reached: (share: Double, done: Int, units: Int, attempts: Int) {
    state.withLock { state in
      let part = state.running.values.reduce(0) { $0 + $1.share }
      return (
        state.units == 0 ? 0 : (Double(state.done) + part) / Double(state.units), state.done, state.units,
        state.attempts + state.running.values.reduce(0) { $0 + $1.attempts }
      )
    }
  }

  func begin(done: Int, of units: Int) {
    state.withLock { ($0.done, $0.units) = (done, units) }
  }

  func advance(_ unit: Int, _ share: Double, _ attempts: Int) -> Bool {
    state.withLock { $0.running[unit] = (min(share, 0.999), attempts) }
    return !isStopped
  }

  /// - Parameter attempts: that were made in it.
  func end(_ unit: Int, attempts: Int) {
    state.withLock { state in
      state.running[unit] = nil
      state.done += 1
      state.attempts += attempts
    }
  }

  /// Units that were found done.
  func skip(_ count: Int) { state.withLock { $0.done += count } }
}
