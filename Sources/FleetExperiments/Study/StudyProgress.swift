internal import Quantities
internal import Synchronization

/// How far a study has come, for whoever shows it; and the way to stop it.
public final class StudyProgress: Sendable {
  // A class for its identity: the simulating threads and the one that shows progress look at the same one.
  private let state = Mutex<(done: [Double], attempts: [Int], jobs: Int, before: Int)>(
    (done: [], attempts: [], jobs: 0, before: 0))
  private let stopped = Atomic<Bool>(false)

  public init() {}

  /// Ends the study at the next opportunity.
  public func stop() { stopped.store(true, ordering: .relaxed) }

  public var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// The share of the work that is done, 0 to 1, and how many replications have ended out of all, those of the studies
  /// that this one goes on with among them.
  public var reached: (share: Double, replications: Int, of: Int) {
    state.withLock { state in
      guard state.jobs > 0 else { return (0, 0, 0) }
      return (
        state.done.reduce(0, +) / Double(state.jobs), state.before + state.done.count { $0 >= 1 },
        state.before + state.jobs
      )
    }
  }

  /// Attempts that have ended, in all replications.
  public var attempts: Int { state.withLock { $0.attempts.reduce(0, +) } }

  func begin(jobs: Int, after before: Int) {
    state.withLock {
      $0 = (
        done: Array(repeating: 0, count: jobs), attempts: Array(repeating: 0, count: jobs), jobs: jobs,
        before: before
      )
    }
  }

  func advance(_ job: Int, to time: Instant, of horizon: Duration, _ attempts: Int) -> Bool {
    state.withLock {
      $0.done[job] = min(time.seconds / horizon.seconds, 0.999)
      $0.attempts[job] = attempts
    }
    return !isStopped
  }

  func end(_ job: Int, attempts: Int) {
    state.withLock { ($0.done[job], $0.attempts[job]) = (1, attempts) }
  }
}
