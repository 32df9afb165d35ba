internal import Glibc
internal import Quantities

/// A value behind a lock, with a way to wait until it changes.
///
/// `@unchecked Sendable` is safe because every access to the value holds the mutex, and because, as with
/// `Synchronization.Mutex`, nothing comes in that its maker could still use (`sending`).
final class Monitor<State>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  init(_ state: sending State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // Deadlines are those of the monotonic clock; a wall clock that is set back must not prolong an outage.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func withLock<Result, Failure: Error>(
    _ body: (inout sending State) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return try body(&state)
  }

  /// Waits until `isReady` holds, `deadline` at the latest; says whether it holds.
  ///
  /// A deadline may lie before this machine came up, as one does that an outage has carried over a reboot.
  @discardableResult
  func wait(until deadline: Instant = .distantFuture, for isReady: (State) -> Bool) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isReady(state) {
      if deadline == .distantFuture {
        pthread_cond_wait(changed, mutex)
        continue
      }
      guard deadline > monotonicNow() else { return false }
      var time = timespec()
      time.tv_sec = Int(deadline.nanoseconds / 1_000_000_000)
      time.tv_nsec = Int(deadline.nanoseconds % 1_000_000_000)
      let result = pthread_cond_timedwait(changed, mutex, &time)
      // Whatever else it says, waiting again would not help.
      if result != 0 { return isReady(state) }
    }
    return true
  }
}
